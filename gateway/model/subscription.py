"""What is kept of a person who opted in, packed small: a million of them must fit a small server."""

import struct
from enum import IntEnum

import msgspec
from msgspec.structs import replace

CONSENT_WORDING = 1
"""Version of the words read before joining (`menus/alerts.py`); raise it when they change in meaning."""

AREA_BYTES = 5
MOST_AREAS = 12
WEEK = 604800
_HEAD = struct.Struct(">BBBBHHH")
_TONIGHT, _ASKED = struct.Struct(">I"), struct.Struct(">H")
_PIN_BYTES = 8
DELIVERED_AT = _HEAD.size - 2
"""where `delivered_week` stands in a packed record: `report.lua` moves it there"""


class Wording(IntEnum):
    """How plainly a warning speaks on this phone."""

    NEUTRAL = 0
    PLAIN = 1
    CODE = 2


class Channel(IntEnum):
    """Where somebody said yes."""

    USSD = 0
    SMS = 1


class Texts(IntEnum):
    """Which texts somebody wants of those nobody waits for. An answer to her own message always comes."""

    ALL = 0
    ALERTS = 1
    """warnings, and no news or questions"""
    BY_DAY = 2
    """nothing in the night hours (`quiet.own`), not even a warning"""
    NONE = 3
    """she dials to see"""


class Subscription(msgspec.Struct, frozen=True):
    """One opt-in: its consent evidence, choices and areas. It exists only while consent does.

    Dates are weeks since 1970, so that a stolen store does not tell who joined on the day of an event.
    """

    lang: str
    consent_week: int
    seen_week: int
    """the last dial or text"""
    delivered_week: int = 0
    """the last report that a text arrived; 0: never one"""
    channel: Channel = Channel.USSD
    consent_wording: int = CONSENT_WORDING
    wording: Wording = Wording.NEUTRAL
    texts: Texts = Texts.ALL
    asked: int = 0
    """how often asked in vain whether she still wants this; 0 to 3"""
    asked_week: int = 0
    areas: tuple[str, ...] = ()
    tonight: str = ""
    tonight_until: int = 0
    pin: bytes = b""
    remember: bool = False

    def live_areas(self, now: int) -> tuple[str, ...]:
        """Chosen areas and tonight's."""
        extra = (self.tonight,) if self.tonight and self.tonight_until > now and self.tonight not in self.areas else ()
        return self.areas + extra

    def seen(self, now: float) -> "Subscription":
        """She dials or texts: that is a yes to whatever she was asked. Changes nothing within a week."""
        return replace(self, seen_week=week_of(now), asked=0, asked_week=0)

    def pack(self) -> bytes:
        lang = self.lang.encode()
        flags = self.remember | bool(self.pin) << 1 | bool(self.tonight) << 2 | len(lang) << 3
        choices = self.wording | self.channel << 2 | self.texts << 3 | self.asked << 5
        head = _HEAD.pack(
            flags, choices, self.consent_wording, len(self.areas),
            self.consent_week, self.seen_week, self.delivered_week,
        )  # fmt: skip
        tonight = _TONIGHT.pack(self.tonight_until) + bytes.fromhex(self.tonight) if self.tonight else b""
        asked = _ASKED.pack(self.asked_week) if self.asked else b""
        return head + lang + self.pin + asked + tonight + b"".join(map(bytes.fromhex, self.areas))

    @staticmethod
    def voice(packed: bytes) -> "tuple[str, Wording]":
        """Language and wording alone, of a packed subscription: all that sending needs."""
        return packed[_HEAD.size : _HEAD.size + (packed[0] >> 3)].decode(), Wording(packed[1] & 3)

    @classmethod
    def unpack(cls, data: bytes) -> "Subscription":
        flags, choices, version, count, week, seen, delivered = _HEAD.unpack_from(data)
        at = _HEAD.size + (flags >> 3)
        lang = data[_HEAD.size : at].decode()
        pin = data[at : at + _PIN_BYTES] if flags & 2 else b""
        at += len(pin)
        asked, asked_week, until, tonight = choices >> 5 & 3, 0, 0, ""
        if asked:
            [asked_week] = _ASKED.unpack_from(data, at)
            at += _ASKED.size
        if flags & 4:
            [until] = _TONIGHT.unpack_from(data, at)
            at += _TONIGHT.size
            tonight = data[at : at + AREA_BYTES].hex()
            at += AREA_BYTES
        ids = tuple(data[i : i + AREA_BYTES].hex() for i in range(at, at + count * AREA_BYTES, AREA_BYTES))
        return cls(
            lang=lang, consent_week=week, seen_week=seen, delivered_week=delivered, channel=Channel(choices >> 2 & 1),
            consent_wording=version, wording=Wording(choices & 3), texts=Texts(choices >> 3 & 3), asked=asked,
            asked_week=asked_week, areas=ids, tonight=tonight, tonight_until=until, pin=pin, remember=bool(flags & 1),
        )  # fmt: skip


def week_of(now: float) -> int:
    """Whole weeks since 1970 for Unix seconds."""
    return int(now // WEEK)
