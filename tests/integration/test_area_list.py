"""The list of areas takes letters too, and a wrong key leaves its choices on the page."""

from pathlib import Path

import pytest

from gateway.deployment import Deployment
from tests.harness.command import said
from tests.harness.town import Town

THAI = "county\nกรุงเทพมหานคร\nกำแพงเพชร\nเชียงใหม่\nเชียงราย\n"


def test_letters_are_taken_at_the_list_of_areas(town: Town) -> None:
    amina = town["Amina"]
    assert "Type its first letters" in amina.dial("1", "2", "1", "1")
    assert "Bonde Kijani" in amina.choose("Show the list")
    assert "Ndoto County Hospital" in amina.press("soko")


def test_letters_are_taken_where_two_of_a_name_are_listed(town: Town) -> None:
    amina = town["Amina"]
    amina.dial("1", "2", "1", "1", "taa mbili")
    assert amina.key_of("Taa Mbili (Kasri)")
    assert "Ndoto County Hospital" in amina.press("soko")


@pytest.mark.parametrize("wrong", ["77", "*"])
def test_a_wrong_key_leaves_the_areas_on_the_page(
    deployment: Deployment, town: Town, tmp_path: Path, wrong: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    deployment.store.connection.execute("DEL", "areas")
    (tmp_path / "thai.csv").write_text(THAI, encoding="utf-8")
    assert said("areas", "import", tmp_path / "thai.csv", monkeypatch=monkeypatch, capsys=capsys)[0] == 0
    amina = town["Amina"]
    amina.dial("1", "2", "1", "1")
    assert "1. ก" in amina.choose("Show the list")
    assert "1. ก" in amina.press(wrong)
