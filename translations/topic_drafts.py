"""Drafts of rights topics: the English of each topic that a language lacks, beside the place of its translation."""

import re
from pathlib import Path
from typing import Final

from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR
from translations.update import TranslationCount, read_utf8, write_atomically

_HEADER: Final = """\
# room: the title 34 characters, the text 3 screens of about 135; in other scripts than GSM-7 20, and 6 of about 55.
# Translate the title, the words after each "slot ...:" and "ask ...:", and the text. {{slot:...}} and the other lines
# stay as they are. A "slot" line is true everywhere; a country's law stands in slots.toml. An "ask" line is a question
# as a caller asks it. {{word:name}} stands for a word of your country_words.toml.
# When it is done, delete the lines that begin with # and rename this file to {name}: only then is it read.
"""


def write_missing_topics(code: str, folder: Path) -> TranslationCount:
    """Write a draft of each English topic that the language lacks, as `<slug>.txt.todo`. A draft that exists stays.

    No loader reads that name, so English is never taken for the language.
    """
    english = {
        path.relative_to(root / SOURCE_LANGUAGE): path
        for root in (TRANSLATIONS_DIR, folder)
        for path in _topic_files(root / SOURCE_LANGUAGE)
    }
    lacking = [
        part for part in english if not any((root / code / part).is_file() for root in (TRANSLATIONS_DIR, folder))
    ]
    for part in lacking:
        draft = folder / code / part.with_name(f"{part.name}.todo")
        if not draft.exists():
            write_atomically(draft, _draft_text(english[part]))
    return TranslationCount(len(english), len(english) - len(lacking))


def _topic_files(language: Path) -> list[Path]:
    return sorted((language / "topics").glob("*/*.txt"))


def _draft_text(english: Path) -> str:
    words = re.sub(r"^reviewed:.*$", "reviewed: nobody", read_utf8(english), count=1, flags=re.MULTILINE)
    return _HEADER.format(name=english.name) + words
