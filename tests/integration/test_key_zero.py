"""The first page and the key 0, through the real handler: what somebody sees and where the keys lead."""

import re

import pytest

from gateway.model.sos import SOS_FEATURE
from tests.harness.town import Town


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"MWAVULI_LANGUAGES": "en,ru"}


def zero(screen: str) -> str:
    """Return the label of the key 0."""
    found = re.search(r"^0\. (.+)$", screen, re.MULTILINE)
    return found[1] if found else ""


def test_zero_is_called_home_where_it_leads_home_and_back_elsewhere(town: Town) -> None:
    phone = town["Amina"]
    home = phone.dial("1")
    assert zero(home) == ""
    assert zero(phone.press("3")) == "Home"
    assert phone.press("0") == home
    assert zero(phone.press("3", "1")) == "Back"
    phone.press("1")
    assert zero(phone.press("98")) == "Back"  # one page back


def test_zero_is_called_home_after_something_was_done(town: Town) -> None:
    """0 does not lead back into the steps before it."""
    phone = town["Amina"]
    home = phone.dial("1")
    phone.choose("Alerts near me", "Get alerts")
    phone.press("soko mwezi")
    joined = phone.choose("Yes, join")
    assert "You get alerts for" in joined and zero(joined) == "Home"
    assert phone.press("0") == home


def test_on_a_small_page_the_call_for_help_can_be_sent_from_page_1_and_its_details_are_behind(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    phone, say = town["Amina"], town.context.translator("ru")
    first = phone.dial("2", "4", "1")
    assert f"\n1. {say('Ask colleagues to come')}\n" in first and "\n98. " in first
    read = [first]
    while "\n98. " in f"\n{phone.screen}":
        read.append(phone.press("98"))
    assert len(read) <= 4
    assert say("I was hurt") in "".join(read[1:])
    while phone.screen != first:
        phone.press("0")
    who = say("Colleagues on duty get your words and area. Who else? + yes, - no. To change, press the number.")
    assert phone.choose(say("Who gets my call")).split()[:3] == who.split()[:3]
    while phone.screen != first:
        phone.press("0")
    assert phone.press("1").startswith(say("Sent."))
