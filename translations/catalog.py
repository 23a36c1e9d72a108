"""Read a language's `messages.po`, and over it the organisation's own.

Three lines of its first comment are read too. `pybabel update` keeps comments, and drops header fields of our own.

    # X-Own-Name: Kiswahili        the language's name for its speakers, in the Latin letters that every phone shows
    # X-Reviewed-By: nobody        until a native speaker from the community has read all of it
    # X-Accents: keep              where a word without accents is another word; its texts cost more (default: drop)

Sentences are stored as phones show them: `gsm.normalise_text` drops the accents that would make a text UCS-2.

A sentence that could not be sent is left out: phones show the words of the folder before it, or English.
"""

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from gateway.errors import BadInput
from gateway.text import gsm
from translations.country_words import CountryWords, read_country_words
from translations.placeholders import find_unsendable
from translations.translator import Messages, Normalise

DOMAIN: Final = "messages"
_FIELD_PATTERN: Final = re.compile(r"^#\s*(X-[\w-]+):\s*(\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RefusedSentence:
    """A translation that could not be sent, and the reason."""

    path: Path
    context: str
    english: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: the translation of {self.english!r} {self.reason}"


@dataclass(frozen=True, slots=True)
class LanguageCatalog:
    """The contents of one language's catalogs, ours and the organisation's together."""

    name: str
    reviewed_by: str
    messages: Messages
    plural_rule: Callable[[int], int]
    normalise: Normalise
    paths: Mapping[tuple[str, str], Path]
    """the file of each sentence"""
    refused: tuple[RefusedSentence, ...]


def _right_codes(code: str, folders: Sequence[Path]) -> str:
    """Return the languages that there are, in words, and the one that may be meant."""
    found = sorted({path.parents[1].name for folder in folders for path in folder.glob(str(catalog_path("*")))})
    alike = [other for other in found if other[:2].lower() == code[:2].lower()]
    names = ", ".join(f"{other} ({_english_name(other)})" for other in alike or found)
    return f"right would be {names}" if alike else f"right are {names}, or one made with `mwavuli language {code}`"


def _english_name(code: str) -> str:
    try:
        return Locale.parse(code).get_display_name("en") or code
    except (ValueError, UnknownLocaleError):
        return "the organisation's own"


def read_catalog(
    code: str, folders: Sequence[Path], for_paper: bool = False, words: CountryWords | None = None
) -> LanguageCatalog:
    """Read the language's catalogs; the last folder's words win. `for_paper` keeps all accents.

    `words` are those of the deployment's country; without them, the default ones stand in the sentences.

    Raises BadInput that names the file to add or to mend.
    """
    paths = [path for folder in folders if (path := folder / catalog_path(code)).is_file()]
    if not paths:
        raise BadInput(f"language {code} has no catalog; {_right_codes(code, folders)}")
    words = words or read_country_words(code, folders, "")
    fields: dict[str, str] = {}
    messages: dict[tuple[str, str], tuple[str, ...]] = {}
    origins: dict[tuple[str, str], Path] = {}
    refused: list[RefusedSentence] = []
    plural: Callable[[int], int] = bool
    for path in paths:
        catalog = read_po_file(path)
        fields.update(_FIELD_PATTERN.findall(catalog.header_comment))
        found = _translated_messages(catalog, path, words, refused)
        messages.update(found)
        origins.update(dict.fromkeys(found, path))
        plural = _plural_rule(catalog, path)
    name = fields.get("X-Own-Name", "")
    if not name or not name.isascii():
        raise BadInput(f"{paths[0]} lacks its language's name in plain letters: '# X-Own-Name: ...' at its top")
    fold: Normalise = str if for_paper or fields.get("X-Accents") == "keep" else gsm.normalise_text
    shown = {key: tuple(map(fold, forms)) for key, forms in messages.items()}
    reviewed_by = fields.get("X-Reviewed-By", "nobody")
    return LanguageCatalog(name, reviewed_by, shown, plural, fold, origins, tuple(refused))


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


def _translated_messages(
    catalog: Catalog, path: Path, words: CountryWords, refused: list[RefusedSentence]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what is translated in full, and add to `refused` what could not be sent.

    A fuzzy entry is a guess that nobody has looked at: English is better.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for message in catalog:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or [""])
        if message.id and not message.fuzzy and all(forms):
            singular, english = (message.id, message.id) if isinstance(message.id, str) else message.id[:2]
            context = message.context or ""
            try:
                found[(context, singular)] = fill_forms(english, forms, words)
            except BadInput as error:
                refused.append(RefusedSentence(path, context, singular, str(error)))
    return found


def fill_forms(english: str, forms: Sequence[str], words: CountryWords) -> tuple[str, ...]:
    """Return a translation's forms with the country's words.

    Raises BadInput, in words that follow the name of the translation, for an unknown word and for a value in braces
    that the English does not have: no such sentence could be sent.
    """
    filled = tuple(words.fill(form, "names a word of the country") for form in forms)
    if reason := find_unsendable(english, filled):
        raise BadInput(reason)
    return filled


def _plural_rule(catalog: Catalog, path: Path) -> Callable[[int], int]:
    try:
        return gettext.c2py(catalog.plural_expr)
    except ValueError as error:
        raise BadInput(f"{path} has a Plural-Forms header that is no rule: {error}") from None
