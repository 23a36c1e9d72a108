"""`mwavuli migrate`: after an upgrade, with all processes stopped."""

import click

from gateway.cli.common import load_settings
from gateway.store.admin import RedisAdmin


@click.command()
def migrate() -> None:
    """Bring what Redis holds to this release's layout. Copy Redis' data first; cut off, it may be run again."""
    admin = RedisAdmin(load_settings().redis_url)
    admin.migrate(click.echo)
    click.echo(f"Redis is of layout {admin.read_layout()}, which this release reads.")
