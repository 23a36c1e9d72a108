"""Texts to one phone reach it in order, the parts of a long topic too, whatever the network does between."""

import re
from typing import Any

import pytest

from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.text_guard import REPEAT_S
from gateway.model.world import World
from gateway.store import Transaction
from menus.rights import topic_messages
from tests.harness.cast import number
from tests.harness.town import Town

DAY_S = 86400
PHONES = ("Amina", "Bahati", "Chiku")


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"MWAVULI_LANGUAGES": "en,ru"}


@pytest.fixture
def wanted(town: Town) -> str:
    """Return the text that asks for the first Russian topic of two parts, by its number."""
    language = town.context.deployment.languages["ru"]
    groups: dict[str, int] = {}
    for topic in town.context.deployment.languages.topics("ru"):
        groups[topic.group] = groups.get(topic.group, 0) + 1
        if len(topic_messages(topic, language.translator)) == 2:
            return f"PRAVA {100 * len(groups) + groups[topic.group]}"
    raise AssertionError("no topic takes two texts")


@pytest.fixture
def readers(town: Town) -> Town:
    for name in PHONES:
        town[name].text_and_confirm("PODPISKA soko mwezi")
        town.inbox(name)
    return town


def numbers(texts: list[str]) -> list[str]:
    return [text[:4] for text in texts if re.match(r"\d/\d ", text)]


def test_many_readers_get_the_parts_in_order(readers: Town, wanted: str) -> None:
    for _again in range(3):
        for name in PHONES:
            readers[name].text(wanted)
        for name in PHONES:
            assert numbers(readers.inbox(name)) == ["1/2 ", "2/2 "]
        readers.sleep(REPEAT_S + 60)


@pytest.mark.parametrize(
    "fault",
    [{"error_status": 500, "error_next": 2}, {"refuse": {"+254711000001": 500}}],
    ids=["the network fails first", "the network refuses the first part for a while"],
)
def test_a_fault_of_the_network_changes_no_order(readers: Town, wanted: str, fault: dict[str, Any]) -> None:
    readers.faults(**fault)
    readers["Amina"].text(wanted)
    readers.work()
    readers.faults()
    readers.let_pass()
    readers.see_through()
    assert numbers(readers.inbox("Amina")) == ["1/2 ", "2/2 "]


def test_stop_ends_all_parts_that_wait(readers: Town, wanted: str) -> None:
    readers.faults(error_status=500, error_next=1)
    readers["Amina"].text(wanted)
    readers.work()
    readers["Amina"].text("STOP")
    readers.faults()
    readers.let_pass()
    readers.see_through()
    assert numbers(readers.inbox("Amina")) == []


def test_texts_that_waited_for_one_phone_leave_oldest_first(town: Town) -> None:
    """A lane that was slow claims them together, and calls the network for several phones at once."""
    waiting = [f"text {n}" for n in range(8)]
    for phone in PHONES:
        for age, text in enumerate(reversed(waiting), start=1):
            queue_text(town, phone, text, age)
    town.work()
    assert [town[phone].inbox() for phone in PHONES] == [waiting] * len(PHONES)


def test_texts_of_one_second_leave_in_the_order_in_which_they_were_decided(town: Town) -> None:
    """A person who texts twice at once reads the answer to the first text first."""
    texts = [f"text {n}" for n in range(8)]
    for text in texts:
        queue_text(town, "Amina", text, age_s=0)
    assert town["Amina"].inbox() == texts


def test_texts_of_one_decision_leave_in_its_order(town: Town) -> None:
    texts = [f"text {n}" for n in range(8)]

    def queue(world: World, transaction: Transaction, now: int) -> None:
        for text in texts:
            town.store.queue_message(transaction, text_to("Amina", text, now), now)

    town.store.transact(queue)
    assert town["Amina"].inbox() == texts


def text_to(phone: str, text: str, now: int) -> OutboundText:
    return OutboundText(number(phone).to_int(), text, Lane.MESSAGES, LegalBasis.FINAL, now + DAY_S)


def queue_text(town: Town, phone: str, text: str, age_s: int) -> None:
    """Queue a text that has been due for so many seconds."""

    def queue(world: World, transaction: Transaction, now: int) -> None:
        town.store.queue_message(transaction, text_to(phone, text, now), now - age_s)

    town.store.transact(queue)
