"""Choosing a PIN: on no page, and after no slip, is the reader told to delete everything."""

from typing import Final

import pytest
from msgspec.structs import replace

from gateway.model.caller import Caller, SecretChecks
from gateway.model.subscription import Subscription
from menus.engine import paging
from menus.engine.engine import Engine
from menus.engine.screen import Link
from menus.engine.session import Session
from tests.harness.catalogs import SPOKEN, shipped, somebody

ORDERS: Final = {
    "en": ("Delete ", "wait 7"), "sw": ("Futa ", "ngoja"), "fr": ("Effacez", "attendez", "Effacer"),
    "es": ("Borra ", "espera "), "ru": ("Удалите", "ждите", "Удалить"), "zh_Hans": ("全部删除", "再等", "请删除"),
}  # fmt: skip
"""words that tell the reader to delete, or to wait for it"""


class Digits(SecretChecks):
    def draft_pin(self, typed: str) -> str:
        return typed


def pages_after(code: str, *keys: str) -> list[str]:
    """Return the pages that a caller reads who types these keys where a new PIN is asked for."""
    caller = replace(somebody(code), staff=None, subscription=Subscription(code, 1, 1), secret_checks=Digits())
    engine = Engine({one.code: one.translator for one in shipped()})

    def build(session: Session) -> Caller:
        return replace(caller, lang=session.lang or code)

    session = Session(lang=code, location=Link("home.home"), answer_link=Link("home.home"))
    session, _did = engine._go_to(session, Link("settings.pin"), build)
    for key in keys:
        session, _did = engine.press_keys(session, (key,), build)
    found = [session.reply]
    while session.next_page_start is not None:
        session, _did = engine.press_keys(session, (paging.MORE_KEY,), build)
        found.append(session.reply)
    return [page.removeprefix("CON ") for page in found]


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize(
    "keys",
    [("2580",), ("2580", "2850"), ("2580", "98", "2850"), ("2580", "98", "98", "2850"), ("2580", "98", "12")],
    ids=["once", "slip", "slip on page 2", "slip on page 3", "two digits on page 2"],
)
def test_the_question_stands_first_and_no_page_orders_to_delete(code: str, keys: tuple[str, ...]) -> None:
    _ = shipped()[code].translator
    question = _.normalise(_("Type the 4 digits again."))
    first, *later = pages_after(code, *keys)
    assert question in first.replace("\n", " "), first
    for page in (first, *later):
        assert not [order for order in ORDERS[code] if order in page], page
