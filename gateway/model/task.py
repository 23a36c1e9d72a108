"""The tasks that the work queue holds. An item of the queue is a task and what it is about, as one name."""

from enum import StrEnum


class Task(StrEnum):
    """A kind of work. Each capability has an enum of its own, beside its records.

    The value begins the item's name in Redis. `claim_items.lua` reads `msg`, `bc` and `sos`.
    """

    def item(self, *parts: bytes | str | int) -> bytes:
        """Return the name of the item for this task and what it is about."""
        return b":".join([self.encode(), *(part if isinstance(part, bytes) else str(part).encode() for part in parts)])


class ServiceTask(Task):
    """The work that keeps the service tidy."""

    REWRITE_APPEND_ONLY_FILE = "rewrite-append-only-file"


_by_verb: dict[bytes, Task] = {}


def all_tasks() -> tuple[Task, ...]:
    """Return the tasks of every capability that is imported."""
    return tuple(task for kind in Task.__subclasses__() for task in kind)


def task_of(item: bytes) -> Task | None:
    """Return the task of an item's name, or None where no task begins so."""
    verb = item.partition(b":")[0]
    if verb not in _by_verb:
        _by_verb.update({task.encode(): task for task in all_tasks()})
    return _by_verb.get(verb)
