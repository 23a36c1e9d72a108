"""The keyring file: the data keys, wrapped by MWAVULI_KEY. It is written whole, and destroyed with all its drafts.

The flag file `wiped` replaces it. On seeing it every process ends, and none makes a new keyring by itself.
"""

import contextlib
import os
from pathlib import Path

from gateway.crypto.secret_file import overwrite, overwrite_and_delete, sync_folder, write_draft
from gateway.crypto.vault import Keyring, Vault, unwrap, wrap
from gateway.errors import BadInput, KeyLocked, KeyWiped
from gateway.os_errors import describe_os_error

KEYRING_FILE, WIPED_FLAG = "keyring", "wiped"
DESTROYED_LINE = "The keys of this deployment were destroyed.\n"
FINISHED_LINE = "Redis was emptied.\n"
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
    try:
        if not path.exists():
            _create(wrap(Keyring.generate(), key), path)
        wrapped = path.read_bytes()
    except OSError as error:
        raise BadInput(f"MWAVULI_DATA_DIR: no keyring in {path.parent}: {describe_os_error(error)}") from None
    return unwrap(wrapped, key)


def raise_if_wiped(path: Path) -> None:
    """Raise KeyWiped where the keys were destroyed. It makes one system call, so it can be called before every text."""
    if (path.parent / WIPED_FLAG).exists():
        raise KeyWiped("everything was wiped here; to start again without any records: `mwavuli wipe --new-keyring`")


def replace_keyring(keyring: Keyring, key: str, path: Path) -> None:
    """Replace the keyring file, then overwrite the bytes of the old one."""
    draft = write_draft(wrap(keyring, key), path)
    with open(path, "r+b", buffering=0) as old:
        draft.replace(path)
        sync_folder(path.parent)
        overwrite(old.fileno())


def destroy_keyring(path: Path) -> None:
    """Set the wiped flag, overwrite the keyring and every file whose name begins like it (drafts, `keyring.bak`).

    Raises nothing where there is no keyring, and OSError where a file cannot be written. The flag comes first: should
    the command be killed at any point, every process on this machine ends all the same.
    """
    flag = path.parent / WIPED_FLAG
    with contextlib.suppress(OSError):  # a full disk must not save the keyring
        flag.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flag.touch(mode=0o644)
    try:
        with contextlib.suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
            overwrite(file.fileno())
            path.replace(flag)
    finally:
        for copy in (*path.parent.glob(f"{path.name}*"), *path.parent.glob(f".{path.name}*")):
            overwrite_and_delete(copy)
    flag.write_text(DESTROYED_LINE)
    sync_folder(flag.parent)


def note_wipe_finished(path: Path) -> None:
    """Note in the wiped flag that Redis is empty too."""
    (path.parent / WIPED_FLAG).write_text(DESTROYED_LINE + FINISHED_LINE)


def is_wipe_unfinished(path: Path) -> bool:
    """Whether a wipe began here and did not empty Redis."""
    flag = path.parent / WIPED_FLAG
    return flag.exists() and FINISHED_LINE not in flag.read_text(errors="replace")


def clear_wiped_flag(path: Path) -> None:
    """Remove the wiped flag, so that the next start generates a keyring."""
    (path.parent / WIPED_FLAG).unlink(missing_ok=True)
    sync_folder(path.parent)


def _create(wrapped: bytes, path: Path) -> None:
    """Create the keyring file. Of two processes that start at once, the process that links its file first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = write_draft(wrapped, path)
    try:
        os.link(draft, path)
    except (FileExistsError, FileNotFoundError):  # another process won, and may have deleted our draft as a stray one
        return
    finally:
        draft.unlink(missing_ok=True)
        sync_folder(path.parent)
