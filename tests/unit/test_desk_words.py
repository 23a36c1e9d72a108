"""The words of the desk: every sentence of the templates in every language, with its values and plural forms."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from translations.desk import DESK_CATALOG, load_desk_words
from translations.languages import TRANSLATIONS_DIR

ROOT = TRANSLATIONS_DIR.parent
LANGUAGES = ("sw", "fr", "es", "ru", "zh_Hans")
VALUE = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def sentences() -> set[str | tuple[str, ...]]:
    with (TRANSLATIONS_DIR / "desk.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = {message for _file, _line, message, _notes, _context in extract_from_dir(ROOT, methods, options)}
    assert len(found) > 40
    return found


def catalog(language: str) -> Catalog:
    with (TRANSLATIONS_DIR / language / DESK_CATALOG).open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_a_translation_with_its_values(language: str, sentences: set[str | tuple[str, ...]]) -> None:
    known = {message.id: message for message in catalog(language) if message.id}
    assert set(known) == sentences
    for id_, message in known.items():
        source = [id_] if isinstance(id_, str) else list(id_)
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(forms), id_
        assert not message.fuzzy, id_
        for form in forms:
            assert set(VALUE.findall(form)) == set(VALUE.findall(source[-1])), id_


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_follow_the_rule_of_the_phones(language: str) -> None:
    with (TRANSLATIONS_DIR / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        phones = read_po(file)
    assert catalog(language).num_plurals == phones.num_plurals
    words = load_desk_words((language,))[language]
    for n in (0, 1, 2, 5, 11, 21, 100):
        said = words.ngettext("%(n)s person told us", "%(n)s people told us", n)
        assert said != "%(n)s people told us"


def test_no_template_turns_escaping_off() -> None:
    for path in (ROOT / "gateway" / "desk" / "templates").glob("*.html"):
        text = Path(path).read_text()
        assert "|safe" not in text.replace(" ", "")
        assert "autoescape" not in text
    trusted = [p.name for p in (ROOT / "gateway/desk/templates").glob("*.html") if "trusted_svg" in p.read_text()]
    assert trusted == ["code.html"]
