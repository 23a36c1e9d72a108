"""`mwavuli check`."""

import click


@click.command()
def check() -> None:
    """Say in plain words what is missing or unsafe."""
