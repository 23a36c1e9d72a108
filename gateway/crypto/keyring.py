"""The keyring file: the data keys, wrapped by MWAVULI_KEY. Written whole or not at all; destroyed in one step.

Destroyed, it leaves the mark `wiped` in its place, so that nothing starts anew by itself on a fresh keyring.
"""

import contextlib
import os
import secrets
from pathlib import Path

from gateway.crypto.vault import Keyring, Vault, unwrap, wrap
from gateway.errors import KeyLocked, KeyWiped

KEYRING_FILE, WIPED_FLAG = "keyring", "wiped"
LOCKED_MESSAGE = (
    "MWAVULI_KEY is not set: run `mwavuli unlock`; at the first start `mwavuli keygen`, and set the last line"
)


def open_vault(key: str, path: Path) -> Vault:
    """The keys in use, made at the first start.

    Raises Locked without a key and while the keys are being changed, Wiped where they were destroyed, BadInput for a
    key that is malformed or of another keyring.
    """
    keyring = open_keyring(key, path)
    if keyring.next:
        raise KeyLocked("the keys are being changed; if that was interrupted, run `mwavuli rotate-key` again")
    return Vault(keyring)


def open_keyring(key: str, path: Path) -> Keyring:
    """As `open_vault`, also in the middle of a change."""
    raise_if_wiped(path)
    if not key:
        raise KeyLocked(LOCKED_MESSAGE)
    if not path.exists():
        _create(wrap(Keyring.generate(), key), path)
    return unwrap(path.read_bytes(), key)


def raise_if_wiped(path: Path) -> None:
    """Raises Wiped. One look at the folder, so that it can be asked before every text."""
    if (path.parent / WIPED_FLAG).exists():
        raise KeyWiped("everything was wiped here; to start again without any records: `mwavuli wipe --new-keyring`")


def replace_keyring(keyring: Keyring, key: str, path: Path) -> None:
    """Put this keyring in the place of the old one, whose bytes are overwritten once nothing needs them."""
    draft = _write_draft(wrap(keyring, key), path)
    with open(path, "r+b", buffering=0) as old:
        draft.replace(path)
        _sync_folder(path.parent)
        _overwrite(old.fileno())


def destroy_keyring(path: Path) -> None:
    """Overwrite the keyring and turn it into the mark, in one step; nothing is raised where there is none."""
    with contextlib.suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
        _overwrite(file.fileno())
        path.replace(path.parent / WIPED_FLAG)
    mark = path.parent / WIPED_FLAG
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text("The keys of this deployment were destroyed.\n")
    _sync_folder(mark.parent)


def clear_wiped_flag(path: Path) -> None:
    """Take the mark away: the next start makes a keyring."""
    (path.parent / WIPED_FLAG).unlink(missing_ok=True)
    _sync_folder(path.parent)


def overwrite_and_delete(path: Path) -> None:
    """Nothing is raised where it is not there."""
    with contextlib.suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
        _overwrite(file.fileno())
        path.unlink()


def _create(wrapped: bytes, path: Path) -> None:
    """Two processes may start at once: the first to link its file wins, and both read that one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _write_draft(wrapped, path)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
        _sync_folder(path.parent)


def _write_draft(content: bytes, path: Path) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _overwrite(handle: int) -> None:
    os.pwrite(handle, os.urandom(os.fstat(handle).st_size), 0)
    os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    """A power cut after the first opt-in must not leave records whose key was never written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
