"""The unlock file: the key that `mwavuli unlock` stored, in a file that exists only in memory.

Every process of this deployment on this machine reads it. The file is lost when the machine stops.
"""

import os
import secrets
import stat
from hashlib import blake2b
from pathlib import Path

from gateway.errors import BadInput

CANDIDATE_FOLDERS = (Path("/dev/shm"), Path(os.environ.get("XDG_RUNTIME_DIR") or "/run/user/none"))  # noqa: S108  checked below
"""The first of these folders that is in memory is used. The session's folder is last, because it is deleted when the
operator logs out."""
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})


def write_unlock_file(key: str, data_dir: Path) -> Path:
    """Write the key, readable by the owner of the data folder alone. Raises BadInput without a folder in memory."""
    path = _file_in(_memory_folder(), data_dir)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(handle, "w", encoding="ascii") as file:
        if os.geteuid() == 0:  # typed by root, read by the service
            owner = data_dir.stat()
            os.fchown(handle, owner.st_uid, owner.st_gid)
        file.write(key)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink()
        raise BadInput(f"{path} belongs to another account of this machine: have it removed") from None
    return path


def read_unlock_file(data_dir: Path) -> str:
    """Return the key; empty where the operator did not type it yet. A file of another account is ignored."""
    for path in find_unlock_files(data_dir):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_uid in (os.geteuid(), 0):
            return path.read_text(encoding="ascii").strip()
    return ""


def find_unlock_files(data_dir: Path) -> list[Path]:
    """Return the existing files."""
    return [path for folder in CANDIDATE_FOLDERS if (path := _file_in(folder, data_dir)).exists()]


def _file_in(folder: Path, data_dir: Path) -> Path:
    name = blake2b(os.fsencode(data_dir.resolve()), digest_size=8).hexdigest()
    return folder / f"mwavuli-{name}"


def _memory_folder() -> Path:
    for folder in CANDIDATE_FOLDERS:
        if file_system_type(folder) in MEMORY_FILE_SYSTEMS:
            return folder
    raise BadInput(
        f"neither {CANDIDATE_FOLDERS[0]} nor XDG_RUNTIME_DIR lies in memory: a key written there would stay on a disk. "
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
