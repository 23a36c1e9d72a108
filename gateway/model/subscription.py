"""What is kept of a person who opted in, packed small: a million of them must fit a small server."""

import struct
from enum import IntEnum

import msgspec

CONSENT_WORDING = 1
"""Version of the words read before joining (`menus/alerts.py`); raise it when they change in meaning."""

AREA_BYTES = 5
MOST_AREAS = 12
_HEAD = struct.Struct(">BBBBHHIB")
_PIN_BYTES = 8


class Wording(IntEnum):
    """How plainly a warning speaks on this phone."""

    NEUTRAL = 0
    PLAIN = 1
    CODE = 2


class Channel(IntEnum):
    """Where somebody said yes."""

    USSD = 0
    SMS = 1


class Subscription(msgspec.Struct, frozen=True):
    """One opt-in: its consent evidence, choices and areas. It exists only while consent does.

    Dates are weeks since 1970, so that a stolen store does not tell who joined on the day of an event.
    """

    lang: str
    consent_week: int
    seen_week: int
    channel: Channel = Channel.USSD
    consent_wording: int = CONSENT_WORDING
    wording: Wording = Wording.NEUTRAL
    areas: tuple[str, ...] = ()
    tonight: str = ""
    tonight_until: int = 0
    pin: bytes = b""
    remember: bool = False

    def live_areas(self, now: int) -> tuple[str, ...]:
        """Chosen areas and tonight's."""
        extra = (self.tonight,) if self.tonight and self.tonight_until > now and self.tonight not in self.areas else ()
        return self.areas + extra

    def pack(self) -> bytes:
        lang = self.lang.encode()
        flags = self.remember | bool(self.pin) << 1 | bool(self.tonight) << 2 | len(lang) << 3
        head = _HEAD.pack(
            flags, self.wording, self.channel, self.consent_wording,
            self.consent_week, self.seen_week, self.tonight_until, len(self.areas),
        )  # fmt: skip
        ids = [*self.areas, self.tonight] if self.tonight else self.areas
        return head + lang + self.pin + b"".join(map(bytes.fromhex, ids))

    @staticmethod
    def voice(packed: bytes) -> "tuple[str, Wording]":
        """Language and wording alone, of a packed subscription: all that sending needs."""
        return packed[_HEAD.size : _HEAD.size + (packed[0] >> 3)].decode(), Wording(packed[1])

    @classmethod
    def unpack(cls, data: bytes) -> "Subscription":
        flags, wording, channel, version, week, seen, until, count = _HEAD.unpack_from(data)
        at = _HEAD.size + (flags >> 3)
        lang = data[_HEAD.size : at].decode()
        pin = data[at : at + _PIN_BYTES] if flags & 2 else b""
        at += len(pin)
        ids = [data[i : i + AREA_BYTES].hex() for i in range(at, len(data), AREA_BYTES)]
        return cls(
            lang=lang, consent_week=week, seen_week=seen, channel=Channel(channel), consent_wording=version,
            wording=Wording(wording), areas=tuple(ids[:count]), tonight=ids[count] if flags & 4 else "",
            tonight_until=until, pin=pin, remember=bool(flags & 1),
        )  # fmt: skip


def week_of(now: float) -> int:
    """Whole weeks since 1970 for Unix seconds."""
    return int(now // 604800)
