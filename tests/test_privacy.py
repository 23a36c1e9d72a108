"""What a thief of the disk, the dump, the log or the backup would find: nobody (rows 1 and 2 of the fault table)."""

import base64
import binascii
import hashlib
import logging
import re
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import httpx
import msgspec
import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

import translations
from gateway import settings
from gateway.cli import redis_server
from gateway.deployment import Deployment, open_deployment
from gateway.numbers import Number
from gateway.providers import AfricasTalking
from gateway.turns.sms import Sms
from gateway.vault import Purpose, new_key
from jobs import lanes
from jobs.context import Context
from tests import town as town_module
from tests.cast import NUMBERS, TEAM
from tests.leaks import Haystack, needles, spellings
from tests.served import OwnRedis
from tests.stack import Stack, until
from tests.town import Town

# What is told and typed in the story: words that stand nowhere in the programme.
REPORTED = "behind Kibokosalon"
TO_US = "Mbunihotel guards beat people"
PLACE = "Tembogate"
WORDS = "Swalabridge is closed"
NEW_PLACE = "Nyatistage"
TO_CLINIC = "Chuidoor please"
FROM_CLINIC = "Simbagate room seven"
TEXTED = "Fisiwall"
MISTYPED = "Kondoolane"
ODD_PLACE = "Nyukifield"
SAID = [w for text in (
    REPORTED, TO_US, PLACE, WORDS, NEW_PLACE, TO_CLINIC, FROM_CLINIC, TEXTED, MISTYPED, ODD_PLACE
) for w in text.split() if w[0].isupper()]  # fmt: skip
OWN_PIN, WRONG_OWN_PIN, WRONG_STAFF_PIN = "0357", "0429", "0888"
"""no case's number begins with 0"""
NEW_SENDER = "+254711000077"
PEOPLE = {**NUMBERS, "Tatu": NEW_SENDER, "malformed": "+254711000088"}


class Person(Protocol):
    """A phone, near (turns called directly) or far (over HTTP, through web and workers)."""

    screen: str

    def dial(self) -> str: ...
    def type(self, *words: str) -> str: ...
    def pick(self, *labels: str) -> str: ...
    def text(self, words: str) -> None: ...
    def gets(self, pattern: str) -> re.Match[str]: ...


class Near:
    """A phone of the town, with choices picked by their words."""

    def __init__(self, town: Town, name: str):
        self._phone = town[name]
        self._inbox: list[str] = []
        self.text = self._phone.text
        self.dial = self._phone.dial
        self.type = self._phone.press

    @property
    def screen(self) -> str:
        return self._phone.screen

    def pick(self, *labels: str) -> str:
        for label in labels:
            while not (found := re.search(rf"^(\d+)\. {re.escape(label)}", self.screen, re.MULTILINE)):
                assert "\n98. " in self.screen, f"no {label!r} on:\n{self.screen}"
                self.type("98")
            self.type(found[1])
        return self.screen

    def gets(self, pattern: str) -> re.Match[str]:
        self._inbox += self._phone.inbox()
        read = list(self._inbox)
        while self._inbox:
            if found := re.search(pattern, self._inbox.pop(0)):
                return found
        raise AssertionError(f"no text like {pattern!r} in {read}")


def play(who: Callable[[str], Person]) -> list[str]:
    """The whole story; returns codes that were shown on the way."""
    amina, bahati, chiku, vera, nurse = map(who, ("Amina", "Bahati", "Chiku", "Vera", "Nurse"))
    _join(amina)
    _own_pin(amina)
    bahati.text("join Soko la Mwezi!")
    bahati.gets("Soko Mwezi")
    bahati.text(f"near {MISTYPED}")
    bahati.gets("not understood")
    number = _report(chiku, vera)
    _warn(vera, number)
    amina.gets(PLACE)
    bahati.gets(PLACE)
    chiku.gets("others know now")
    _update(vera, number)
    bahati.gets(NEW_PLACE)
    _team(vera, "Live", number, "It has ended", "Yes, it has ended")
    bahati.gets("has ended")
    code = _referral(bahati, nurse)
    bahati.text("STOP")
    bahati.gets("Done")
    chiku.text("delete")
    chiku.gets("Done")
    return [code]


def _join(amina: Person) -> None:
    amina.dial()
    amina.pick("English", "Alerts near me", "Get alerts")
    amina.type("soko")
    amina.pick("Soko Mwezi", "Yes, join")


def _own_pin(amina: Person) -> None:
    amina.dial()
    amina.pick("English", "Settings", "My PIN")
    amina.type(OWN_PIN)
    amina.dial()
    amina.pick("English", "Settings", "What you hold about me")
    amina.type(WRONG_OWN_PIN)
    amina.dial()
    amina.pick("English", "Settings", "What you hold about me")
    assert "Soko Mwezi" in amina.type(OWN_PIN)


