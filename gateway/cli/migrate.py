"""`mwavuli migrate`: after an upgrade, with all processes stopped."""

import click

from gateway.cli.common import load_settings
from gateway.store import Connection, schema


@click.command()
def migrate() -> None:
    """Bring what Redis holds to this release's layout. Copy Redis' data first; cut off, it may be run again."""
    connection = Connection(load_settings().redis_url)
    schema.migrate(connection, click.echo)
    click.echo(f"Redis is of layout {schema.read_layout(connection)}, which this release reads.")
