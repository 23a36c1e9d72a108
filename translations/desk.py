"""The words of the desk: catalogs `desk.po` beside those of phones. They have all accents and no limit of room."""

from collections.abc import Mapping, Sequence
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR

DESK_CATALOG = Path("LC_MESSAGES") / "desk.po"


def load_desk_words(codes: Sequence[str]) -> Mapping[str, NullTranslations]:
    """Return the words of each language. A language without a catalog, and English, say the English words."""
    return {code: _read(TRANSLATIONS_DIR / code / DESK_CATALOG) for code in dict.fromkeys((*codes, SOURCE_LANGUAGE))}


def _read(path: Path) -> NullTranslations:
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return GNUTranslations(BytesIO(compiled.getvalue()))
