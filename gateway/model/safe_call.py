"""A note left before meeting somebody, and the hour by which its writer is back."""

import struct

import msgspec

MAX_REMINDERS = 2
"""reminders before her people are told"""
STEP_DONE = MAX_REMINDERS + 1
"""the step after which nothing comes, unless she asks for more time"""
MAX_DURATION_S = 86400
"""seconds that somebody may be out"""
MAX_NOTE_PART_CHARS = 40
"""characters of each part of a note"""
_HEAD = struct.Struct(">IBB")
"""until, flags, length of the language's name"""


class SafeCall(msgspec.Struct, frozen=True):
    """Ten thousand of these run at once: kept small. Times in Unix seconds."""

    until: int
    lang: str
    note: str
    """where, with whom, plate, other words; read by nobody while all is well"""
    step: int = 0
    """reminders so far; then DONE"""
    contacts_notified: bool = False
    """her people have the note"""
    looks_ended: bool = False
    """it looks ended on her phone: somebody made her end it, and her people hear"""
    notifies_responders: bool = False
    """responders get it too, as a call for help"""

    def extended_until(self, seconds: int, now: int) -> int:
        """The new hour after so much more time: from the hour that was said, or from now where that has passed."""
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