def _report(chiku: Person, vera: Person) -> str:
    chiku.dial()
    chiku.pick("English", "Tell us", "A word to us")
    chiku.type(TO_US)
    chiku.dial()
    chiku.pick("English", "Tell us", "Something is going on", "Police raid")
    chiku.type("soko")
    chiku.pick("Soko Mwezi")
    chiku.type(REPORTED)
    chiku.pick("Send")
    return vera.gets(r"(\d{4}).*Soko Mwezi")[1]


def _team(vera: Person, *labels: str) -> None:
    vera.dial()
    vera.pick("Team")
    vera.type(WRONG_STAFF_PIN, TEAM["Vera"][3])
    vera.pick(*labels)


def _warn(vera: Person, number: str) -> None:
    _team(vera, "To check", number)
    assert REPORTED in vera.screen
    vera.pick("Confirm")
    vera.type(PLACE, WORDS, "2")
    vera.pick("Send")
    vera.gets("2 of 2 sent")


def _update(vera: Person, number: str) -> None:
    _team(vera, "Live", number, "New place or words")
    vera.type(NEW_PLACE)
    vera.pick("No more words")
    vera.type("2")
    vera.pick("Send")


def _referral(bahati: Person, nurse: Person) -> str:
    bahati.dial()
    bahati.pick("English", "Health", "Hurt, forced, condom broke", "In the last 3 days", "Find a place", "Soko Mwezi")
    bahati.pick("Ndoto County Hospital", "Send me there", "Yes", "Yes")
    code = bahati.screen[-5:]
    nurse.gets(code)
    bahati.dial()
    bahati.pick("English", "Health", "My visit", code, "Write to them")
    bahati.type(TO_CLINIC)
    nurse.gets(code)
    nurse.text(f"1 {code}")
    nurse.text(f"5 {code} {FROM_CLINIC}")
    bahati.gets(re.escape("*384*2024#"))
    bahati.dial()
    bahati.pick("English", "Health", "My visit", f"! {code}", "Read their words")
    assert FROM_CLINIC in bahati.screen
    return code


# In one process: with every failure in hand


@pytest.fixture
def own_redis(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    running = OwnRedis(tmp_path_factory.mktemp("r"))
    environ["REDIS_URL"] = redis_server.url(running.socket)
    yield running
    running.stop()


class Indiscreet(AfricasTalking):
    """A provider whose error says everything it knows."""

    def send(self, text: str, numbers: Any) -> Any:
        raise RuntimeError(f"{text} to {[n.e164 for n in numbers]}")


def test_the_whole_story_in_one_process(
    own_redis: OwnRedis, town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("hypothesis").setLevel(logging.WARNING)
    for noisy in ("urllib3", "httpx", "httpcore"):
        caplog.set_level(logging.WARNING, noisy)
    hay = Haystack()
    codes = play(lambda name: Near(town, name))
    hay.put_redis(town.store.connection.redis)
    _break_things(town)
    hay.put_redis(town.store.connection.redis)
    hay.put_aof(own_redis.socket.parent)
    hay.put_files(tmp_path)
    hay.put("the log", caplog.text)
    hay.put("what was said", "".join(capfd.readouterr()))
    assert "failed: RuntimeError" in caplog.text
    assert "was not handled: RuntimeError" in caplog.text
    assert _found(hay, town.context.deployment, codes) == []


def _break_things(town: Town) -> None:
    """Texts that cannot be delivered, jobs that raise, records that make no sense."""
    bahati = Near(town, "Dafina")
    bahati.text("JOIN Soko Mwezi")
    town.faults(refuse={NUMBERS["Dafina"]: 403}, error_status=500, error_next=1)
    town.work()
    broken = Context(
        town.context.deployment, Indiscreet(town.context.deployment.settings), town.context.bell, town.context.pool
    )
    vera = Near(town, "Vera")
    vera.dial()
    vera.pick("Team")
    vera.type(TEAM["Vera"][3])
    vera.pick("Send a warning", "Police raid")
    vera.type("soko")
    vera.pick("Soko Mwezi")
    vera.type(ODD_PLACE, WORDS, "1")
    vera.pick("Send")
    town.store.connection.call("ZADD", "due:alerts", 0, b"late:9999:zz")
    town.store.connection.call("ZADD", "due:bulk", 0, b"unheard-of:\xff")
    for lane in ("alerts", "messages", "bulk"):
        lanes.run(broken, lane, 2)


def _found(hay: Haystack, deployment: Deployment, codes: list[str]) -> list[str]:
    """Every hit. Numbers of cases are four random digits: a PIN that happens to be one says nothing."""
    cases = {str(number) for number in (a.number for a in deployment.store.world().alerts.values())}
    pins = {OWN_PIN, WRONG_OWN_PIN, WRONG_STAFF_PIN, *(row[3] for row in TEAM.values()), "8642", *codes} - cases
    referral = {code for code in codes if len(code) == 5}  # the code is the key of its record: it names nobody
    return hay.find(needles(PEOPLE, SAID)) + hay.find_whole(sorted(pins - referral))
