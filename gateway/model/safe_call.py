"""A safe call: a note that a caller leaves before meeting a person, and the hour by which they are back."""

import struct

import msgspec

MAX_REMINDERS = 2
"""reminders before contacts are notified"""
STEP_DONE = MAX_REMINDERS + 1
"""the step after which nothing follows, unless the caller extends the safe call"""
MAX_DURATION_S = 86400
"""seconds that a safe call may last"""
MAX_NOTE_PART_CHARS = 40
"""characters of each part of a note"""
_HEAD = struct.Struct(">IBB")
"""`until`, flags, length of the language code"""


class SafeCall(msgspec.Struct, frozen=True):
    """Kept small, for ten thousand may run at once. Times in Unix seconds."""

    until: int
    lang: str
    note: str
    """place, person, plate, other words; nobody reads it while all is well"""
    step: int = 0
    """reminders sent so far; then `STEP_DONE`"""
    contacts_notified: bool = False
    """contacts have the note"""
    looks_ended: bool = False
    """it looks ended on the caller's phone: the second code was typed, and contacts are notified"""
    notifies_responders: bool = False
    """responders get the note too, as a call for help"""

    def extended_until(self, seconds: int, now: int) -> int:
        """Return the new hour after `seconds` more: from the agreed hour, or from now where that has passed."""
        return min(max(self.until, now) + seconds, now + MAX_DURATION_S)

    def pack(self) -> bytes:
        lang, flags = (
            self.lang.encode(),
            self.step | self.contacts_notified << 2 | self.looks_ended << 3 | self.notifies_responders << 4,
        )
        return _HEAD.pack(self.until, flags, len(lang)) + lang + self.note.encode()

    @classmethod
    def unpack(cls, data: bytes) -> "SafeCall":
        until, flags, length = _HEAD.unpack_from(data)
        at = _HEAD.size + length
        told, over, colleagues = (bool(flags & bit) for bit in (4, 8, 16))
        return cls(until, data[_HEAD.size : at].decode(), data[at:].decode(), flags & 3, told, over, colleagues)
