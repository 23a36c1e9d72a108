"""The same keys and texts played in several worlds: one account, and one difference that a phone must not show."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from gateway.model import intents
from gateway.model.sos_answer import SosAnswer
from gateway.store import Turn
from jobs.notify import LANES
from tests.harness.cast import number
from tests.harness.steps_turns import agreed_visit, do
from tests.harness.town import Town, TownPhone

Step = tuple[str, ...]
"""What happens, and its arguments: `dial`, `key`, `go` (labels; `=` before typed words), `text`, `wait`, `answer`."""
MAX_PAGES = 8
FRESH_CODE = re.compile(r"\b\d{4}\b")
"""a code in a text, which is random"""


class Worlds:
    """Plays steps from one saved state again and again, with a clock that only the steps move."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch):
        self.town = town
        self._started_at = int(town.now())
        self._codes = itertools.count(1)
        monkeypatch.setattr("gateway.model.referral.new_referral_code", self._next_code)
        monkeypatch.setattr(town, "_now", lambda: self._started_at)
        monkeypatch.setattr("gateway.store.turn_reader.Turn", self._turn)
        self._saved: dict[bytes, tuple[bytes, int]] = {}
        self._ahead = 0

    def _next_code(self) -> str:
        return f"{40000 + next(self._codes)}"

    def _turn(self, *args: Any, **fields: Any) -> Turn:
        fields["now"], fields["transaction"].second_fraction = int(self.town.now()), 0.0
        return Turn(*args, **fields)

    def save(self) -> None:
        """Keep everything in Redis as it is now, and the time."""
        run = self.town.store.connection.execute
        self.town.work()
        self._saved = {key: (run("DUMP", key), run("PTTL", key)) for key in run("KEYS", "*")}
        self._ahead = self.town._ahead

    def play(
        self, name: str, steps: Sequence[Step], keys: Mapping[str, str], redials: bool = True
    ) -> list[tuple[Step, Any]]:
        """Return each step with what the phone showed and got. `keys`: what is typed for a word, such as PIN.

        `redials`: whether the phone dials again after the end of a session.
        """
        self._restore()
        self._redials = redials
        seen = []
        for step in steps:
            shown = list(self._take(self.town[name], step, keys))
            self._send_all()
            seen.append((step, (shown, sorted(FRESH_CODE.sub("CODE", text) for text in self.town.inbox(name)))))
        return seen

    def _send_all(self) -> None:
        """Do all due work, and send the texts that the rate limiter put off for a moment."""
        self.town.work()
        run = self.town.store.connection.execute
        for lane in LANES:
            for item in run("ZRANGE", f"due:{lane}", 0, -1):
                if item.startswith(b"msg:"):
                    run("ZADD", f"due:{lane}", 0, item)
        self.town.work()

    def _restore(self) -> None:
        run = self.town.store.connection.execute
        self.town._ahead = self._ahead
        self._codes = itertools.count(1)
        self.town.connect_phones()
        run("FLUSHDB")
        for key, (dump, ttl_ms) in self._saved.items():
            run("RESTORE", key, max(0, ttl_ms), dump)
        for phone in self.town._phones.values():
            phone.screen, phone.open = "", False

    def _take(self, phone: TownPhone, step: Step, keys: Mapping[str, str]) -> Iterator[str]:
        kind, *words = step
        if kind == "dial":
            self.town.sleep(300)
            yield phone.dial(*words)
        elif kind == "key":
            yield self._press(phone, keys.get(words[0], words[0]))
        elif kind == "go":
            yield from self._go(phone, words, keys)
        elif kind == "text":
            phone.text(words[0])
        elif kind == "wait":
            self.town.sleep(int(words[0]))
        elif kind == "answer":
            _responders_come(self.town)
        elif kind == "visit":
            do(self.town, phone.name, *agreed_visit(self.town, words[0]))
        elif kind == "clinic":
            do(self.town, "Nurse", intents.AnswerReferral(words[0], 1))
        elif kind == "other phone":
            self.town[words[0]].text_and_confirm(words[1])

    def _press(self, phone: TownPhone, key: str) -> str:
        return phone.press(key) if phone.open else phone.dial() if self._redials else ""

    def _go(self, phone: TownPhone, words: Sequence[str], keys: Mapping[str, str]) -> Iterator[str]:
        """Go home and from there along these labels, as far as the phone offers them."""
        for _ in range(MAX_PAGES * 2):
            if not phone.open:
                if not self._redials:
                    return
                yield phone.dial("1") if "English" in phone.dial() else phone.screen
            elif "Tell us" in phone.screen and "PIN" in phone.screen:
                break
            else:
                yield phone.press("0")
        for word in words:
            if not phone.open:
                return
            if word.startswith("="):
                yield phone.press(keys.get(word[1:], word[1:]))
                continue
            pages = 0
            while not phone.key_of(word) and "\n98. " in phone.screen and pages < MAX_PAGES:
                pages += 1
                yield phone.press("98")
            if not phone.key_of(word):
                return
            yield phone.press(phone.key_of(word))


def _responders_come(town: Town) -> None:
    """Let Salma say of every open call that she comes."""
    for code in sorted(town.store.read_turn(number("Salma")).sos_by_code):
        do(town, "Salma", intents.AnswerSos(code, SosAnswer.COMING))
