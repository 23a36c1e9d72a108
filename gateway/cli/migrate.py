"""`mwavuli migrate`: for use after an upgrade, with all processes stopped."""

import click

from gateway.cli.common import load_settings
from gateway.store import Connection, schema


@click.command()
def migrate() -> None:
    """Convert the records in Redis to this release's layout. Copy Redis' data first. If interrupted, run it again."""
    connection = Connection(load_settings().redis_url)
    schema.migrate(connection, click.echo)
    click.echo(f"The records have layout {schema.read_layout(connection)}, which this release reads.")
