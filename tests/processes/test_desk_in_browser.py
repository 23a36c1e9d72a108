"""The desk of the demo in a real Chromium at phone size, with script off: from the invitation to leaving.

Skipped where Debian's chromium and chromium-driver are absent; MWAVULI_BROWSER=required fails instead.
"""

import re
from collections.abc import Iterator

import pyotp
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from tests.harness.browser import browser
from tests.harness.demo import Demo
from tests.harness.desk import PASSWORD
from tests.harness.waiting import until

__all__ = ["browser"]

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 360, 640


@pytest.fixture(scope="module")
def demo(browser: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("d"))
    running.start()
    yield running
    running.close()


@pytest.fixture(scope="module")
def page(browser: webdriver.Chrome) -> webdriver.Chrome:
    """Return the browser as a small phone that runs no script."""
    metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    return browser


def fill(page: webdriver.Chrome, **fields: str) -> None:
    for name, value in fields.items():
        page.find_element(By.NAME, name).send_keys(value)
    page.find_element(By.CSS_SELECTOR, "button.main").click()


def text_of(page: webdriver.Chrome, tag: str) -> str:
    """Return the words of the first such element; empty while the browser loads another page."""
    try:
        return page.find_element(By.TAG_NAME, tag).text
    except WebDriverException:  # the browser is between two pages
        return ""


def wait_for(page: webdriver.Chrome, words: str, tag: str = "main") -> None:
    until(lambda: words in text_of(page, tag), seconds=60, what=f"{words} on the page")


def fits(page: webdriver.Chrome) -> bool:
    """Whether nothing has to be scrolled sideways, and everything to press is large enough for a thumb."""
    until(lambda: text_of(page, "main"), what="the page")
    main = page.find_element(By.TAG_NAME, "body")
    pressed = page.find_elements(By.CSS_SELECTOR, "button, input:not([type=hidden]), nav a, a.main")
    return main.rect["width"] <= WIDTH and all(p.rect["height"] >= 48 for p in pressed)


def test_an_invited_person_comes_in_reads_and_leaves(demo: Demo, page: webdriver.Chrome) -> None:
    said = demo.command("desk", "invite", "Zuhura")
    address, invitation = re.findall(r"^\w+ +(.+)$", said, re.MULTILINE)
    page.get(address)
    assert (page.title, fits(page)) == ("Notes", True)
    page.find_element(By.LINK_TEXT, "I have an invitation").click()
    wait_for(page, "Invitation: 18 digits")
    fill(page, invitation=invitation, password=PASSWORD, again=PASSWORD)
    wait_for(page, "type the letters below")
    assert fits(page)
    secret = page.find_element(By.CSS_SELECTOR, "p code").text
    fill(page, code=pyotp.TOTP(secret).now())
    wait_for(page, "You are logged in")
    page.find_element(By.CSS_SELECTOR, "a.main").click()
    wait_for(page, "Vera, Wema, Zuhura")
    assert fits(page)

    page.find_element(By.LINK_TEXT, "Cover").click()
    until(lambda: text_of(page, "body").split() == ["Notes", "Notes"], what="the empty page")
    page.back()
    wait_for(page, "On duty")
    page.find_element(By.CSS_SELECTOR, "header button").click()
    wait_for(page, "I have an invitation")
    page.back()
    wait_for(page, "I have an invitation")


def test_a_report_that_waits_is_on_the_page_soon(demo: Demo, page: webdriver.Chrome) -> None:
    """The page of a browser without script asks again by itself."""
    said = demo.command("desk", "invite", "Vera")
    address, invitation = re.findall(r"^\w+ +(.+)$", said, re.MULTILINE)
    page.get(f"{address}join")
    fill(page, invitation=invitation, password=PASSWORD, again=PASSWORD)
    wait_for(page, "type the letters below")
    fill(page, code=pyotp.TOTP(page.find_element(By.CSS_SELECTOR, "p code").text).now())
    wait_for(page, "You are logged in")
    page.find_element(By.CSS_SELECTOR, "a.main").click()
    demo.phone("Chiku").text("REPORT soko mwezi near the gate")
    wait_for(page, "To decide (1)")
    assert page.current_url.endswith("/refresh")
