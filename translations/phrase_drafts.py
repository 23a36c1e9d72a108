"""A draft of what people text in a new language: our English lists, beside the place of the language's own."""

from pathlib import Path
from typing import Final

from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR
from translations.phrases import FILE_NAME
from translations.update import read_utf8, write_atomically

_HEADER: Final = f"""\
# Put the words of the language in the place of the English ones; leave out a line that you do not know yet.
# [labels] are the choices of our question: short, and neutral for whoever else reads them.
# When it is done, delete these lines and rename this file to {FILE_NAME}: only then is it read.
"""


def write_missing_phrases(code: str, folder: Path) -> None:
    """Write `phrases.toml.todo` for a language that has no such file. A draft that exists stays."""
    draft = folder / code / f"{FILE_NAME}.todo"
    has_file = any((root / code / FILE_NAME).is_file() for root in (TRANSLATIONS_DIR, folder))
    if not has_file and not draft.exists():
        write_atomically(draft, _HEADER + read_utf8(TRANSLATIONS_DIR / SOURCE_LANGUAGE / FILE_NAME))
