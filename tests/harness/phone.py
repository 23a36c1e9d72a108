"""A basic phone: what a person can do with one, whatever carries it to the service."""

import re
from abc import ABC, abstractmethod

FRESH_CODE = r"(?<![*\d])(\d{4})(?![*\d#])"
"""The code in the question that answers a text which may be forged."""


class Phone(ABC):
    """`screen` is the last screen, without CON or END; `open`: whether the session goes on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.screen, self.open = "", False
        self._matched = 0

    def dial(self, *keys: str) -> str:
        """Dial the service code, then press keys. Return the last screen."""
        self._begin()
        return self.press(*keys)

    def press(self, *keys: str) -> str:
        """Answer one screen after another with these keys, or these typed words. Return the last screen."""
        for key in keys:
            assert self.open, f"{self.name}'s session has ended before {key}:\n{self.screen}"
            self._answer(key)
        return self.screen

    def choose(self, *labels: str) -> str:
        """Press the keys of these choices, one screen after another, turning pages where there are more."""
        for label in labels:
            while not (key := self.key_of(label)):
                assert "\n98. " in self.screen, f"{self.name} is not offered {label!r}:\n{self.screen}"
                self.press("98")
            self.press(key)
        return self.screen

    def key_of(self, label: str) -> str:
        """Return the key of the choice that begins with this label, or else has it; "" where this page has none."""
        words = re.escape(self.translate(label))
        found = re.search(rf"^(\d+)\. {words}", self.screen, re.MULTILINE) or re.search(
            rf"^(\d+)\. .*{words}", self.screen, re.MULTILINE
        )
        return found[1] if found else ""

    def translate(self, label: str) -> str:
        """Return a label in the phone's language."""
        return label

    def gets(self, pattern: str) -> re.Match[str]:
        """Return the match of the next text that matches, after the one that matched before."""
        if found := self._wait_for(pattern):
            return found
        raise AssertionError(f"{self.name} got no {pattern!r}, but {self.texts()}")

    def _wait_for(self, pattern: str) -> re.Match[str] | None:
        for at, text in list(enumerate(self.texts()))[self._matched :]:
            if found := re.search(pattern, text):
                self._matched = at + 1
                return found
        return None

    @abstractmethod
    def text(self, words: str) -> None:
        """Send a text to the short code."""

    def text_and_confirm(self, words: str) -> None:
        """Send a text that needs a fresh code, and then the code that comes back."""
        self.text(words)
        self.text(self.gets(FRESH_CODE)[1])

    @abstractmethod
    def texts(self) -> list[str]:
        """Return every text that this phone ever got."""

    @abstractmethod
    def _begin(self) -> None:
        """Start a session, and set `screen` and `open`."""

    @abstractmethod
    def _answer(self, key: str) -> None:
        """Answer the screen, and set `screen` and `open`."""
