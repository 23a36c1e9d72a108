"""Tasks. The name of an item of the work queue is its task and its arguments."""

from enum import StrEnum


class Task(StrEnum):
    """A kind of work. Each capability has its own enum, beside its records.

    The value begins the item's name in Redis. `claim_items.lua` reads `msg`, `bc` and `sos`.
    """

    def item(self, *parts: bytes | str | int) -> bytes:
        """Return the name of the item for this task and these arguments."""
        return b":".join([self.encode(), *(part if isinstance(part, bytes) else str(part).encode() for part in parts)])


class ServiceTask(Task):
    """The tasks that maintain the service."""

    REWRITE_APPEND_ONLY_FILE = "rewrite-append-only-file"


_by_name: dict[bytes, Task] = {}


def all_tasks() -> tuple[Task, ...]:
    """Return the tasks of every capability that is imported."""
    return tuple(task for kind in Task.__subclasses__() for task in kind)


def task_of(item: bytes) -> Task | None:
    """Return the task of an item's name, or None where no task has this name."""
    name = item.partition(b":")[0]
    if name not in _by_name:
        _by_name.update({task.encode(): task for task in all_tasks()})
    return _by_name.get(name)
