"""What the service promised to callers, and which texts the network got for them."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from tests.bench.people import SUBSCRIBERS_FROM
from tests.harness.delivery_log import DeliveryLog

CROWD = f"+{SUBSCRIBERS_FROM}"[:6]
"""prefix of the numbers that get warnings alone: their texts are counted, without an inbox"""


class Promise(NamedTuple):
    """A text that is due to this phone, with words that match this pattern."""

    to: str
    words: str


@dataclass
class Book:
    """What callers were promised, and when they left. Many threads write it: each only adds."""

    promises: list[Promise] = field(default_factory=list)
    joined: dict[str, str] = field(default_factory=dict)
    """number -> area, for those who stay"""
    left: dict[str, float] = field(default_factory=dict)
    """number -> when its STOP was acknowledged (Unix seconds)"""
    referrals: dict[str, str] = field(default_factory=dict)
    """code -> the phone of the referred caller"""
    turns: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    """screens that were neither what should come nor an apology"""


class Ledger(DeliveryLog):
    """Every text that the network took: the count for each number, and the inboxes of all but the crowd."""

    def __init__(self, network: httpx.Client):
        super().__init__(network)
        self.inbox: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)

    def note(self, message: dict[str, Any]) -> None:
        super().note(message)
        if not message["number"].startswith(CROWD):
            self.inbox[message["number"]].append((message["time"], message["text"]))

    def sent(self, place: str, endings: set[str], ending: bool) -> Counter[str]:
        """Return how often each number was sent the warning with this venue, or its ending."""
        found: Counter[str] = Counter()
        for text, numbers in self.texts.items():
            if place in text and (text in endings) == ending:
                found += numbers
        return found

    def came(self, promise: Promise) -> list[str]:
        return [text for _when, text in self.inbox.get(promise.to, ()) if re.search(promise.words, text)]
