"""`mwavuli rotate-key`: for use after a leak, or when a person who knew the key leaves."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec.structs import replace

from gateway.cli.common import load_settings
from gateway.crypto import unlock_file
from gateway.crypto.keyring import KEYRING_FILE, open_keyring, replace_keyring
from gateway.crypto.secret_file import exclusive_lock
from gateway.crypto.vault import Keyring, Vault, new_key
from gateway.deployment import find_key
from gateway.errors import BadInput
from gateway.store import access_state, tombstone_log
from gateway.store.admin import RedisAdmin
from gateway.store.rotation import run


@click.command("rotate-key")
@click.option(
    "--wrap-only",
    is_flag=True,
    help="make a new MWAVULI_KEY for the same keyring; the last line printed is the new value",
)
def rotate_key(wrap_only: bool) -> None:
    """Make new keys and re-encrypt all records: nobody can read old copies of Redis and old backups any more.

    Maintenance mode is on meanwhile: callers get an apology, and the network repeats texts. If the command is killed,
    run it again. If MWAVULI_KEY itself leaked, run the command with --wrap-only first, then without.
    """
    values = load_settings()
    path = values.data_dir / KEYRING_FILE
    with _alone(values.data_dir):
        keyring = open_keyring(find_key(values), path)
        if wrap_only:
            _rewrap(keyring, path)
        else:
            _rotate(keyring, find_key(values), path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one rotation run at a time. Raises BadInput."""
    if not folder.is_dir():
        raise BadInput(f"MWAVULI_DATA_DIR: there is no keyring in {folder}")
    with exclusive_lock(folder) as is_locked:
        if not is_locked:
            raise BadInput("another `mwavuli rotate-key` is running: wait until it ends")
        yield


def _rewrap(keyring: Keyring, path: Path) -> None:
    """Wrap the keyring in a new key. The key is printed first: until the file is replaced, the old key opens it."""
    fresh = new_key()
    click.echo(
        "MWAVULI_KEY is the next line from now on. Running processes go on; each start needs the new key.", err=True
    )
    click.echo(fresh)
    replace_keyring(keyring, fresh, path)
    if unlock_file.find_unlock_files(path.parent):
        unlock_file.write_unlock_file(fresh, path.parent)


def _rotate(keyring: Keyring, key: str, path: Path) -> None:
    values = load_settings()
    admin = RedisAdmin(values.redis_url)
    admin.initialise_or_check_layout()
    if not _is_finished(admin, keyring):
        to = keyring.next or keyring.successor()
        if keyring.next is None:
            replace_keyring(replace(keyring, next=to), key, path)
        admin.start_rotation(Vault(to))
        click.echo("Maintenance mode is on. Waiting for texts that are being sent ...")
        admin.drain(values.times.lease + 1)
        _reencrypt(admin, keyring, to)
        (path.parent / tombstone_log.FILE).unlink(missing_ok=True)
        replace_keyring(to, key, path)
        keyring = to
    admin.finish_rotation(Vault(keyring).key_id)
    click.echo("Maintenance mode is off. Rewriting Redis' append-only file, which has the old records ...")
    admin.rewrite_append_only_file()
    click.echo(f"Done: keys of version {keyring.version}. Copy {KEYRING_FILE} to other machines; make a new backup.")


def _is_finished(admin: RedisAdmin, keyring: Keyring) -> bool:
    """Whether only the end of maintenance mode is missing. Raises BadInput where it has another reason.

    An empty Redis is no evidence that nobody is there: with new keys, no backup could bring the records back.
    """
    if keyring.next is None and not admin.holds_records():
        raise BadInput("Redis is empty, so nothing was changed: restore the backup first, new keys could not read it")
    word = admin.read_access_state()
    coming = run.rotating_state(Vault(keyring.next or keyring))
    if word not in ("", Vault(keyring).key_id, coming):
        raise BadInput(f"nothing was changed: {access_state.describe_state(word)}")
    return keyring.next is None and word == coming


def _reencrypt(admin: RedisAdmin, old: Keyring, new: Keyring) -> None:
    with click.progressbar(length=admin.count_keys(), label="Re-encrypting", update_min_steps=100) as bar:
        strange = admin.reencrypt_all(Vault(old), Vault(new), bar.update)
    if strange:
        click.echo(
            f"Left unchanged, without a declaration or written by another program: {', '.join(strange)}",
            err=True,
        )
