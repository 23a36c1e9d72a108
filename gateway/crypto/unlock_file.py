"""The unlock file: the key that `mwavuli unlock` stored, in a file that exists only in memory.

Every process of this deployment on this machine reads it. The file is lost when the machine stops. It lies in a folder
of its own, readable by its owner alone. The folder's name is random, because any account may write in /dev/shm: one
that took a fixed name first could keep the service locked.
"""

import os
import stat
import tempfile
from hashlib import blake2b
from pathlib import Path

from gateway.crypto.secret_file import find_drafts, overwrite_and_delete, write_draft
from gateway.errors import BadInput
from gateway.os_errors import describe_os_error

PARENT_FOLDERS = (Path("/dev/shm"), Path(os.environ.get("XDG_RUNTIME_DIR") or "/run/user/none"))  # noqa: S108  checked below
"""The first of these folders that is in memory is used. The session's folder is last, because it is deleted when the
operator logs out."""
OWN_FOLDER_PREFIX = "mwavuli-"
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})


def write_unlock_file(key: str, data_dir: Path) -> Path:
    """Write the key, readable by the owner of the data folder alone. Raises BadInput without a folder in memory."""
    try:
        path = _own_folder(_memory_folder(), data_dir) / _file_name(data_dir)
        draft = write_draft(key.encode("ascii"), path)
        _give_to_owner(draft, data_dir)
        draft.replace(path)
    except OSError as error:
        raise BadInput(f"the key cannot be written into memory: {describe_os_error(error)}") from None
    return path


def read_unlock_file(data_dir: Path) -> str:
    """Return the key; empty where the operator did not type it yet. A file of another account is ignored."""
    for path in find_unlock_files(data_dir):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_uid in _trusted_accounts(data_dir):
            return path.read_text(encoding="ascii").strip()
    return ""


def find_unlock_files(data_dir: Path) -> list[Path]:
    """Return the existing files in folders of our own."""
    found = (folder / _file_name(data_dir) for parent in PARENT_FOLDERS for folder in _own_folders(parent, data_dir))
    return [path for path in found if path.exists()]


def destroy_unlock_files(data_dir: Path) -> None:
    """Overwrite and delete the files and their drafts, and the folders where they are empty then."""
    for parent in PARENT_FOLDERS:
        for folder in _own_folders(parent, data_dir):
            path = folder / _file_name(data_dir)
            for file in (path, *find_drafts(path)):
                overwrite_and_delete(file)
            if not any(folder.iterdir()):
                folder.rmdir()


def _own_folder(parent: Path, data_dir: Path) -> Path:
    """Return our folder there. It is made where there is none."""
    if found := _own_folders(parent, data_dir):
        return found[0]
    made = Path(tempfile.mkdtemp(prefix=OWN_FOLDER_PREFIX, dir=parent))  # mode 0700
    _give_to_owner(made, data_dir)
    return made


def _own_folders(parent: Path, data_dir: Path) -> list[Path]:
    """Return the folders that no other account made or can enter."""
    return [path for path in sorted(parent.glob(f"{OWN_FOLDER_PREFIX}*")) if _is_private(path, data_dir)]


def _is_private(folder: Path, data_dir: Path) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and stat.S_IMODE(status.st_mode) == stat.S_IRWXU
        and status.st_uid in _trusted_accounts(data_dir)
    )


def _trusted_accounts(data_dir: Path) -> set[int]:
    """Return this process's account, and for root also the service's, which owns the data folder."""
    if os.geteuid() == 0 and data_dir.exists():
        return {0, data_dir.stat().st_uid}
    return {os.geteuid()}


def _give_to_owner(path: Path, data_dir: Path) -> None:
    """Give a file that root typed to the account of the service."""
    if os.geteuid() == 0:
        owner = data_dir.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _file_name(data_dir: Path) -> str:
    return blake2b(os.fsencode(data_dir.resolve()), digest_size=8).hexdigest()


def _memory_folder() -> Path:
    for folder in PARENT_FOLDERS:
        if file_system_type(folder) in MEMORY_FILE_SYSTEMS:
            return folder
    raise BadInput(
        f"neither {PARENT_FOLDERS[0]} nor XDG_RUNTIME_DIR lies in memory: a key written there would stay on a disk. "
        "Give the key as MWAVULI_KEY or MWAVULI_KEY_FILE"
    )


def file_system_type(folder: Path) -> str:
    """Return the type of the folder's file system; empty where it is unknown."""
    if not folder.is_dir():
        return ""
    real, best, kind = folder.resolve(), -1, ""
    for line in Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines():
        mount_point, type_ = line.split(" ")[1:3]
        if real.is_relative_to(mount_point) and len(mount_point) >= best:
            best, kind = len(mount_point), type_
    return kind
