"""Safe calls: a note that a caller leaves before a meeting, and the time by which the caller will be back."""

import struct
from enum import Enum

import msgspec
from msgspec.structs import replace

from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.feature import Feature
from gateway.model.task import Task

SAFE_CALL_FEATURE = Feature("safe-call", needs=CONTACTS_FEATURE)
"""A note left before a meeting, which the contacts get if the caller is not back in time."""


class SafeCallTask(Task):
    """The tasks of safe calls."""

    ADVANCE_SAFE_CALL = "advance-safe-call"
    NOTIFY_SAFE_RETURN = "notify-safe-return"


MAX_DURATION_S = 86400
"""seconds that a safe call may last"""
MAX_NOTE_PART_CHARS = 40
"""characters of each part of a note"""
_HEAD = struct.Struct(">IBB")
"""`until`, flags, length of the language code"""


class SafeCallStage(Enum):
    """The stage of a safe call. The value takes two bits of the packed record."""

    RUNNING = 0
    """no text was sent yet"""
    REMINDED = 1
    """the first reminder was sent"""
    CONTACTS_NEXT = 2
    """both reminders were sent: the contacts are texted next"""
    DONE = 3
    """the contacts were texted; only the deletion follows, unless the caller asks for more time"""


TRANSITIONS: dict[SafeCallStage, frozenset[SafeCallStage]] = {
    SafeCallStage.RUNNING: frozenset({SafeCallStage.RUNNING, SafeCallStage.REMINDED, SafeCallStage.CONTACTS_NEXT}),
    SafeCallStage.REMINDED: frozenset({SafeCallStage.RUNNING, SafeCallStage.CONTACTS_NEXT}),
    SafeCallStage.CONTACTS_NEXT: frozenset({SafeCallStage.RUNNING, SafeCallStage.CONTACTS_NEXT, SafeCallStage.DONE}),
    SafeCallStage.DONE: frozenset({SafeCallStage.RUNNING, SafeCallStage.CONTACTS_NEXT}),
}
"""the stages that may follow each stage"""


class SafeCall(msgspec.Struct, frozen=True):
    """One safe call, packed small because ten thousand may run at once. Times in Unix seconds."""

    until: int
    lang: str
    note: str
    """place, person, plate, other words; sent to contacts only if the caller is not back in time, or under duress"""
    stage: SafeCallStage = SafeCallStage.RUNNING
    contacts_notified: bool = False
    """contacts have the note"""
    notifies_responders: bool = False
    """responders get the note too, as a call for help"""
    place: str = ""
    """where the caller goes, for the responders' list; kept only where responders get the note"""

    def advance(self, to: SafeCallStage) -> "SafeCall":
        """Return this safe call at stage `to`. Raises ValueError for a transition that `TRANSITIONS` lacks."""
        if to not in TRANSITIONS[self.stage]:
            raise ValueError(f"a safe call cannot go from {self.stage.name} to {to.name}")
        return replace(self, stage=to)

    def extended_until(self, seconds: int, now: int) -> int:
        """Return the new end, `seconds` after the agreed end, or after now where the agreed end has passed."""
        return min(max(self.until, now) + seconds, now + MAX_DURATION_S)

    def pack(self) -> bytes:
        lang, place = self.lang.encode(), self.place.encode()
        flags = self.stage.value | self.contacts_notified << 2 | self.notifies_responders << 3 | bool(place) << 4
        kept = bytes([len(place)]) + place if place else b""
        return _HEAD.pack(self.until, flags, len(lang)) + lang + kept + self.note.encode()

    @classmethod
    def unpack(cls, data: bytes) -> "SafeCall":
        until, flags, length = _HEAD.unpack_from(data)
        at = _HEAD.size + length
        contacts_notified, notifies_responders, has_place = (bool(flags & bit) for bit in (4, 8, 16))
        end = at + 1 + data[at] if has_place else at
        return cls(
            until,
            data[_HEAD.size : at].decode(),
            data[end:].decode(),
            SafeCallStage(flags & 3),
            contacts_notified,
            notifies_responders,
            data[at + 1 : end].decode(),
        )
