"""The cards as Chromium prints them: how many pages, and no card or text that is cut. Skipped as test_browser is."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from gateway.cli.cards import build_pages
from gateway.settings import Settings
from tests.harness.browser import browser
from tests.harness.cards import made
from tests.harness.languages import SHIPPED
from translations import load

pytestmark = pytest.mark.browser
__all__ = ["browser"]

CUT = """
document.body.style.fontFamily = arguments[0];
const mm = 96 / 25.4, found = [];
const inside = (a, b, pad) =>
  a.left >= b.left + pad && a.right <= b.right - pad && a.top >= b.top + pad && a.bottom <= b.bottom - pad;
for (const sheet of document.querySelectorAll(".sheet"))
  if (sheet.getBoundingClientRect().height > 297 * mm) found.push(["longer than its page", sheet.className]);
let texts = 0;
for (const card of document.querySelectorAll(".card")) {
  if (card.getBoundingClientRect().height > 281 * mm) found.push(["longer than a page", card.textContent]);
  const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode, key = text.parentElement.closest("kbd");
    if (!text.textContent.trim()) continue;
    texts += 1;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (!inside(box, card.getBoundingClientRect(), 3 * mm)) found.push(["over the edge", text.textContent]);
    if (key && (box.left < key.getBoundingClientRect().left || box.right > key.getBoundingClientRect().right))
      found.push(["off its box", text.textContent]);
  }
}
return JSON.stringify([texts, found]);
"""
FACES = ("Liberation Sans, Arial, sans-serif", "DejaVu Sans, Verdana, sans-serif")
"""a narrow one and a wide one"""
SHEETS = 3

FULL: dict[str, dict[str, Any]] = {
    "as set": {},
    "with little": {"hotline": "", "shortcode": ""},
    "with much": {
        "name": "W" * 20, "service_code": "*710*12345*678#", "hotline": "+254711000099", "at_keyword": "KEYWORD",
    },
}  # fmt: skip

Printer = Callable[[str, str], tuple[int, list[list[str]]]]


@pytest.fixture
def printer(browser: webdriver.Chrome, tmp_path: Path) -> Printer:
    """Print a page in a typeface: the number of sheets of paper, and what is cut on them."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})

    def print_page(content: str, face: str) -> tuple[int, list[list[str]]]:
        file = tmp_path / "cards.html"
        file.write_text(content, "utf-8")
        browser.get(file.as_uri())
        texts, cut = json.loads(browser.execute_script(CUT, face))
        assert texts > 100
        return count_pages(browser), cut

    return print_page


def count_pages(browser: webdriver.Chrome) -> int:
    answer = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    pdf = base64.b64decode(answer["data"])
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}, "A4, in points"
    return len(re.findall(rb"/Type /Page\b", pdf))


def html(values: Settings, code: str) -> str:
    (content,) = build_pages(values, load(values.languages, None, for_paper=True), (code,)).values()
    return content


@pytest.mark.parametrize("changed", FULL.values(), ids=FULL)
@pytest.mark.parametrize("code", SHIPPED)
def test_each_kind_of_card_takes_one_sheet_and_none_is_cut(
    printer: Printer, code: str, changed: dict[str, Any]
) -> None:
    for face in FACES:
        assert printer(html(made(**changed), code), face) == (SHEETS, []), face


def test_cards_that_are_too_long_go_to_further_sheets_as_a_whole(printer: Printer) -> None:
    """Too long for three rows of callers' cards, and for two rows of staff's. No card is longer than a page."""
    pages, cut = printer(html(made(hotline="0" * 700), "en"), FACES[1])
    assert pages > SHEETS
    assert {what for what, _where in cut} == {"longer than its page"}


def test_the_check_finds_what_is_cut(printer: Printer) -> None:
    content = html(made(), "en")
    assert {
        what
        for what, _where in printer(
            content.replace("<kbd>2</kbd>", '<kbd style="white-space: nowrap">22222</kbd>'), FACES[1]
        )[1]
    } >= {"off its box"}
    wide = content.replace(">Health<", f' style="white-space: nowrap">{"Health " * 20}<')
    assert {what for what, _where in printer(wide, FACES[1])[1]} >= {"over the edge"}
    assert printer(content.replace(">Health<", f">{'Health ' * 200}<"), FACES[1])[0] > SHEETS
