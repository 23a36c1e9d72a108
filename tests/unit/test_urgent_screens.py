"""Screens on which somebody in danger, or in a hurry, must find the key at once: it stands on page 1.

In every language, whoever is on duty, with the longest hotline and names. Sessions last 30 to 60 seconds.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Final

import pytest
from msgspec.structs import replace

from gateway.model.area import Area, Atlas
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.contacts import CONTACTS_FEATURE, Contact, SafetyProfile
from gateway.model.directory import Directory
from gateway.model.helper import Cooperation
from gateway.model.safe_call import SAFE_CALL_FEATURE, SafeCall
from gateway.model.sos import SOS_FEATURE, Sos
from gateway.model.staff import Role, Roster, Staff
from menus import detention, health, safe_call, sos, talk
from menus.engine import paging
from menus.engine.screen import ScreenResult
from menus.printed_keys import dialled_whole
from tests.harness.catalogs import DIAL, HOTLINE, SPOKEN, shipped, somebody
from translations import Translator

LONG_NAME: Final = "Woodley/Kenyatta Golf Course"
ON_DUTY = Staff("r", "Rehema", frozenset({Role.RESPONDER}), b"r", active=True)
NURSE = Staff("n", "Nurse", frozenset({Role.CLINIC}), b"n", clinic="D01", active=True)
ROSTERS = {
    "somebody": (ON_DUTY,),
    "nobody": (replace(ON_DUTY, duty_override=False),),
    "later": (replace(ON_DUTY, duty_override=False, duty_hours="Sat 20:00-23:00"),),
}


def callers(code: str) -> Iterator[Caller]:
    """Return callers who have everything that makes a screen long, in each state of duty."""
    area = Area("a", ("Kilindini Municipality", LONG_NAME))
    atlas = Atlas([area])
    clinic = Clinic(
        "D01", "Centre de sante communautaire", "a", notes="Second door, ask for Mariamu; no card needed",
        services=frozenset({"test", "pep"}), grade="checked", checked_by="Vera", fee="KES 200",
        languages=SPOKEN, police=Cooperation.UNKNOWN, immigration=Cooperation.UNKNOWN,
    )  # fmt: skip
    person = Contact(b"c", "Halima", "sw", 0, agreed_at=1)
    profile = SafetyProfile(b"o", code, 0, display_name="Amina", passphrase="Kilimanjaro", contacts=(person,) * 5)
    for people, hotline in product(ROSTERS.values(), (HOTLINE, "")):
        base = somebody(code)
        roster = Roster({person.token: person for person in (*people, NURSE)})
        world = replace(
            base.world,
            profile=replace(base.world.profile, hotline=hotline),
            features=frozenset({SOS_FEATURE, CONTACTS_FEATURE, SAFE_CALL_FEATURE}),
            atlas=atlas, directory=Directory([clinic], atlas), roster=roster,
        )  # fmt: skip
        yield replace(base, staff=None, world=world, safety_profile=profile)


def pages(result: ScreenResult, _: Translator) -> list[str]:
    choices = tuple(replace(choice, label=_.normalise(choice.label)) for choice in result.choices)
    order = {"choice_first": result.choice_first, "keeps_choices": result.keeps_choices}
    return paging.all_pages(_.normalise(result.text), choices, _, **order)


def urgent(caller: Caller, _: Translator) -> dict[str, ScreenResult]:
    called = replace(caller, sos=Sos("1234", b"o", caller.lang, 0))
    coming = replace(caller, sos=Sos("1234", b"o", caller.lang, 0, coming_staff=("r",)))
    held = caller.safety_profile and replace(caller.safety_profile, arrest_message="I am held.")
    incident = {"need": "hurt", "area": "a", "code": "D01"}
    return {
        "talk": talk.talk(caller, _),
        "held": detention.detained(replace(caller, now=1_700_000_000, safety_profile=held), _),
        "care, needs": health.health(caller, _),
        "care, when": health.time_since_incident(caller, _),
        "care, where": health.area_within_72h(caller, _),
        "care, 3 to 5 days": health.advice_within_5_days(caller, _),
        "care, later": health.advice_after_5_days(caller, _),
        "care, a place": health.clinic_details(caller, _, **incident),
        "sos": sos.sos_menu(caller, _),
        "sos sent": sos.sos_sent(caller, _),
        "sos runs": sos.sos_menu(called, _),
        "sos is answered": sos.sos_menu(coming, _),
        "out": safe_call.start(caller, _),
        "out with colleagues": safe_call.include_responders(caller, _),
        "out, running": talk.talk(replace(caller, safe_call=SafeCall(3600, caller.lang, "note")), _),
        "clinic": health.clinic_details(caller, _, need="test", area="a", code="D01"),
    }


@pytest.mark.parametrize("code", SPOKEN)
def test_the_urgent_choice_is_on_the_first_page(code: str) -> None:
    _ = shipped()[code].translator
    for caller in callers(code):
        for name, result in urgent(caller, _).items():
            first, *_later = pages(result, _)
            label = _.normalise(result.choices[0].label)
            assert f"\n1. {label}" in f"\n{first}", (name, first)


@pytest.mark.parametrize("code", SPOKEN)
def test_people_and_the_end_of_a_safe_call_are_on_the_first_page_of_talk(code: str) -> None:
    """Both are told as keys: 4, 2 for a person who is held, 4, 3 for a person who is back."""
    _ = shipped()[code].translator
    for caller in callers(code):
        out = replace(caller, safe_call=SafeCall(3600, caller.lang, "note"))
        for who, acts in (
            (caller, {2: "detention.detained"}),
            (out, {2: "detention.detained", 3: "safe_call.end_safe_call"}),
        ):
            result = talk.talk(who, _)
            first, *_later = pages(result, _)
            for key, screen in acts.items():
                choice = result.choices[key - 1]
                assert choice.link.screen == screen and f"\n{key}. {_.normalise(choice.label)}" in f"\n{first}", first


@pytest.mark.parametrize("code", SPOKEN)
def test_what_was_on_the_first_page_is_whole(code: str) -> None:
    """Nothing is lost behind the choices."""
    _ = shipped()[code].translator
    for caller in callers(code):
        for name, result in urgent(caller, _).items():
            said = Counter("".join(pages(result, _)))
            assert Counter("".join(_.normalise(result.text).split())) <= said, name


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("pin", [b"", b"hash"], ids=["no PIN", "own PIN"])
def test_the_keys_that_end_a_safe_call_are_whole_on_the_first_page(code: str, pin: bytes) -> None:
    _ = shipped()[code].translator
    for caller in callers(code):
        assert caller.safety_profile
        caller = replace(caller, safety_profile=replace(caller.safety_profile, pin_hash=pin))
        first, *_later = pages(safe_call.safe_call_started(caller, _, note="", until=3600), _)
        whole, then = dialled_whole(
            replace(caller, safe_call=SafeCall(3600, code, "")), _, "talk.talk", "safe_call.end_safe_call"
        )
        assert whole.startswith(DIAL.removesuffix("#")) and bool(then) is bool(pin)
        assert whole in first.replace("\n", " ") and _.normalise(then) in first, first
