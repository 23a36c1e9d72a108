"""Words that stay with the next word, by language: the table `page_breaks` of `<language>/glossary.toml`.

[page_breaks]
stays_with_next = ["not", "never", "without"]     # no page ends in one of them
"""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from gateway.errors import BadInput

FILE_NAME: Final = "glossary.toml"
_TABLE: Final = "page_breaks"


def read_page_breaks(code: str, folders: Sequence[Path], normalise: Callable[[str], str]) -> frozenset[str]:
    """Read the language's words from the last folder that lists some, in the spelling of its phones; none if none does.

    Raises BadInput that names the file.
    """
    words: list[str] = []
    for path in (folder / code / FILE_NAME for folder in folders):
        if path.is_file():
            words = _read_words(path) or words
    return frozenset(normalise(word).casefold() for word in words)


def _read_words(path: Path) -> list[str]:
    try:
        table = tomllib.loads(path.read_text("utf-8")).get(_TABLE, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    words = table.get("stays_with_next", []) if isinstance(table, dict) else None
    if not isinstance(words, list) or not all(isinstance(word, str) and len(word.split()) == 1 for word in words):
        raise BadInput(f'{path}: right under [{_TABLE}] is a line like stays_with_next = ["not", "without"]')
    return words
