"""`mwavuli keygen` and `unlock`."""

import sys

import click

from gateway.cli.common import load_settings
from gateway.crypto import unlock_file
from gateway.crypto.keyring import KEYRING_FILE, open_keyring
from gateway.crypto.vault import new_key


@click.command()
def keygen() -> None:
    """Make a value for MWAVULI_KEY; it is the last line printed.

    Keep it apart from the data: whoever has both has every number. Lost, the numbers are lost.
    """
    click.echo("Set MWAVULI_KEY to the next line. Keep it off this machine's disk and out of its backups.", err=True)
    click.echo(new_key())


@click.command()
def unlock() -> None:
    """Type the key, for every process on this machine that waits for it; nothing of it is shown.

    It is kept in memory only (a file under /dev/shm, readable by the owner of MWAVULI_DATA_DIR) and has to be typed
    again after a restart of the machine. Where there is no terminal it is read from standard input.
    """
    values = load_settings()
    asked = sys.stdin.isatty()
    key = (click.prompt("MWAVULI_KEY", hide_input=True) if asked else sys.stdin.readline()).strip()
    open_keyring(key, values.data_dir / KEYRING_FILE)
    unlock_file.write_unlock_file(key, values.data_dir)
    click.echo("Unlocked: web, workers and clock of this machine open within seconds.")
