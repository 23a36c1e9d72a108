"""Subscriptions, packed small because a million of them must fit into a small server."""

import struct
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from gateway.model.task import Task


class SubscriptionTask(Task):
    """The tasks about subscribers."""

    END_TONIGHT = "end-tonight"
    ERASE_RECIPIENT = "erase-recipient"
    SCAN_INACTIVE = "scan-inactive"


CONSENT_VERSION = 2
"""Version of the words that a person reads before joining (`menus/alerts.py`); raise it when their meaning changes.

1 also said, before the question, that alerts can be late or fail, and how to end them; since 2 that follows the yes.
"""

AREA_ID_BYTES = 5
MAX_AREAS = 12
WEEK_S = 604800
_HEAD = struct.Struct(">BBBBHHH")
_TONIGHT_UNTIL, _ASKED_WEEK = struct.Struct(">I"), struct.Struct(">H")
_PIN_HASH_BYTES = 16
DELIVERED_WEEK_OFFSET = _HEAD.size - 2
"""the position of `delivered_week` in a packed subscription, where `apply_delivery_report.lua` writes it"""


class Wording(IntEnum):
    """How plain the texts of warnings are on this phone."""

    NEUTRAL = 0
    PLAIN = 1
    CODE = 2


class Channel(IntEnum):
    """How a person opted in."""

    USSD = 0
    SMS = 1


class TextPreference(IntEnum):
    """Which texts a subscriber wants. An answer to the subscriber's own message always comes."""

    ALL = 0
    ALERTS_ONLY = 1
    """warnings, and no news or questions"""
    DAYTIME = 2
    """no text in the night hours (`quiet.night_hours`), not even a warning"""
    NONE = 3
    """no texts; the subscriber dials to read"""


class Subscription(msgspec.Struct, frozen=True):
    """One subscription: its evidence of consent, choices and areas. It exists only while there is consent.

    Dates are weeks since 1970, so that a stolen store does not show which people joined on the day of an event.
    """

    lang: str
    consent_week: int
    seen_week: int
    """week of the last session or text"""
    delivered_week: int = 0
    """week of the last report that a text arrived; 0: no report yet"""
    channel: Channel = Channel.USSD
    consent_version: int = CONSENT_VERSION
    wording: Wording = Wording.NEUTRAL
    text_preference: TextPreference = TextPreference.ALL
    unanswered_questions: int = 0
    """how often the re-consent question got no answer; 0 to 3"""
    asked_week: int = 0
    areas: tuple[str, ...] = ()
    tonight_area: str = ""
    tonight_until: int = 0
    pin_hash: bytes = b""
    remembers_language: bool = False

    def active_areas(self, now: int) -> tuple[str, ...]:
        """Return the chosen areas and the area of tonight. `now` in Unix seconds."""
        extra = (
            (self.tonight_area,)
            if self.tonight_area and self.tonight_until > now and self.tonight_area not in self.areas
            else ()
        )
        return self.areas + extra

    def as_seen(self, now: float) -> "Subscription":
        """Return the subscription after a session or text, which answers a re-consent question with yes.

        Within one week nothing changes. `now` in Unix seconds.
        """
        return replace(self, seen_week=week_number(now), unanswered_questions=0, asked_week=0)

    def pack(self) -> bytes:
        lang = self.lang.encode()
        flags = self.remembers_language | bool(self.pin_hash) << 1 | bool(self.tonight_area) << 2 | len(lang) << 3
        choices = self.wording | self.channel << 2 | self.text_preference << 3 | self.unanswered_questions << 5
        head = _HEAD.pack(
            flags, choices, self.consent_version, len(self.areas),
            self.consent_week, self.seen_week, self.delivered_week,
        )  # fmt: skip
        tonight = (
            _TONIGHT_UNTIL.pack(self.tonight_until) + bytes.fromhex(self.tonight_area) if self.tonight_area else b""
        )
        asked = _ASKED_WEEK.pack(self.asked_week) if self.unanswered_questions else b""
        return head + lang + self.pin_hash + asked + tonight + b"".join(map(bytes.fromhex, self.areas))

    @staticmethod
    def unpack_language_and_wording(packed: bytes) -> "tuple[str, Wording]":
        """Return language and wording of a packed subscription, which sending needs."""
        return packed[_HEAD.size : _HEAD.size + (packed[0] >> 3)].decode(), Wording(packed[1] & 3)

    @classmethod
    def unpack(cls, data: bytes) -> "Subscription":
        flags, choices, version, count, week, seen, delivered = _HEAD.unpack_from(data)
        at = _HEAD.size + (flags >> 3)
        lang = data[_HEAD.size : at].decode()
        pin = data[at : at + _PIN_HASH_BYTES] if flags & 2 else b""
        at += len(pin)
        asked, asked_week, until, tonight = choices >> 5 & 3, 0, 0, ""
        if asked:
            [asked_week] = _ASKED_WEEK.unpack_from(data, at)
            at += _ASKED_WEEK.size
        if flags & 4:
            [until] = _TONIGHT_UNTIL.unpack_from(data, at)
            at += _TONIGHT_UNTIL.size
            tonight = data[at : at + AREA_ID_BYTES].hex()
            at += AREA_ID_BYTES
        ids = tuple(data[i : i + AREA_ID_BYTES].hex() for i in range(at, at + count * AREA_ID_BYTES, AREA_ID_BYTES))
        return cls(
            lang=lang, consent_week=week, seen_week=seen, delivered_week=delivered, channel=Channel(choices >> 2 & 1),
            consent_version=version, wording=Wording(choices & 3),
            text_preference=TextPreference(choices >> 3 & 3), unanswered_questions=asked,
            asked_week=asked_week, areas=ids, tonight_area=tonight, tonight_until=until,
            pin_hash=pin, remembers_language=bool(flags & 1),
        )  # fmt: skip


def week_number(now: float) -> int:
    """Return whole weeks since 1970 for Unix seconds."""
    return int(now // WEEK_S)
