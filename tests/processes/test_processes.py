"""The main story over the Procfile's processes, and what happens when one of them dies."""

import time
from collections.abc import Iterator

import pytest

from tests.harness.cast import TEAM
from tests.harness.network_phone import NetworkPhone
from tests.harness.stack import Stack, started
from tests.harness.waiting import until


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started() as running:
        yield running


@pytest.fixture(autouse=True)
def well(stack: Stack) -> Iterator[None]:
    yield
    stack.faults()
    for name, process in stack.running.items():
        assert process.poll() is None, f"{name} is not there any more:\n{stack.said()}"


def joins(phone: NetworkPhone, language: str, lang: str) -> None:
    phone.dial()
    phone.choose(language)
    phone.speaks(lang)
    phone.choose("Alerts near me", "Get alerts")
    phone.press("soko")
    phone.choose("Yes, join")
    assert "Soko Mwezi" in phone.screen, phone.screen


def reports(phone: NetworkPhone, place: str) -> None:
    phone.dial()
    phone.choose("English", "Tell us", "Something is happening")
    phone.press(f"soko {place}")
    phone.choose("Police raid")
    assert "We ask someone to check it" in phone.screen


def team(phone: NetworkPhone) -> None:
    phone.dial()
    phone.choose("English", "PIN")
    phone.press(TEAM[phone.name][3])
    phone.choose("Team")


def confirms(phone: NetworkPhone, number: str, place: str) -> None:
    team(phone)
    phone.choose("To check", number, "Say yes", "One of us saw it")
    phone.press(place)
    phone.choose("No more words")
    phone.press("2")
    phone.choose("Send")
    assert not phone.open, phone.screen


def test_the_main_story(stack: Stack) -> None:
    amina, bahati, chiku, vera, nurse = (stack[n] for n in ("Amina", "Bahati", "Chiku", "Vera", "Nurse"))
    joins(amina, "Kiswahili", "sw")
    bahati.text_and_confirm("join Soko la Mwezi!")
    bahati.gets("Soko Mwezi")

    reports(chiku, "near the big market")
    number = vera.gets(r"(\d{4}).*Soko Mwezi")[1]
    confirms(vera, number, "Market gate")
    amina.gets("Taarifa.*Market gate")
    bahati.gets("Notice for Soko Mwezi, Market gate")
    chiku.gets("We checked it. Others know now")
    vera.gets("sent to <10 of <10")
    assert "near the big market" not in str(amina.texts() + bahati.texts()), "the reporter's words are not passed on"

    team(vera)
    vera.choose("Warnings now", number, "It has ended", "Yes, it has ended")
    amina.gets("Market gate")
    bahati.gets("has ended. Stay careful")

    amina.dial()
    amina.choose("Kiswahili", "Health", "Hurt, forced sex, condom broke", "In the last 3 days", "Soko Mwezi")
    amina.choose("Ndoto County Hospital", "Tell them I come", "Text me when they answer", "Yes", "No")
    code = amina.screen[-5:]
    assert code.isdigit(), amina.screen
    assert not amina.open
    sent = nurse.gets(rf"Visitor {code}").string
    assert "711000001" not in sent
    nurse.text_and_confirm(f"1 {code}")
    nurse.gets("Thank you")
    amina.gets(r"\*384\*2024#")
    amina.dial()
    amina.choose("Kiswahili", "Health", "My visit")
    assert code in amina.screen, amina.screen

    amina.text("acha")
    bahati.text("STOP")
    for phone in (amina, bahati):
        phone.gets(".")
    before = len(amina.texts()), len(bahati.texts())
    stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Bus stage")
    joins(stack["Dafina"], "English", "en")  # a new subscriber gets the warning at once, so it was sent
    stack["Dafina"].gets("Bus stage")
    assert (len(amina.texts()), len(bahati.texts())) == before, "after STOP there is silence"


def test_the_scheduler_finds_due_work_without_a_notification(stack: Stack) -> None:
    store = stack.deployment().store
    stack.kill("clock")
    for lane in ("alerts", "messages", "bulk"):
        until(lambda lane=lane: not store.work_queue.has_due_items(lane), what="quiet")
    store.connection.execute("SET", "bell:messages", 1, "EX", 3)  # as if the notification was lost
    stack["Chiku"].text("HELP")
    time.sleep(0.5)
    before = stack["Chiku"].texts()
    stack.start("clock")
    until(lambda: len(stack["Chiku"].texts()) > len(before), what="an answer")


def test_a_killed_web_takes_up_the_call_where_it_was(stack: Stack) -> None:
    chiku = stack["Chiku"]
    chiku.dial()
    chiku.choose("English", "My rights")
    stack.kill("web")
    stack.start("web")
    shown = chiku.screen
    chiku.press("0")
    assert chiku.screen.startswith("Info line")
    assert chiku.screen != shown


def test_a_killed_redis_keeps_everything(stack: Stack) -> None:
    store = stack.deployment().store
    before = store.count_subscribers()
    assert before
    stack.kill("redis")
    stack.start("redis")
    until(lambda: stack.deployment().store.count_subscribers() == before, what="the same members")
    stack["Chiku"].dial()
    stack["Chiku"].choose("English")
    read = len(stack["Chiku"].texts())
    stack["Chiku"].text("RIGHTS")

    def answered() -> bool:
        stack.restart_the_dead()  # RQ's worker stops where Redis fails in the middle of a job
        return len(stack["Chiku"].texts()) > read

    until(answered, what="an answer")
