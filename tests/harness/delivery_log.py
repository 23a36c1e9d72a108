"""Texts that the simulated network took: they show what is missing and what was sent twice."""

from collections import Counter
from typing import Any

import httpx


class DeliveryLog:
    """Counts the texts that the network takes, by their words."""

    def __init__(self, network: httpx.Client):
        self._network = network
        self._read = 0
        self.texts: dict[str, Counter[str]] = {}

    def took(self, words: str) -> Counter[str]:
        """Return how often each number was sent a text with these words."""
        self.look()
        found: Counter[str] = Counter()
        for text, numbers in self.texts.items():
            if words in text:
                found += numbers
        return found

    def look(self) -> set[str]:
        """Read new texts. Return their receivers' numbers."""
        seen = self._network.get("/messages", params={"since": self._read}).json()
        assert not seen["messages"] or seen["messages"][0]["seq"] == self._read + 1, "the network has forgotten some"
        self._read = seen["now"]
        for message in seen["messages"]:
            self.note(message)
        return {message["number"] for message in seen["messages"]}

    def note(self, message: dict[str, Any]) -> None:
        self.texts.setdefault(message["text"], Counter())[message["number"]] += 1


def doubled(taken: Counter[str]) -> Counter[str]:
    """Return how often each number was sent the same text again."""
    return taken - Counter(taken.keys())
