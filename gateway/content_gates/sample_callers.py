"""Callers and a world whose screens are the longest that phones show: long names, a hotline, everything turned on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from gateway.content_gates.language_texts import LanguageTexts
from gateway.content_gates.sample_values import AREA, DIAL, HOTLINE, WORD
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.area import Area, Atlas
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.contacts import CONTACTS_FEATURE, Contact, SafetyProfile
from gateway.model.directory import Directory
from gateway.model.help_kind import HelpKind
from gateway.model.hours import WeeklyHours
from gateway.model.profile import OrganisationProfile
from gateway.model.safe_call import SAFE_CALL_FEATURE, SafeCall
from gateway.model.sos import SOS_FEATURE, Sos, SosTier
from gateway.model.sos_question import AskedQuestion, SosQuestion
from gateway.model.staff import Role, Roster, Staff
from gateway.model.subscription import Subscription
from gateway.model.world import Topic, World
from translations import Languages

NOW: Final = 1_700_000_000
"""a Tuesday evening, Unix seconds"""
AREA_ID: Final = "area"
CLINIC_CODE: Final = "clinic"
LISTED_CODE: Final = "listed"
ALERT_NUMBER: Final = 7
SOS_CODE: Final = "54321"
RESPONDER: Final = Staff("r", "Rehema", frozenset({Role.RESPONDER, Role.VERIFIER}), b"r", active=True)
NURSE: Final = Staff("n", "Nurse", frozenset({Role.CLINIC}), b"n", clinic=CLINIC_CODE, active=True)
_FEATURES: Final = frozenset({SOS_FEATURE, CONTACTS_FEATURE, SAFE_CALL_FEATURE})


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one script: names in Cyrillic make a page one of 70 characters, in every language."""

    area: str
    clinic: str
    person: str


LATIN: Final = Names(AREA, "Coast General Hosp.", "Nnnnnnnnnnnn")
CYRILLIC: Final = Names("Ошский рынок, Свердловский р-н", "Городская больница №1", "Нннннннннннн")


@dataclass(frozen=True, slots=True)
class DutyState:
    """Who is on duty, and whether there is a number to call."""

    name: str
    roster: Roster
    hotline: str


def duty_states() -> Iterator[DutyState]:
    """Yield every state of duty in which a caller may find the organisation."""
    on, off = replace(RESPONDER, duty_override=True), replace(RESPONDER, duty_override=False)
    later = replace(off, duty_hours="Wed 22:00-23:00")
    for name, person in (("somebody on duty", on), ("nobody on duty", off), ("somebody on duty later", later)):
        for hotline in (HOTLINE, ""):
            yield DutyState(f"{name}, {'a' if hotline else 'no'} hotline", Roster({b"r": person}), hotline)


def sample_caller(texts: LanguageTexts, duty: DutyState, names: Names = LATIN) -> Caller:
    """Return a caller with an own PIN, five contacts and one area, who called for nothing yet."""
    contacts = tuple(Contact(bytes([n]), names.person, texts.code, 1, agreed_at=1) for n in range(5))
    safety = SafetyProfile(b"o", texts.code, 1, pin_hash=b"p", contacts=contacts, passphrase=WORD)
    subscription = Subscription(texts.code, 1, 1, areas=(AREA_ID,), pin_hash=b"p")
    return Caller(NOW, texts.code, _world(texts, duty, names), subscription, safety_profile=safety)


def sample_sos(caller: Caller, details: str) -> Sos:
    """Return an open call for help of one area, with the caller's words, to which one colleague comes."""
    return Sos(
        SOS_CODE,
        b"o",
        caller.lang,
        NOW - 60,
        areas=(AREA_ID,),
        tiers=tuple(SosTier),
        details=details,
        coming_staff=("r",),
        passphrase=WORD,
    )


def with_many_words(sos: Sos) -> Sos:
    """Return the call after everything happened that makes a responder's page long."""
    said = "near the green gate behind the big church, second floor, he locked the door"
    asked = tuple(AskedQuestion(question, "r", True) for question in SosQuestion)
    return replace(
        sos, coming_staff=(), details=said, note=said, texted=(said,) * 20, kinds=tuple(HelpKind), questions=asked,
        is_under_duress=True, over_staff=("x",),
    )  # fmt: skip


def sample_safe_call(caller: Caller) -> SafeCall:
    return SafeCall(NOW + 3600, caller.lang, "Hotel")


def _world(texts: LanguageTexts, duty: DutyState, names: Names) -> World:
    area = Area(AREA_ID, (names.area,))
    services = frozenset({"violence_care", "hiv_test"})
    hours = WeeklyHours.parse("Mon-Fri 08:00-17:00; Sat 09:00-13:00")
    clinic = Clinic(CLINIC_CODE, names.clinic, AREA_ID, services=services, grade="checked", has_phone=True)
    listed_one = Clinic(LISTED_CODE, names.clinic, AREA_ID, services=services, grade="listed", hours=hours)
    alert = Alert(ALERT_NUMBER, AlertKind.RAID, AREA_ID, AlertState.LIVE, NOW - 3600, NOW + 3600, venue=names.person)
    atlas = Atlas((area,))
    listed = tuple(Topic(topic.slug, topic.group, topic.title, topic.body) for topic in texts.topics)
    return World(
        sample_profile(texts.languages, duty.hotline, police=HOTLINE),
        atlas,
        Directory((clinic, listed_one), atlas),
        {str(ALERT_NUMBER).encode(): alert},
        {},
        duty.roster,
        {},
        lambda _code: listed,
        features=_FEATURES,
    )


def sample_profile(languages: Languages, hotline: str, police: str = "") -> OrganisationProfile:
    """Return the profile that takes the most room: a long name, and every language."""
    return OrganisationProfile(
        name="N" * 20,
        service_code=DIAL,
        hotline=hotline,
        languages=tuple((one.code, one.name) for one in languages),
        zone=ZoneInfo("UTC"),
        approvals=1,
        proposal_audience=500,
        free_to_dial=True,
        alert_duration_s=1,
        max_alert_duration_s=1,
        alert_retention_s=1,
        same_alert_s=1,
        police=police,
    )
