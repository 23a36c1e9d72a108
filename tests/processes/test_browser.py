"""The phone page in a real Chromium: two people and the team, with mouse and keys.

Skipped where Debian's chromium and chromium-driver are absent; MWAVULI_BROWSER=required fails instead.
"""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.harness.browser import browser
from tests.harness.cast import NUMBERS, TEAM
from tests.harness.stack import Stack, started
from tests.harness.waiting import until

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(browser: webdriver.Chrome) -> Iterator[Stack]:
    with started() as running:
        yield running


class Handset:
    """One phone on the page, used with the mouse."""

    def __init__(self, browser: webdriver.Chrome, name: str):
        self.name = name
        self._phone: WebElement = until(
            lambda: (browser.find_elements(By.CSS_SELECTOR, f"[data-testid='phone-{NUMBERS[name]}']") or [None])[0],
            what=f"{name}'s phone on the page",
        )

    def part(self, testid: str) -> WebElement:
        return self._phone.find_element(By.CSS_SELECTOR, f"[data-testid='{testid}']")

    def dial(self) -> str:
        return self._answered(lambda: self.part("dial").click())

    def press(self, *keys: str) -> str:
        """Key each answer on the keypad, then send it."""
        for answer in keys:
            for key in answer:
                self.part(f"key-{key}").click()
            self._answered(lambda: self.part("send").click())
        return self.screen

    def type(self, words: str) -> str:
        self.part("answer").send_keys(words)
        return self._answered(lambda: self.part("send").click())

    def pick(self, *labels: str) -> str:
        """Press the key of the choice with this label."""
        for label in labels:
            found = re.search(rf"^(\d+)\. {re.escape(label)}", self.screen, re.MULTILINE)
            assert found, f"{self.name} finds no {label!r} on:\n{self.screen}"
            self.press(found[1])
        return self.screen

    @property
    def screen(self) -> str:
        return str(self.part("screen").get_property("textContent"))

    def _answered(self, act: Callable[[], None]) -> str:
        before = self._turn()
        act()
        until(lambda: self._turn() != before and self._turn()[2] in ("open", "ended"), what="an answer on the screen")
        assert not self.part("error").text, self.part("error").text
        return self.screen

    def _turn(self) -> tuple[str | None, ...]:
        screen = self.part("screen")
        return tuple(screen.get_dom_attribute(f"data-{name}") for name in ("session", "hops", "state"))

    def inbox(self) -> str:
        return str(self.part("inbox").get_property("textContent"))


def test_a_warning_goes_from_phone_to_phone(stack: Stack, browser: webdriver.Chrome) -> None:
    browser.get(stack.page)
    amina, chiku, vera = (Handset(browser, name) for name in ("Amina", "Chiku", "Vera"))

    assert "Kiswahili" in amina.dial()
    _ = stack.deployment().languages["sw"].translator
    amina.pick("Kiswahili", _("Alerts near me"), _("Get alerts"))
    amina.type("soko")
    while _("Yes, join") not in amina.screen:
        amina.press("98")
    amina.pick(_("Yes, join"))
    assert "Soko Mwezi" in amina.screen

    chiku.dial()
    chiku.pick("English", "Tell us", "Something is happening")
    chiku.type("soko near the big market")
    chiku.pick("Police raid")
    assert "We ask someone to check it" in chiku.screen

    number = until(lambda: re.search(r"(\d{4}), Soko Mwezi", vera.inbox()), what="Vera asked")[1]
    vera.dial()
    vera.pick("English", "PIN")
    vera.press(TEAM["Vera"][3])
    vera.pick("Team", "To check", number, "Say yes", "One of us saw it")
    vera.type("Market gate")
    vera.pick("No more words")
    vera.press("2")
    vera.pick("Send")

    until(lambda: "Market gate" in amina.inbox(), what="the warning in Amina's inbox")
    assert "near the big market" not in amina.inbox()
    until(lambda: amina.part("unread").text, what="the count of unread texts")
    amina.part("inbox-open").click()
    until(lambda: "Market gate" in amina.part("inbox").text, what="the text shown")
    until(lambda: "We checked it" in chiku.inbox(), what="the outcome for Chiku")
    amina.part("sms-to").clear()
    amina.part("sms-to").send_keys("+254711000701")
    amina.part("ring").click()
    until(lambda: "takes no calls" in amina.part("sms-state").text, what="a missed call by who set up nothing")
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), (
        "no sideways scroll"
    )
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_an_error_stays_until_the_next_action(stack: Stack, browser: webdriver.Chrome) -> None:
    """The page asks for news every 600 ms; that takes no error off it."""
    browser.get(stack.page)
    find = lambda testid: browser.find_element(By.CSS_SELECTOR, f"[data-testid='{testid}']")  # noqa: E731
    until(lambda: NUMBERS["Amina"] in browser.page_source, what="the phones")
    find("add-number").send_keys("0711000555")
    find("add-phone").click()
    until(lambda: "looks like +254711000001" in find("problem").text, what="what is wrong with the number")
    time.sleep(3)
    assert "looks like +254711000001" in find("problem").text
    find("add-number").clear()
    find("add-number").send_keys("+254711000555")
    find("add-phone").click()
    until(lambda: not find("problem").is_displayed(), what="no error after an action that worked")
