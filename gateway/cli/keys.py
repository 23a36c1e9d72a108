"""`mwavuli keygen`."""

import click

from gateway.vault import new_key


@click.command()
def keygen() -> None:
    """Make a value for MWAVULI_KEY; it is the last line printed.

    Keep it apart from the data: whoever has both has every number. Lost, the numbers are lost.
    """
    click.echo("Set MWAVULI_KEY to the next line. Keep it off this machine's disk and out of its backups.", err=True)
    click.echo(new_key())
