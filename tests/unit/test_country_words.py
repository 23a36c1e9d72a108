"""Words that differ by country within one language."""

import re
from pathlib import Path

import pytest

from gateway.errors import BadInput
from tests.harness.languages import SHIPPED
from translations import load
from translations.country_words import read_forms
from translations.languages import TRANSLATIONS_DIR

WORDS = '[plate]\ndefault = "placa"\nES = "matrícula"\n'
ENTRY = 'msgid "Send me there"\nmsgstr "{word:Plate} o {word:plate}"\n'
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
TOPIC = "title: {word:Plate}\ngroup: police\norder: 3\nsource: R12\nchecked: 2026-11-21\nreviewed: nobody\n\n"


def write(root: Path, name: str, text: str) -> None:
    path = root / "es" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(("country", "wanted"), [("ES", "Matrícula o matrícula"), ("MX", "Placa o placa")])
def test_a_word_is_the_countrys_own_in_sentences_and_topics(tmp_path: Path, country: str, wanted: str) -> None:
    write(tmp_path, "country_words.toml", WORDS)
    write(tmp_path, "LC_MESSAGES/messages.po", HEAD + ENTRY)
    write(tmp_path, "topics/police/taxi.txt", TOPIC + "La {word:plate}.\n")
    languages = load(["es"], tmp_path, for_paper=True, country=country)
    assert languages["es"].gettext("Send me there") == wanted
    topic = next(one for one in languages.topics("es") if one.slug == "taxi")
    assert (topic.title, topic.body) == (wanted.split()[0], f"La {wanted.split()[2]}.")


def test_the_organisation_gives_a_word_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "country_words.toml", WORDS)
    write(tmp_path / "ours", "country_words.toml", '[plate]\ndefault = "chapa"\n')
    write(tmp_path / "ours", "LC_MESSAGES/messages.po", HEAD + ENTRY)
    assert load(["es"], tmp_path / "ours", country="AR")["es"].gettext("Send me there") == "Chapa o chapa"


@pytest.mark.parametrize("name", ["plat", "", "two words", "PLATE"])
def test_an_unknown_word_refuses_its_sentence_and_its_topic_and_names_the_file(tmp_path: Path, name: str) -> None:
    write(tmp_path, "country_words.toml", WORDS)
    write(tmp_path, "LC_MESSAGES/messages.po", HEAD + ENTRY.replace("word:Plate", f"word:{name}"))
    expected = "messages.po: the translation of 'Send me there' names a word of the country: there is no "
    (refused,) = load(["es"], tmp_path)["es"].refused
    assert f"{expected}{{word:{name}}}; there are " in str(refused)
    write(tmp_path, "LC_MESSAGES/messages.po", HEAD)
    write(tmp_path, "topics/police/taxi.txt", TOPIC + f"La {{word:{name}}}.\n")
    with pytest.raises(BadInput, match=re.escape(f"taxi.txt:8: there is no {{word:{name}}}")):
        load(["es"], tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[plate]\nES = "x"', 'country_words.toml: [plate] is to have a line default = "word"'),
        ('[plate]\ndefault = "x"\nSpain = "y"', "lines like KE"),
        ('[plate]\ndefault = "x"\nes = "y"', "lines like KE"),
        ('[plate]\ndefault = ""', "[plate] is to have"),
        ('[plate]\ndefault = "{word:plate}"', "[plate] is to have"),
        ('plate = "x"', "[plate] is to have"),
        ('[Plate]\ndefault = "x"', "[Plate] is to be a name of small letters"),
        ("[plate", "country_words.toml: "),
    ],
)
def test_refuses_a_file_of_words(tmp_path: Path, text: str, expected: str) -> None:
    write(tmp_path, "country_words.toml", text)
    with pytest.raises(BadInput, match=re.escape(expected)):
        load(["es"], tmp_path)


@pytest.mark.parametrize(
    "path", sorted(TRANSLATIONS_DIR.glob("*/country_words.toml")), ids=lambda path: path.parent.name
)
def test_each_shipped_word_stands_in_a_text(path: Path) -> None:
    text = "".join(one.read_text("utf-8") for one in path.parent.rglob("*") if one.suffix in (".po", ".txt"))
    used = {name[:1].lower() + name[1:] for name in re.findall(r"\{word:([^}]*)\}", text)}
    assert used == set(read_forms(path))


@pytest.mark.parametrize("country", ["", "KE", "TZ", "CD", "CM", "FR", "ES", "AR", "MX"])
def test_no_brace_is_left_in_any_country(country: str) -> None:
    languages = load(SHIPPED, country=country)
    for language in languages:
        assert not [form for forms in language.messages.values() for form in forms if "{word:" in form]
        assert not [topic.slug for topic in languages.topics(language.code) if "{" in topic.title + topic.body]
