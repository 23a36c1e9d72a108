"""Random keys and words in real turns: whatever is typed, a screen answers, it fits, and a key leads away from it.

A full page prints no 0, which works on it all the same.
"""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from gateway.text import gsm
from menus.engine.screen import screens
from menus.engine.session import Session
from tests.harness.cast import NURSE, TEAM
from tests.harness.town import Town, TownPhone

KEYS = st.sampled_from(["1", "1", "1", "2", "2", "3", "4", "5", "6", "7", "8", "9", "0", "98", "98"])
WORDS = st.sampled_from(["soko", "taa", "xyzzy", "99", "", "  ", "1234", "48211", "CODE", "*", "Привет", "ng'o " * 30])
WALK = st.lists(st.one_of(KEYS, KEYS, KEYS, WORDS), min_size=4, max_size=16)
FIRST = ("", "1", "1*1*soko*1", "2", "2*1*1*1*soko*1*2", "3*1*1", "5*1*1*soko*1", "6", "6*3", "6*5")
CHECKED = ("", "1*1", "2*3*soko*1", "3*1")
CODE = ("", "1*CODE", "1*CODE*5", "0*2")
PERSONS = {
    "caller": ("Dafina", "1", FIRST),
    "in Kiswahili": ("Chiku", "2", FIRST),
    "with a PIN": ("Amina", "1", FIRST),
    "verifier": ("Vera", f"1*7*{TEAM['Vera'][3]}*8", CHECKED),
    "admin": ("Zuhura", f"1*7*{TEAM['Zuhura'][3]}*8", CHECKED),
    "nurse": ("Nurse", f"1*7*{NURSE[3]}*8", CODE),
}
ENTRANCES = ("home.home", "home.language", "home.resume")


@pytest.fixture
def busy(town: Town) -> Town:
    """Return a town with a bit of everything: a subscriber with a PIN, a report, a live warning, a referral."""
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].dial("1", "6", "4", "2580", "2580")
    town["Bahati"].text("REPORT kisima tatu arrests at the stage")
    town["Vera"].dial("1", "7", TEAM["Vera"][3], "8", "2", "1", "soko", "1", "gate", "1", "1", "1")
    town["Dafina"].dial("1", "2", "4", "soko", "1", "1", "1", "1", "1")
    town.work()
    assert len(town.store.read_world().alerts) == 2
    return town


def walked(town: Town, phone: TownPhone, presses: list[str], dropped: bool) -> Iterator[str]:
    """Press the keys, and dial again after each end of a session. `dropped`: the last session was just cut off."""
    if not dropped:
        town.sleep(town.context.times.resume + 1)
    yield phone.dial()
    for key in presses:
        yield phone.press(key) if phone.open else phone.dial()


def check(phone: TownPhone, screen: str, session: Session) -> None:
    whole = ("CON " if phone.open else "END ") + screen
    assert gsm.encoded_length(whole)[0] <= gsm.max_screen_length(whole), whole
    assert Session.unpack(session.pack()) == session
    assert session.reply == whole
    assert session.location.screen in screens
    if phone.open:
        has_key = re.search(r"^\d{1,2}\. ", screen, re.MULTILINE)
        is_full = gsm.encoded_length(f"{whole}\n0. Mwanzo")[0] > gsm.max_screen_length(whole)
        assert session.location.screen in ENTRANCES or has_key or is_full, screen
        assert screen.strip(), "an empty screen"


@pytest.mark.parametrize("person", PERSONS)
def test_random_keys_never_break_a_screen(person: str, busy: Town) -> None:
    name, first, further = PERSONS[person]
    phone, seen = busy[name], set[str]()
    code = busy["Dafina"].screen.rpartition(" ")[2]

    @settings(
        max_examples=4 if further is FIRST else 6, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(keys=WALK, dropped=st.booleans())
    def walk(start: str, keys: list[str], dropped: bool) -> None:
        steps = [key for key in (*first.split("*"), *start.split("*")) if key]
        for screen in walked(busy, phone, [code if key == "CODE" else key for key in (*steps, *keys)], dropped):
            session = phone.session()
            check(phone, screen, session)
            seen.add(session.location.screen)

    for start in further:
        walk(start)
    assert len(seen) > 12, seen
