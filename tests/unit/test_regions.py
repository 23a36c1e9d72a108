"""What `mwavuli check` says of the country: decisions, filters of its carriers, and topics that stand off."""

import re
from pathlib import Path

import pytest

from gateway.cli.checks import regions
from gateway.cli.checks.finding import Finding, Level
from gateway.settings import Settings
from tests.harness.languages import SHIPPED
from translations.regions import known_countries, read_decisions, read_region

HEAD = "title: T\ngroup: health\norder: 30\nsource: WHO PEP guideline (2024)\nchecked: 2026-11-21\nreviewed: nobody\n"
NAMED = {"KE", "TZ", "UG", "CD", "CM", "FR", "ES", "MX", "RU", "KZ", "KG", "UZ", "CN"}


def look(values: Settings, tmp_path: Path, region: str, **changed: object) -> list[Finding]:
    asked = {"region": region, "content_dir": tmp_path} | changed
    return list(regions.check(values.model_copy(update=asked)))


def remarks(found: list[Finding]) -> str:
    return "\n".join(finding.text for finding in found if finding.level is Level.SHOULD)


def write(root: Path, text: str, name: str = "en/topics/health/methadone.txt") -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_each_country_says_only_what_a_source_says() -> None:
    decisions = read_decisions()
    assert set(known_countries()) == NAMED
    for country in known_countries():
        region = read_region(country)
        assert set(region.facts) <= set(decisions), country
        for told in (*region.facts.values(), *region.filter, *region.sender):
            assert told.source.strip(), country
            assert re.search(r"\d{4}|R\d+-\d+|\.\w+", told.source), told.source


def test_the_organisation_reads_what_to_decide_in_its_country(values: Settings, tmp_path: Path) -> None:
    said = remarks(look(values, tmp_path, "RU"))
    assert "RU: decide with a lawyer whether a clinic may give methadone" in said
    assert "Substitution therapy is banned." in said
    assert "(en.rylkov-fond.org (2012); to be confirmed by a lawyer)" in said
    for words in ("ambulance", "PEP", "another country", "search", "examination", "evidence", "film", "abortion"):
        assert words in said


@pytest.mark.parametrize("region", ["GH", "XX", "FR"])
def test_a_country_that_our_sources_do_not_know_gets_the_general_list(
    values: Settings, tmp_path: Path, region: str
) -> None:
    said = remarks(look(values, tmp_path, region))
    assert f"{region}: our sources know nothing of its law" in said
    assert said.count(f"{region}: decide with a lawyer") == len(read_decisions())


def test_a_decision_is_named_until_each_language_has_it(values: Settings, tmp_path: Path) -> None:
    write(tmp_path, HEAD + "slot substitution: Ask a clinic.\n\nWords.\n\n{slot:substitution}\n")
    decide = "decide with a lawyer whether a clinic may give methadone"
    asked = look(values, tmp_path, "KE", languages=("en", "sw"))
    assert "Now: slot substitution has its default words" in next(f.text for f in asked if decide in f.text)
    (tmp_path / "slots.toml").write_text('[substitution]\nen = "Clinics give methadone."\n', "utf-8")
    assert decide not in remarks(look(values, tmp_path, "KE", languages=("en",)))
    write(tmp_path, HEAD + "slot substitution: Uliza.\n\n{slot:substitution}\n", "sw/topics/health/methadone.txt")
    assert decide in remarks(look(values, tmp_path, "KE", languages=("en", "sw")))


def test_topics_that_stand_off_are_named_with_the_reason(values: Settings, tmp_path: Path) -> None:
    path = "en/topics/work/identity.txt"
    head = HEAD.replace("health", "work") + "off: a text with these words is a crime in some countries\n"
    write(tmp_path, head + "slot same_sex: Laws differ.\n\n{slot:same_sex}\n", path)
    said = remarks(look(values, tmp_path, "KE"))
    reason = "work/identity (a text with these words is a crime in some countries)"
    assert f"rights topics that stand off until topics.toml turns them on or off: {reason}" in said
    assert "Now: topic work/identity stands off" in said
    (tmp_path / "topics.toml").write_text('off = ["work/identity"]\n', "utf-8")
    found = look(values, tmp_path, "KE")
    assert "work/identity" not in remarks(found) and "gay, lesbian" not in remarks(found)
    assert Finding(Level.OK, "rights topics that the organisation turned off: work/identity") in found


def test_words_that_a_carrier_drops_are_found_in_what_leaves(values: Settings, tmp_path: Path) -> None:
    said = remarks(look(values, tmp_path, "CN", languages=tuple(SHIPPED)))
    assert "Carriers drop a text with such words" in said
    assert "警察突击检查 in the plain warning 'raid'" in said
    assert "Carriers drop" not in remarks(look(values, tmp_path, "KE", languages=tuple(SHIPPED)))
    assert "Carriers drop" not in remarks(look(values, tmp_path, "CN", languages=("en",)))


def test_a_text_of_the_organisation_is_searched_too(values: Settings, tmp_path: Path) -> None:
    write(tmp_path, HEAD + "\nWords about ЛГБТ.\n")
    assert "лгбт in the topic health/methadone" in remarks(look(values, tmp_path, "KZ"))


def test_the_rules_for_senders_are_told(values: Settings, tmp_path: Path) -> None:
    said = remarks(look(values, tmp_path, "KE"))
    assert "KE: ask each carrier in writing. Texts of a promotional sender arrive from 8 to 18 h only." in said


def test_an_error_in_the_content_is_left_to_the_check_of_the_content(values: Settings, tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text("on = 3\n", "utf-8")
    assert look(values, tmp_path, "KE") == []
