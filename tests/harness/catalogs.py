"""The shipped languages, and a caller whose screens are the longest."""

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from gateway.model.area import Atlas
from gateway.model.caller import Caller
from gateway.model.directory import Directory
from gateway.model.profile import OrganisationProfile
from gateway.model.staff import Role, Roster, Staff
from gateway.model.world import Topic as Listed, World
from translations import Languages, Topic, load
from translations.languages import shipped_codes

SPOKEN: Final = tuple(shipped_codes())
"""Every shipped language is complete."""


DIAL: Final = "*710*12345#"


HOTLINE: Final = "+254711000099"


@cache
def shipped() -> Languages:
    return load(SPOKEN)


def own_topics(code: str) -> list[Topic]:
    """Return the topics that the language has itself."""
    return [topic for topic in shipped().topics(code) if topic.lang == code]


def world() -> World:
    """Return a world whose organisation profile takes the most room: a long name, a hotline and every language."""
    profile = OrganisationProfile(
        name="N" * 20,
        service_code=DIAL,
        hotline=HOTLINE,
        languages=tuple((one.code, one.name) for one in shipped()),
        zone=ZoneInfo("UTC"),
        approvals=1,
        proposal_audience=500,
        free_to_dial=True,
        alert_duration_s=1,
        max_alert_duration_s=1,
        alert_retention_s=1,
        same_alert_s=1,
    )
    listed = {
        one.code: tuple(Listed(t.slug, t.group, t.title, t.body) for t in own_topics(one.code)) for one in shipped()
    }
    return World(profile, Atlas(), Directory((), Atlas()), {}, {}, {}, Roster({}), {}, lambda code: listed[code])


def somebody(code: str) -> Caller:
    """Return a staff member, whose first screen is the longest."""
    staff = Staff("s", "Vera", frozenset({Role.VERIFIER}), b"", lang=code, active=True)
    return Caller(0, code, world(), staff=staff)
