"""Whatever a text says "dial" about is within two keys of the next home, after language and PIN."""

import re

import pytest

from gateway.content_gates.leaving_texts import leaving_sentences
from gateway.crypto.secrets import derive_tags
from gateway.store.keys import session as session_key
from menus.engine.screen import by_key
from tests.harness.cast import NURSE, RESPONDERS, TEAM, number
from tests.harness.steps_dial_texts import AFTER, ANNOUNCED, Landing
from tests.harness.town import Town

MAX_KEYS = 2
PINS = {name: row[3] for name, row in (TEAM | RESPONDERS).items()} | {NURSE[0]: NURSE[3]}
WITH_COMMANDS = "Dial {dial}, or text one: "
"""the answer to HELP, which lists everything"""
CASES = [(text, landing) for text, landings in ANNOUNCED.items() for landing in landings]


def says_dial(text: str) -> bool:
    return re.search(r"\bdial\b", text, re.IGNORECASE) is not None


def test_every_text_that_says_dial_is_looked_at() -> None:
    """The texts are found in the code. A new one fails here until it says what it is about, and where that stands."""
    found = {text for text in leaving_sentences() if says_dial(text) and not text.startswith(WITH_COMMANDS)}
    assert found == set(ANNOUNCED) | set(AFTER)


def home(town: Town, who: str) -> None:
    """Dial as if the session before were long over, choose the language, and type the PIN of staff."""
    town.store.connection.execute("DEL", session_key(derive_tags(town.store.vault, number(who)).session))
    town[who].dial("1", *(("7", PINS[who]) if who in PINS else ()))


def keys_on_page(town: Town, who: str) -> list[tuple[str, str]]:
    """Return what this page offers, as the key and the screen that it opens. The key for more costs a key."""
    session = town[who].session()
    seen = session.choices[: session.choices_seen] if town[who].open else ()
    return [(key, choice.link.screen) for key, choice in by_key(seen).items()]


def find(town: Town, landing: Landing) -> str | None:
    """Return the screen that the text is about, pressed for within MAX_KEYS keys; None where it stands further away."""
    home(town, landing.who)
    if town[landing.who].session().location.screen == landing.screen:
        return town[landing.who].screen
    first = keys_on_page(town, landing.who)
    for key, screen in sorted(first, key=lambda each: each[1] != landing.screen):
        home(town, landing.who)
        shown = town[landing.who].press(key)
        if screen == landing.screen:
            return shown
        for second, opened in keys_on_page(town, landing.who) if MAX_KEYS > 1 else ():
            if opened == landing.screen:
                return town[landing.who].press(second)
    return None


@pytest.mark.parametrize(("text", "landing"), CASES, ids=[f"{at} {c[1].screen}" for at, c in enumerate(CASES)])
def test_what_is_announced_is_within_two_keys(text: str, landing: Landing, town: Town) -> None:
    landing.happens(town)
    pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(text))
    assert re.search(pattern, "\n".join(town[landing.who].texts())), "the text comes"
    shown = find(town, landing)
    assert shown is not None, f"{landing.screen} is further than {MAX_KEYS} keys from home"
    assert landing.shows in shown


@pytest.mark.parametrize("text", AFTER)
def test_where_an_answer_to_a_text_leads_is_within_two_keys(text: str, town: Town) -> None:
    landing = AFTER[text]
    landing.happens(town)
    town.work()
    shown = find(town, landing)
    assert shown is not None, f"{landing.screen} is further than {MAX_KEYS} keys from home"
    assert landing.shows in shown
