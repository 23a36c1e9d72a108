"""The shipped languages, and a caller whose screens are the longest."""

from functools import cache
from typing import Final

from gateway.content_gates.sample_callers import sample_profile
from gateway.content_gates.sample_values import DIAL as DIAL, HOTLINE as HOTLINE
from gateway.model.area import Atlas
from gateway.model.caller import Caller
from gateway.model.directory import Directory
from gateway.model.staff import Role, Roster, Staff
from gateway.model.world import Topic as Listed, World
from translations import Languages, Topic, load
from translations.languages import shipped_codes

SPOKEN: Final = tuple(shipped_codes())
"""Every shipped language is complete."""


@cache
def shipped() -> Languages:
    return load(SPOKEN)


def own_topics(code: str) -> list[Topic]:
    """Return the topics that the language has itself."""
    return [topic for topic in shipped().topics(code) if topic.lang == code]


def world() -> World:
    """Return a world whose organisation profile takes the most room: a long name, a hotline and every language."""
    profile = sample_profile(shipped(), HOTLINE)
    listed = {
        one.code: tuple(Listed(t.slug, t.group, t.title, t.body) for t in own_topics(one.code)) for one in shipped()
    }
    return World(profile, Atlas(), Directory((), Atlas()), {}, {}, Roster({}), {}, lambda code: listed[code])


def somebody(code: str) -> Caller:
    """Return a staff member, whose first screen is the longest."""
    staff = Staff("s", "Vera", frozenset({Role.VERIFIER}), b"", lang=code, active=True)
    return Caller(0, code, world(), staff=staff)
