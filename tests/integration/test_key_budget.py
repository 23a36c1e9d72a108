"""How many keys each goal is from dialling, in every language: `python -m tests.harness.key_budget` prints it.

A phone that never joined, three areas of one name, the longest names, everything turned on.
"""

import pytest
from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.intents import Intent
from menus.engine.engine import Engine
from menus.engine.session import Session
from tests.harness import budget_town
from tests.harness.catalogs import SPOKEN, shipped
from tests.harness.key_budget import count_keys, shown_in, table


@pytest.mark.parametrize("code", SPOKEN)
def test_each_goal_is_within_its_budget(code: str) -> None:
    over = {one.goal.name: one.keys for one in count_keys(code) if one.count > one.goal.budget}
    assert over == {}, table()


def test_the_table_names_every_goal_and_every_language() -> None:
    head, *rows = table().splitlines()
    assert [row.split("  ")[0].strip() for row in rows] == [one.goal.name for one in count_keys("en")]
    assert all(f" {code[:2]}" in head for code in SPOKEN)


class Phone:
    """A phone that presses keys one by one, and keeps what was done."""

    def __init__(self, code: str, previous: Session | None = None, caller: Caller | None = None) -> None:
        self._town, self._caller = budget_town.build_world(), caller
        self._code = code
        self._engine = Engine({one.code: one.translator for one in shipped()})
        self.session, _did = self._engine.start_session(Session(), previous, self._build)
        self.did: list[Intent] = []
        if self.session.location.screen == "home.language":
            self.press(str([choice.link.args.get("lang") for choice in self.session.choices].index(code) + 1))

    def _build(self, session: Session) -> Caller:
        caller = self._caller or budget_town.stranger(session.lang or self._code, self._town)
        return replace(caller, lang=session.lang or self._code)

    def press(self, *keys: str) -> str:
        for key in keys:
            self.session, did = self._engine.press_keys(self.session, (key,), self._build)
            self.did += did
        return self.session.reply

    @property
    def screen(self) -> str:
        return self.session.location.screen


TO_CODE = ("2", "1", "1", budget_town.TYPED, "3", "1", "1")


@pytest.mark.parametrize("code", SPOKEN)
def test_the_code_is_on_the_first_page_and_the_clinic_is_told_before_any_question(code: str) -> None:
    phone = Phone(code)
    page = phone.press(*TO_CODE)
    (visit,) = phone.did
    assert isinstance(visit, intents.CreateReferral) and visit.area == budget_town.AREAS[2]
    assert visit.code in page and page.startswith("CON ")


@pytest.mark.parametrize("code", SPOKEN)
def test_a_code_without_an_answer_agrees_to_nothing(code: str) -> None:
    """Texts are a choice behind the code. Only a yes is a consent."""
    for keys, agreed in {
        (): [], ("1",): [], ("1", "2"): [], ("1", "1"): [False], ("1", "1", "2"): [False],
        ("1", "1", "1"): [False, True],
    }.items():  # fmt: skip
        phone = Phone(code)
        phone.press(*TO_CODE)
        while not shown_in(phone.session):
            phone.press("98")
        for key in keys:
            phone.press(key) if int(key) in shown_in(phone.session) else phone.press("98", key)
        said = [one.may_ask_rating for one in phone.did if isinstance(one, intents.AllowReferralTexts)]
        assert said == agreed, (keys, phone.session.reply)


CUTS = {
    1: "", 2: "health.health", 3: "health.time_since_incident", 4: "health.area_within_72h", 5: "areas.area_matches",
    6: "health.clinic_list",
}  # fmt: skip
"""by how many keys were pressed on the way to care: the screen on which a cut call goes on"""


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("count", CUTS)
def test_a_cut_call_for_care_goes_on_one_step_earlier_behind_a_neutral_question(code: str, count: int) -> None:
    cut = Phone(code)
    cut.press(*TO_CODE[:count])
    again = Phone(code, previous=cut.session)
    if count == 1:
        assert again.screen == "home.resume"
        again.press("88")
        assert again.screen == "health.health"
        return
    assert again.screen == "home.resume"
    _ = shipped()[code].translator
    assert again.session.text == _.normalise(_("Go on where you were?"))
    again.press("88")
    assert again.screen == CUTS[count]
    again.press(*TO_CODE[count - 1 :])
    assert isinstance(again.did[0], intents.CreateReferral)


def test_with_a_code_in_hand_or_behind_a_pin_no_cut_call_goes_on() -> None:
    done = Phone("en")
    done.press(*TO_CODE)
    assert Phone("en", previous=done.session).screen == "home.home"
    opened = Phone("en")
    opened.press(*TO_CODE[:5])
    assert Phone("en", previous=replace(opened.session, grants=("own",))).screen == "home.home"


@pytest.mark.parametrize("code", SPOKEN)
def test_one_match_needs_no_list(code: str) -> None:
    phone = Phone(code)
    phone.press("2", "1", "1", "kilindini")
    assert phone.screen == "health.clinic_list"
