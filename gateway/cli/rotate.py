"""`mwavuli rotate-key`: after a leak, or when someone who knew the key goes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec.structs import replace

from gateway import unlocked
from gateway.cli.common import configured
from gateway.deployment import key_of
from gateway.errors import BadInput
from gateway.keyring import NAME, open_keyring, rewrite
from gateway.store import Connection, append_only, door, left, rotation, schema
from gateway.vault import Keyring, Vault, new_key


@click.command("rotate-key")
@click.option("--wrap-only", is_flag=True, help="a new MWAVULI_KEY around the same keys; printed as the last line")
def rotate_key(wrap_only: bool) -> None:
    """Make new keys and move everything to them: old copies of Redis and of backups then tell nothing.

    Meanwhile the doors are shut: callers read an apology, texts are repeated by the network. Killed at any moment it
    may be run again. Where MWAVULI_KEY itself leaked, run it with --wrap-only first, then without.
    """
    values = configured()
    path = values.data_dir / NAME
    with _alone(values.data_dir):
        keyring = open_keyring(key_of(values), path)
        if wrap_only:
            _wrap_anew(keyring, path)
        else:
            _rotate(keyring, key_of(values), path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time. Raises BadInput."""
    if not folder.is_dir():
        raise BadInput(f"MWAVULI_DATA_DIR: there is no keyring in {folder}")
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BadInput("the key is being changed by another `mwavuli rotate-key`: wait for it") from None
    finally:
        os.close(handle)


def _wrap_anew(keyring: Keyring, path: Path) -> None:
    """Printed before it is needed: killed in between, the old one still opens."""
    fresh = new_key()
    click.echo("From now on the next line is MWAVULI_KEY. What runs goes on; every start needs the new one.", err=True)
    click.echo(fresh)
    rewrite(keyring, fresh, path)
    if unlocked.found(path.parent):
        unlocked.write(fresh, path.parent)


def _rotate(keyring: Keyring, key: str, path: Path) -> None:
    values = configured()
    connection = Connection(values.redis_url)
    schema.fit(connection)
    if not _finished(connection, keyring):
        to = keyring.next or keyring.successor()
        if keyring.next is None:
            rewrite(replace(keyring, next=to), key, path)
        door.shut(connection, rotation.word(Vault(to)))
        click.echo("The doors are shut. Waiting for what is being sent ...")
        rotation.drain(connection, values.times.lease + 1)
        _move(connection, keyring, to)
        (path.parent / left.FILE).unlink(missing_ok=True)
        rewrite(to, key, path)
        keyring = to
    door.reopen(connection, Vault(keyring).name)
    click.echo("The doors are open. Redis' file, which still holds the old records, is rewritten ...")
    append_only.rewrite(connection)
    click.echo(f"Done: keys of version {keyring.version}. Copy {NAME} to other machines; make a new backup.")


def _finished(connection: Connection, keyring: Keyring) -> bool:
    """Is all done but for opening? Raises BadInput where the door is shut for another reason."""
    word = door.stands(connection)
    coming = rotation.word(Vault(keyring.next or keyring))
    if word not in ("", Vault(keyring).name, coming):
        raise BadInput(f"nothing was changed: {door.said(word)}")
    return keyring.next is None and word == coming


def _move(connection: Connection, old: Keyring, new: Keyring) -> None:
    with click.progressbar(length=int(connection.call("DBSIZE")), label="Moving", update_min_steps=100) as bar:
        strange = rotation.move(connection, Vault(old), Vault(new), bar.update)
    if strange:
        click.echo(f"Left as they are, for nothing says how to move them: {', '.join(strange)}", err=True)
