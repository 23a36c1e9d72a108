"""How far a rights topic is from dialling: every topic, in every language, through the real menus."""

from typing import Final

import pytest
from msgspec.structs import replace

from gateway.model.caller import Caller
from menus.engine import paging
from menus.engine.engine import Engine
from menus.engine.session import Session
from tests.harness.catalogs import SPOKEN, own_topics, shipped, world
from translations import TOPIC_GROUPS

MOST_TURNS: Final = {True: 2, False: 4}
"""pages turned on the whole way: in GSM-7, and in other letters"""


class Walk:
    """A stranger who dials, and chooses by what a label says."""

    def __init__(self, code: str):
        self.code = code
        self.engine = Engine({language.code: language.translator for language in shipped()})
        self.chosen, self.turned = 0, 0
        self.session, _did = self.engine.start_session(Session(), None, self.caller)

    def caller(self, session: Session) -> Caller:
        return Caller(0, self.code, world())

    def choose(self, label: str) -> None:
        """Press the key of a choice that the phone has shown, turning pages until it has."""
        shown = shipped()[self.code].translator.normalise
        key = [shown(choice.label) for choice in self.session.choices].index(shown(label)) + 1
        while key > self.session.choices_seen:
            self.press(paging.MORE_KEY)
            self.turned += 1
        self.press(str(key))
        self.chosen += 1

    def press(self, key: str) -> None:
        self.session, _did = self.engine.press_keys(self.session, [key], self.caller)


@pytest.mark.parametrize("code", SPOKEN)
def test_each_topic_is_four_keys_from_dialling(code: str) -> None:
    language = shipped()[code]
    _ = language.translator
    names = {"police": _("Police"), "safety": _("Safety"), "work": _("Work and law"), "health": _("Health")}
    names["abroad"] = _("Other countries")
    start = Walk(code)
    start.choose(language.name)
    start.choose(_("My rights"))
    listed = [choice.label for choice in start.session.choices]
    assert listed == [_.normalise(names[group]) for group in TOPIC_GROUPS]
    for topic in own_topics(code):
        walk = Walk(code)
        for label in (language.name, _("My rights"), names[topic.group], topic.title):
            walk.choose(label)
        assert walk.chosen == 4
        assert _.normalise(topic.body) in walk.session.text, topic.name
        assert walk.turned <= MOST_TURNS[code not in ("ru", "zh_Hans")], (topic.name, walk.turned)


def test_the_walker_does_not_press_what_the_phone_has_not_shown() -> None:
    """The walk is only worth something while a key of a later page does nothing."""
    walk = Walk("en")
    walk.choose("English")
    walk.choose("My rights")
    walk.choose("Police")
    unseen = walk.session.choices_seen + 1
    assert unseen <= len(walk.session.choices)
    before = walk.session.location
    walk.press(str(unseen))
    assert walk.session.location == before
    assert replace(walk.session, reply="").choices_seen < unseen
