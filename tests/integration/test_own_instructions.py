"""What our texts tell people to send is followed to the letter: nobody is sent in a circle."""

import re
from collections.abc import Callable, Iterator

import pytest

from gateway.model.intents import SetPassphrase
from gateway.model.sos import SOS_FEATURE
from gateway.store import Turn
from tests.harness.cast import number
from tests.harness.steps_turns import do, subscribe_phone
from tests.harness.town import Town

PLACE = "soko mwezi"
SENT: dict[str, Callable[[re.Match[str]], list[str]]] = {
    r"Send (CLINIC), a number from this list, and a place": lambda found: [
        f"{found[1]} 3 {PLACE}", f"{found[1]}, 3, and {PLACE}", f"{found[1]} {PLACE} 3", "3", f"3 {PLACE}",
    ],
    r"Send (RIGHTS) and a number: (\d+)": lambda found: [
        f"{found[1]} {found[2]}", f"{found[1]} and {found[2]}", found[2],
    ],
    r"Send (LANG) and one of: en, (\w+)": lambda found: [
        f"{found[1]} {found[2]}", f"{found[1]} and {found[2]}", found[2],
    ],
    r"Send its name": lambda found: [PLACE, PLACE.upper(), f"{PLACE}."],
    r"Send the name of a place near it": lambda found: [PLACE],
    r"Send a number: (.*)": lambda found: re.findall(r"(?:^|(?<= ))(\d) (?=\D)", found[1]),
    r"[Ss]end (\d{4}) to go on": lambda found: [found[1], f"{found[1]}.", f"{found[1]}#"],
    r"text one: (JOIN) and a place, (\w+), (\w+), (\w+), (\w+)": lambda found: [
        f"{found[1]} {PLACE}", f"{found[1]} and {PLACE}", found[2], found[3], found[4], found[5],
    ],
    r"Reply (YES) or (STOP)": lambda found: [found[1], found[2]],
    r"Send (SOS)": lambda found: [found[1]],
    r"send (STOP)": lambda found: [found[1]],
    r"(STOP): no more texts": lambda found: [found[1]],
}  # fmt: skip
"""what our texts tell people to send -> what a person sends who follows it"""
MAX_STEPS = 6
BEGINNINGS = (
    "CLINIC", "CLINIC 3", "CLINIC soko mwezi", "CLINIC soko mwezi 3", "CLINIC ３ soko mwezi", "CLINIC xyzzy",
    "clinic 99 soko mwezi",
    "RIGHTS", "RIGHTS 1", "RIGHTS 999", "rights nonsense", "what are my rights when police come to the house",
    "LANG", "LANG klingon", "JOIN", "JOIN xyzzy", "JOIN taa mbili", "ALERTS", "ALERTS xyzzy", "REPORT",
    "REPORT xyzzy raid",
    "HELP", "info?", "YES", "hello", "raid", "there is a raid", "stop it now please", "SOS", "START", "UNSTOP",
)  # fmt: skip


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction in a text, by its form, and what a person sends who follows it."""
    for form, follow in SENT.items():
        if found := re.search(form, text):
            for words in follow(found):
                yield form, words


class Correspondence:
    """Texts of one phone, each with our answers. Nothing is sent."""

    def __init__(self, town: Town, name: str, monkeypatch: pytest.MonkeyPatch):
        self._town, self._name, self._got = town, name, []  # type: ignore[var-annotated]
        queue = Turn.queue_texts

        def note(turn: Turn, lane, to, texts, *more) -> None:  # type: ignore[no-untyped-def]
            self._got += list(texts)
            queue(turn, lane, to, texts, *more)

        monkeypatch.setattr(Turn, "queue_texts", note)
        for module in ("answers", "claims"):
            monkeypatch.setattr(f"gateway.turns.{module}.new_code", lambda taken: "4821")
        self._saved = self._dump()

    def _dump(self) -> dict[bytes, bytes]:
        run = self._town.store.connection.execute
        return {key: run("DUMP", key) for key in run("KEYS", "*")}

    def begin(self) -> None:
        run = self._town.store.connection.execute
        run("FLUSHDB")
        for key, dump in self._saved.items():
            run("RESTORE", key, 0, dump)

    def text(self, words: str) -> str:
        self._got.clear()
        self._town[self._name].text(words)
        return " ".join(self._got)


def follow(talk: Correspondence, sent: tuple[str, ...], seen: tuple[str, ...]) -> Iterator[str]:
    """Yield a complaint for each way along our instructions that comes back to one, or to silence."""
    talk.begin()
    answers = [talk.text(words) for words in sent]
    if not answers[-1]:
        yield f"{sent}: no answer"
    found = list(instructions(answers[-1]))
    if again := {form for form, _words in found} & set(seen) - LISTS:
        yield f"{sent}: told again: {sorted(again)}"
    elif len(set(answers)) < len(answers):
        yield f"{sent}: the same answer again"
    elif len(sent) > MAX_STEPS:
        yield f"{sent}: no end"
    else:
        for form, words in found:
            if words not in ("STOP", "SOS") and (form != MENU or len(sent) == 1):
                yield from follow(talk, (*sent, words), (*seen, form))


MENU = next(form for form in SENT if form.startswith("text one"))
"""each of its words is a beginning of its own"""
LISTS = {r"Send (RIGHTS) and a number: (\d+)", r"Send a number: (.*)", r"[Ss]end (\d{4}) to go on"}
"""a list may lead to another list; every code is another one"""


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_no_instruction_leads_in_a_circle(beginning: str, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.turn_on(SOS_FEATURE)
    do(town, "Amina", SetPassphrase("mango"))
    subscribe_phone(town.store, number("Bahati"), "Mawimbi")
    complaints = []
    for name in ("Amina", "Bahati"):
        complaints += [f"{name} {line}" for line in follow(Correspondence(town, name, monkeypatch), (beginning,), ())]
    assert not complaints, "\n".join(complaints)
