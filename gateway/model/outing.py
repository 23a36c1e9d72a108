"""A note left before meeting somebody, and the hour by which its writer is back."""

import struct

import msgspec

LAST = 2
"""reminders before her people are told"""
DONE = LAST + 1
"""the step after which nothing comes, unless she asks for more time"""
LONGEST = 86400
"""seconds that somebody may be out"""
LONGEST_PART = 40
"""characters of each part of a note"""
_HEAD = struct.Struct(">IBB")
"""until, flags, length of the language's name"""


class Outing(msgspec.Struct, frozen=True):
    """Ten thousand of these run at once: kept small. Times in Unix seconds."""

    until: int
    lang: str
    note: str
    """where, with whom, plate, other words; read by nobody while all is well"""
    step: int = 0
    """reminders so far; then DONE"""
    told: bool = False
    """her people have the note"""
    over: bool = False
    """it looks ended on her phone: somebody made her end it, and her people hear"""
    colleagues: bool = False
    """responders get it too, as a call for help"""

    def later(self, seconds: int, now: int) -> int:
        """The new hour after so much more time: from the hour that was said, or from now where that has passed."""
        return min(max(self.until, now) + seconds, now + LONGEST)

    def pack(self) -> bytes:
        lang, flags = self.lang.encode(), self.step | self.told << 2 | self.over << 3 | self.colleagues << 4
        return _HEAD.pack(self.until, flags, len(lang)) + lang + self.note.encode()

    @classmethod
    def unpack(cls, data: bytes) -> "Outing":
        until, flags, length = _HEAD.unpack_from(data)
        at = _HEAD.size + length
        told, over, colleagues = (bool(flags & bit) for bit in (4, 8, 16))
        return cls(until, data[_HEAD.size : at].decode(), data[at:].decode(), flags & 3, told, over, colleagues)
