"""One record of the caller during one turn."""

from typing import Generic, TypeVar

from gateway.store.records.kind import CallerRecord

T = TypeVar("T")


class TurnRecord(Generic[T]):
    """One record of the caller: its stored form as read, and its content as the intents leave it."""

    def __init__(self, kind: CallerRecord[T], stored: bytes | None, value: T | None):
        self.kind, self.stored = kind, stored
        self.as_read = self.value = value

    @property
    def is_changed(self) -> bool:
        return self.value != self.as_read
