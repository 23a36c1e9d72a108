"""What the head of a rights topic decides: its default sentences, its questions, and whether phones list it."""

import re
from pathlib import Path

import pytest

from gateway.content import load_languages
from gateway.errors import BadInput
from gateway.model.helper import HelperKind
from gateway.profile import names_somebody_to_ask
from gateway.settings import Settings
from tests.harness.languages import SHIPPED
from translations import Languages, Topic, load
from translations.topic_drafts import write_missing_topics

HEAD = "title: T\ngroup: police\norder: 3\nsource: R12-14; SWIT (2013)\nchecked: 2026-11-21\nreviewed: nobody\n"
ASKS = HEAD + "slot id: Police may ask who you are.\nask id: must I show an ID?\n\nStay calm.\n\n{slot:id}\n"
OFF = HEAD + "off: a law in some countries punishes such words\n\nBody.\n"


def write(root: Path, text: str, name: str = "en/topics/police/taxi.txt") -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def find(languages: Languages, slug: str = "taxi", code: str = "en") -> Topic | None:
    return next((one for one in languages.topics(code) if one.slug == slug), None)


def body(languages: Languages, code: str = "en") -> str:
    found = find(languages, code=code)
    assert found is not None
    return found.body


def test_ask_us_is_said_only_while_somebody_is_named_to_answer(tmp_path: Path) -> None:
    write(tmp_path, ASKS)
    assert body(load(["en"], tmp_path)) == "Stay calm.\nPolice may ask who you are."
    answered = body(load(["en"], tmp_path, answered=True))
    assert answered == "Stay calm.\nPolice may ask who you are. Ask us: must I show an ID?"


@pytest.mark.parametrize("code", [code for code in SHIPPED if code != "en"])
def test_each_language_joins_the_question_in_its_own_way(tmp_path: Path, code: str) -> None:
    write(tmp_path, ASKS, f"{code}/topics/police/taxi.txt")
    said = body(load([code], tmp_path, answered=True), code).splitlines()[1]
    assert said.startswith("Police may ask who you are.") and said.endswith("must I show an ID?")
    assert "Ask us" not in said
    assert (". " in said) == (code != "zh_Hans"), "Chinese writes no blank between sentences"


def test_the_law_takes_the_place_of_both_the_default_and_the_question(tmp_path: Path) -> None:
    write(tmp_path, ASKS)
    (tmp_path / "slots.toml").write_text('[id]\nen = "You must carry an ID."\n', "utf-8")
    assert body(load(["en"], tmp_path, answered=True)) == "Stay calm.\nYou must carry an ID."


def helper(kind: HelperKind, phone: str = "+254711000090") -> str:
    return f'[[helper]]\nname = "X"\nkind = "{kind}"\nphone = "{phone}"\n'


@pytest.mark.parametrize(
    ("hotline", "helpers", "wanted"),
    [
        ("", "", False),
        ("0711000099", "", True),
        ("", helper(HelperKind.LAWYER), True),
        ("", helper(HelperKind.PEERS), True),
        ("", helper(HelperKind.PEERS, ""), False),
        ("", helper(HelperKind.POLICE), False),
        ("", helper(HelperKind.CONSULATE), False),
    ],
)
def test_who_is_named_to_answer(tmp_path: Path, values: Settings, hotline: str, helpers: str, wanted: bool) -> None:
    """A caller must not be sent to the police with a question on what police may do."""
    write(tmp_path, ASKS)
    (tmp_path / "helpers.toml").write_text(helpers, "utf-8")
    chosen = values.model_copy(update={"hotline": hotline, "content_dir": tmp_path})
    assert names_somebody_to_ask(chosen) is wanted
    assert ("Ask us" in body(load_languages(chosen))) is wanted


def test_a_topic_that_stands_off_is_listed_nowhere_until_it_is_turned_on(tmp_path: Path) -> None:
    write(tmp_path, OFF)
    write(tmp_path, HEAD + "\nMwili.\n", "sw/topics/police/taxi.txt")
    languages = load(["en", "sw"], tmp_path)
    assert find(languages) is None
    assert find(languages, code="sw") is None, "a translation without the line turns nothing on"
    assert languages.topics_off["police/taxi"] == "a law in some countries punishes such words"
    (tmp_path / "topics.toml").write_text('on = ["police/taxi"]\n', "utf-8")
    languages = load(["en", "sw"], tmp_path)
    assert find(languages) and find(languages, code="sw")
    assert "police/taxi" not in languages.topics_off


def test_a_line_in_one_translation_turns_the_topic_off_for_all(tmp_path: Path) -> None:
    write(tmp_path, HEAD + "\nBody.\n")
    write(tmp_path, OFF, "sw/topics/police/taxi.txt")
    assert find(load(["en", "sw"], tmp_path)) is None


def test_the_organisation_turns_a_topic_off(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('off = ["police/raid"]\n', "utf-8")
    languages = load(SHIPPED, tmp_path)
    assert all(find(languages, "raid", code) is None for code in SHIPPED)
    assert languages.topics_off["police/raid"] == "the organisation turned it off"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('on = ["police/rain"]', "topics.toml: there is no topic police/rain; there are abroad/borders,"),
        ('off = ["raid"]', "topics.toml: there is no topic raid"),
        ('on = "police/raid"', 'on is not right; right are on = ["group/name"] and off = ["group/name"]'),
        ("on = [1]", "on is not right"),
        ('switched_on = ["police/raid"]', "switched_on is not right"),
        ('on = ["police/raid"]\noff = ["police/raid"]', "police/raid is to be turned on or off, not both"),
        ("on = [", "topics.toml: "),
    ],
)
def test_refuses_topics_toml(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "topics.toml").write_text(text, "utf-8")
    with pytest.raises(BadInput, match=re.escape(expected)):
        load(["en"], tmp_path)


def test_a_draft_says_what_to_translate_in_the_head(tmp_path: Path) -> None:
    write(tmp_path, ASKS.replace("reviewed: nobody", "reviewed: A lawyer, 2026"))
    write_missing_topics("luo", tmp_path)
    draft = (tmp_path / "luo/topics/police/taxi.txt.todo").read_text("utf-8")
    assert '"slot ...:" and "ask ...:"' in draft
    assert "{word:name}" in draft
    assert "slot id: Police may ask who you are.\nask id: must I show an ID?\n" in draft
    assert "reviewed: nobody" in draft
    text = "".join(line for line in draft.splitlines(keepends=True) if not line.startswith("#"))
    write(tmp_path, text, "luo/topics/police/taxi.txt")
