"""The phones of the network: the inbox of each, and the dialogue on its screen."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.simulator.dialogue import Dialogue
from gateway.simulator.septets import count_segments, measure
from gateway.simulator.stats import Message

INBOX_SIZE = 50
"""Most texts that a phone keeps; a full basic phone drops the oldest."""


@dataclass
class Phone:
    """One handset. `last_change` is the change count of the network when this phone last changed."""

    msisdn: str
    label: str = ""
    network_code: str = "63902"
    shown: bool = False
    opted_out: bool = False
    dialogue: Dialogue | None = None
    received: int = 0
    last_change: int = 0
    inbox: deque[Message] = field(default_factory=lambda: deque(maxlen=INBOX_SIZE))

    def receive(self, message: Message) -> None:
        self.inbox.append(message)
        self.received += 1

    def as_json(self) -> dict[str, object]:
        return {
            "msisdn": self.msisdn,
            "label": self.label,
            "network_code": self.network_code,
            "shown": self.shown,
            "opted_out": self.opted_out,
            "received": self.received,
            "dialogue": self.dialogue.as_json() if self.dialogue else None,
            "inbox": [text_json(message) for message in self.inbox],
        }


def text_json(message: Message) -> dict[str, object]:
    """Return a received text for the page and the tests."""
    return {
        "id": message.id,
        "time": message.time,
        "from": message.sender,
        "text": message.text,
        "segments": count_segments(message.text),
        "encoding": measure(message.text).encoding,
    }


class Phones:
    """All phones so far, and a count of changes that the page polls."""

    def __init__(self, shown: Iterable[tuple[str, str]], history: Iterable[Message]) -> None:
        self.initial = tuple(shown)
        self.history = history
        self.change_count = 0
        self.reset()

    def reset(self) -> None:
        self.by_number: dict[str, Phone] = {}
        self.opted_out: set[str] = set()
        for msisdn, label in self.initial:
            self.show(msisdn, label)

    def __iter__(self) -> Iterator[Phone]:
        return iter(list(self.by_number.values()))

    def get(self, msisdn: str) -> Phone:
        """Return a phone; a new phone receives the kept texts to its number."""
        if msisdn not in self.by_number:
            phone = self.by_number[msisdn] = Phone(msisdn)
            for message in self.history:
                if message.number == msisdn:
                    phone.receive(message)
        return self.by_number[msisdn]

    def show(self, msisdn: str, label: str = "", network_code: str = "") -> Phone:
        """Put a phone on the page."""
        phone = self.get(msisdn)
        phone.shown = True
        phone.label = label or phone.label
        phone.network_code = network_code or phone.network_code
        self.record_change(phone)
        return phone

    def record_change(self, phone: Phone) -> None:
        """Mark a phone as changed."""
        self.change_count += 1
        phone.last_change = self.change_count

    def opt_out(self, phone: Phone) -> None:
        """Refuse all further bulk texts."""
        phone.opted_out = True
        self.opted_out.add(phone.msisdn)
        self.record_change(phone)
