"""Which keys this machine has used with Redis. A Redis that does not know these keys has lost its records.

The file holds the id of the keys, which Redis holds too. It makes no difference who reads it.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = "redis-used"
LOST_REASON: Final = (
    "Redis is empty or was replaced, but these keys were used with its records: the data are gone. Stop all processes "
    f"and restore a backup (`mwavuli restore`). To begin with what Redis holds now, delete `{FILE}` in MWAVULI_DATA_DIR"
)


def were_used(data_dir: Path, key_id: str) -> bool:
    """Whether a process of this machine has opened Redis with these keys."""
    with suppress(OSError):
        return (data_dir / FILE).read_text() == key_id
    return False


def note_use(data_dir: Path, key_id: str) -> None:
    """Write the id of the keys; where that fails, the next start tries again."""
    if not were_used(data_dir, key_id):
        with suppress(OSError):
            (data_dir / FILE).write_text(key_id)
            (data_dir / FILE).chmod(0o600)
