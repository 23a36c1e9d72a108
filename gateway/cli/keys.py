"""`mwavuli keygen` and `unlock`."""

import os
import sys

import click

from gateway.cli.common import load_settings
from gateway.cli.demo_folder import demo_hint
from gateway.crypto import unlock_file
from gateway.crypto.keyring import KEYRING_FILE, open_keyring
from gateway.crypto.vault import new_key
from gateway.errors import BadInput


@click.command()
def keygen() -> None:
    """Make a value for MWAVULI_KEY; it is the last line printed.

    Keep the key apart from the data: a person with both can read every number. Without the key, all records are lost.
    """
    click.echo("Set MWAVULI_KEY to the next line. Keep it off this machine's disk and out of its backups.", err=True)
    click.echo(new_key())


@click.command()
def unlock() -> None:
    """Type the key, without echo, for every process on this machine that waits for it.

    The key stays in memory only (a file under /dev/shm, readable by the owner of MWAVULI_DATA_DIR): type it again
    after a restart of the machine. Without a terminal, the command reads the key from standard input.
    """
    values = load_settings()
    asked = sys.stdin.isatty()
    key = (click.prompt("MWAVULI_KEY", hide_input=True) if asked else sys.stdin.readline()).strip()
    if not key:
        raise BadInput(
            "no key was given. Type the last line that `mwavuli keygen` printed, or pass it on standard input: "
            f"mwavuli unlock < FILE{demo_hint(os.environ)}"
        )
    open_keyring(key, values.data_dir / KEYRING_FILE)
    unlock_file.write_unlock_file(key, values.data_dir)
    click.echo("Unlocked: web, workers and scheduler of this machine leave maintenance mode within seconds.")
