"""`mwavuli migrate`: for use after an upgrade, with all processes stopped."""

import click

from gateway.cli.common import load_settings
from gateway.store.admin import RedisAdmin


@click.command()
def migrate() -> None:
    """Convert the records in Redis to this release's layout. Copy Redis' data first. If interrupted, run it again."""
    admin = RedisAdmin(load_settings().redis_url)
    admin.migrate(click.echo)
    click.echo(f"The records have layout {admin.read_layout()}, which this release reads.")
