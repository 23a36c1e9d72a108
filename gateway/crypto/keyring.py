"""The keyring file: the data keys, wrapped by MWAVULI_KEY. It is written whole, and destroyed in one step.

After the destruction the flag file `wiped` replaces it, so that no process makes a new keyring by itself.
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
    """Return the keys in use. The first start generates them.

    Raises KeyLocked without a key and during a rotation, KeyWiped where the keys were destroyed, BadInput for a key
    that is malformed or of another keyring.
    """
    keyring = open_keyring(key, path)
    if keyring.next:
        raise KeyLocked("the keys are being changed; if that was interrupted, run `mwavuli rotate-key` again")
    return Vault(keyring)


def open_keyring(key: str, path: Path) -> Keyring:
    """Return the keyring, also during a rotation. Raises as `open_vault` does."""
    raise_if_wiped(path)
    if not key:
        raise KeyLocked(LOCKED_MESSAGE)
    if not path.exists():
        _create(wrap(Keyring.generate(), key), path)
    return unwrap(path.read_bytes(), key)


def raise_if_wiped(path: Path) -> None:
    """Raise KeyWiped where the keys were destroyed. It makes one system call, so it can be called before every text."""
    if (path.parent / WIPED_FLAG).exists():
        raise KeyWiped("everything was wiped here; to start again without any records: `mwavuli wipe --new-keyring`")


def replace_keyring(keyring: Keyring, key: str, path: Path) -> None:
    """Replace the keyring file, then overwrite the bytes of the old one."""
    draft = _write_draft(wrap(keyring, key), path)
    with open(path, "r+b", buffering=0) as old:
        draft.replace(path)
        _sync_folder(path.parent)
        _overwrite(old.fileno())


def destroy_keyring(path: Path) -> None:
    """Overwrite the keyring and rename it to the wiped flag. Raises nothing where there is no keyring."""
    with contextlib.suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
        _overwrite(file.fileno())
        path.replace(path.parent / WIPED_FLAG)
    flag = path.parent / WIPED_FLAG
    flag.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flag.write_text("The keys of this deployment were destroyed.\n")
    _sync_folder(flag.parent)


def clear_wiped_flag(path: Path) -> None:
    """Remove the wiped flag, so that the next start generates a keyring."""
    (path.parent / WIPED_FLAG).unlink(missing_ok=True)
    _sync_folder(path.parent)


def overwrite_and_delete(path: Path) -> None:
    """Overwrite and delete a file. Raises nothing where there is none."""
    with contextlib.suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
        _overwrite(file.fileno())
        path.unlink()


def _create(wrapped: bytes, path: Path) -> None:
    """Create the keyring file. Of two processes that start at once, the process that links its file first wins."""
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
    """Sync the folder, so that a power cut after the first opt-in does not leave records without their key."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
