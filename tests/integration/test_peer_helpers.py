"""Helpers outside the organisation: peers and lawyers first, police last; each says with whom it cooperates."""

from pathlib import Path

import pytest

from gateway.errors import BadInput
from gateway.model.helper import HelperKind, parse_helpers
from tests.harness.town import Town

FILE = """
[[helper]]
name = "Central station"
kind = "police"
phone = "999"

[[helper]]
name = "Legal Aid"
kind = "lawyer"
phone = "+254711000090"
hours = "Mon-Fri 08-17"
police = "yes"
immigration = "no"

[[helper]]
name = "Friends of Soko"
kind = "peers"
phone = "+254711000091"
"""


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    content = tmp_path / "content"
    content.mkdir()
    (content / "helpers.toml").write_text(FILE)
    return environ | {"MWAVULI_CONTENT_DIR": str(content)}


def test_peers_and_lawyers_come_first_and_police_last() -> None:
    assert [helper.kind for helper in parse_helpers(FILE)] == [HelperKind.PEERS, HelperKind.LAWYER, HelperKind.POLICE]
    assert parse_helpers("") == ()


@pytest.mark.parametrize("wrong", ["[[helper]]\nname = 'x'", FILE.replace('"police"', '"cops"'), "helper = 3", "[["])
def test_refuses(wrong: str) -> None:
    with pytest.raises(BadInput, match=r"helpers\.toml: "):
        parse_helpers(wrong)


def test_callers_read_with_whom_a_helper_cooperates(town: Town) -> None:
    phone = town["Amina"]
    shown = phone.dial("1", "4")
    names = [line for line in shown.splitlines() if line[1:3] == ". "]
    assert names[:3] == ["1. Friends of Soko", "2. Legal Aid", "3. Central station"]
    shown = phone.press("2")
    assert shown.splitlines()[:3] == ["Legal Aid: lawyer.", "Call +254711000090.", "Mon-Fri 08-17"]
    assert "It works with police: yes, immigration: no." in shown
    assert "It works with police: unknown, immigration: unknown." in phone.press("0", "1")
    assert "It works with" not in phone.press("0", "3")


def test_helpers_are_shown_in_the_callers_language(town: Town) -> None:
    assert "It works with" not in town["Amina"].dial("2", "4", "2")
