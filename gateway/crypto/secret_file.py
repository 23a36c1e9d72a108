"""Files that hold key material: written whole through a draft, and overwritten before they are deleted.

A draft is `.NAME.HEX` beside the file. A killed process leaves it behind, with everything that the file would hold.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


def write_draft(content: bytes, path: Path) -> Path:
    """Write a draft of this file, readable by its owner alone, and sync it. A failure leaves no draft."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft


def find_drafts(path: Path) -> list[Path]:
    """Return the drafts of this file that exist."""
    return sorted(path.parent.glob(f".{path.name}.*"))


def delete_stray_drafts(path: Path) -> int:
    """Delete the drafts that a killed process left, and return how many. Delete none while a rotation runs.

    A draft may be a hard link to the file itself (`keyring.open_keyring`); such a draft is not overwritten.
    """
    if not path.exists():
        return 0
    with exclusive_lock(path.parent) as is_locked:
        drafts = find_drafts(path) if is_locked else []
        for draft in drafts:
            with contextlib.suppress(FileNotFoundError):
                (Path.unlink if draft.stat().st_nlink > 1 else overwrite_and_delete)(draft)
    return len(drafts)


@contextlib.contextmanager
def exclusive_lock(folder: Path) -> Iterator[bool]:
    """Lock a folder; yield False where another process has locked it. The kernel frees the lock of a killed process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_locked = True
    except BlockingIOError:
        is_locked = False
    try:
        yield is_locked
    finally:
        os.close(handle)


def overwrite_and_delete(path: Path) -> None:
    """Overwrite and delete a file. Raises nothing where there is none, and OSError where that is not allowed."""
    with contextlib.suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
        overwrite(file.fileno())
        path.unlink()


def overwrite(handle: int) -> None:
    os.pwrite(handle, os.urandom(os.fstat(handle).st_size), 0)
    os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Sync the folder, so that a power cut after the first opt-in does not leave records without their key."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
