"""Read a language's `messages.po`, and over it the organisation's own.

Three lines of its first comment are read too. `pybabel update` keeps comments, and drops header fields of our own.

    # X-Own-Name: Kiswahili        the language's name for its speakers, in the Latin letters that every phone shows
    # X-Reviewed-By: nobody        until a native speaker from the community has read all of it
    # X-Accents: keep              where a word without accents is another word; its texts cost more (default: drop)

Sentences are stored as phones show them: `gsm.normalise_text` drops the accents that would make a text UCS-2.
"""

import gettext
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from gateway.errors import BadInput
from gateway.text import gsm
from translations.country_words import CountryWords, read_country_words
from translations.translator import Messages, Normalise

DOMAIN: Final = "messages"
_FIELD_PATTERN: Final = re.compile(r"^#\s*(X-[\w-]+):\s*(\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LanguageCatalog:
    """The contents of one language's catalogs, ours and the organisation's together."""

    name: str
    reviewed_by: str
    messages: Messages
    plural_rule: Callable[[int], int]
    normalise: Normalise


def read_catalog(
    code: str, folders: Sequence[Path], for_paper: bool = False, words: CountryWords | None = None
) -> LanguageCatalog:
    """Read the language's catalogs; the last folder's words win. `for_paper` keeps all accents.

    `words` are those of the deployment's country; without them, the default ones stand in the sentences.

    Raises BadInput that names the file to add or to mend.
    """
    paths = [path for folder in folders if (path := folder / catalog_path(code)).is_file()]
    if not paths:
        raise BadInput(f"language {code} has no catalog; right would be {folders[0] / catalog_path(code)}")
    words = words or read_country_words(code, folders, "")
    fields: dict[str, str] = {}
    messages: dict[tuple[str, str], tuple[str, ...]] = {}
    plural: Callable[[int], int] = bool
    for path in paths:
        catalog = read_po_file(path)
        fields.update(_FIELD_PATTERN.findall(catalog.header_comment))
        messages.update(_translated_messages(catalog, path, words))
        plural = _plural_rule(catalog, path)
    name = fields.get("X-Own-Name", "")
    if not name or not name.isascii():
        raise BadInput(f"{paths[0]} lacks its language's name in plain letters: '# X-Own-Name: ...' at its top")
    fold: Normalise = str if for_paper or fields.get("X-Accents") == "keep" else gsm.normalise_text
    shown = {key: tuple(map(fold, forms)) for key, forms in messages.items()}
    return LanguageCatalog(name, fields.get("X-Reviewed-By", "nobody"), shown, plural, fold)


def catalog_path(code: str) -> Path:
    """Return the place of a language's catalog in a folder of languages, where every editor of catalogs looks."""
    return Path(code, "LC_MESSAGES", f"{DOMAIN}.po")


def read_po_file(path: Path) -> Catalog:
    """Return the file as it stands. Raises BadInput for a file that is no catalog."""
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not a catalog: {error}") from error


def _translated_messages(catalog: Catalog, path: Path, words: CountryWords) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what is translated in full. A fuzzy entry is a guess that nobody has looked at: English is better."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for message in catalog:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or [""])
        if message.id and not message.fuzzy and all(forms):
            singular = message.id if isinstance(message.id, str) else message.id[0]
            english = message.id if isinstance(message.id, str) else message.id[-1]
            found[(message.context or "", singular)] = fill_forms(english, forms, words, str(path))
    return found


def fill_forms(english: str, forms: Sequence[str], words: CountryWords, where: str) -> tuple[str, ...]:
    """Return a translation's forms with the country's words.

    Raises BadInput, which begins with `where`, for an unknown word and for a value in braces that the English does not
    have: no such sentence could be sent.
    """
    said = f"{where}: the translation of '{english}'"
    filled = tuple(words.fill(form, said) for form in forms)
    try:
        unknown = {name for form in filled for name in value_names(form)} - value_names(english)
    except ValueError:
        raise BadInput(f"{said} has a brace without its other half") from None
    if unknown:
        raise BadInput(f"{said} has {{{min(unknown)}}}, which the English has not")
    return filled


def value_names(text: str) -> set[str]:
    """Return the names of the values in braces. Raises ValueError for a brace without its other half."""
    return {name for _text, name, _format, _how in Formatter().parse(text) if name is not None}


def _plural_rule(catalog: Catalog, path: Path) -> Callable[[int], int]:
    try:
        return gettext.c2py(catalog.plural_expr)
    except ValueError as error:
        raise BadInput(f"{path} has a Plural-Forms header that is no rule: {error}") from None
