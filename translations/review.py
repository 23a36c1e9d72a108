"""A language's sentences for a reader, one row each, and what the reader changed, back into the catalog."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message

from gateway.errors import BadInput
from translations.catalog import catalog_path, fill_forms, read_po_file
from translations.country_words import FILE_NAME as WORDS_FILE, CountryWords, read_country_words
from translations.extract import ROOM_PREFIX
from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR, load, shipped_codes
from translations.placeholders import find_left_out
from translations.update import extract_template, flatten_forms, read_utf8, write_atomically, write_catalog
from translations.vocabulary import load_keywords

REMARK: Final = "Reader: "


@dataclass(frozen=True, slots=True)
class ReviewString:
    """One form of one sentence. `now`: the translation as it stands in the catalog, empty where there is none."""

    name: str
    context: str
    source_id: str
    """the English singular"""
    form: int
    forms: tuple[str, ...]
    """all forms of the translation"""
    english: str
    pattern: str
    """the English whose values in braces each form has: the plural, where there is one"""
    where: str
    room: str

    @property
    def now(self) -> str:
        return self.forms[self.form]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader wrote beside a string. `shown`: the translation that the reader saw. `line`: of the sheet."""

    line: int
    name: str
    shown: str
    text: str
    remark: str


def list_strings(code: str, folders: Sequence[Path]) -> list[ReviewString]:
    """Return all strings of the language, in the order of the code. Raises BadInput for a file with an error."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    plurals = 1
    for folder in folders:
        if (path := folder / catalog_path(code)).is_file():
            catalog = read_po_file(path)
            plurals = catalog.num_plurals
            found |= {_key(one): forms for one in catalog if one.id and (forms := _translated_forms(one))}
    if not any((folder / catalog_path(code)).is_file() for folder in folders):
        raise BadInput(f"there is no language {code} yet; begin it with `mwavuli language {code}`")
    return [string for one in extract_template() if one.id for string in _strings_of(one, found, plurals)]


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", flatten_forms(message.id)[0]


def _translated_forms(message: Message) -> tuple[str, ...]:
    forms = flatten_forms(message.string)
    return () if message.fuzzy or not any(forms) else forms


def _strings_of(
    message: Message, found: Mapping[tuple[str, str], tuple[str, ...]], plurals: int
) -> Iterator[ReviewString]:
    english = flatten_forms(message.id)
    count = plurals if len(english) > 1 else 1
    forms = (*found.get(_key(message), ()), *[""] * count)[:count]
    context, source_id = _key(message)
    digest = hashlib.blake2b(f"{context}\x04{source_id}".encode(), digest_size=4).hexdigest()
    notes = [note for note in message.auto_comments if not note.startswith(ROOM_PREFIX)]
    rooms = [note.removeprefix(ROOM_PREFIX) for note in message.auto_comments if note.startswith(ROOM_PREFIX)]
    places = dict.fromkeys(file for file, _line in message.locations)
    where = "\n".join([*places, *([context] if context else []), *notes])
    for form in range(count):
        name = f"s{digest}.{form}" if count > 1 else f"s{digest}"
        said = english[min(form, len(english) - 1)]
        yield ReviewString(name, context, source_id, form, tuple(forms), said, english[-1], where, "; ".join(rooms))


def apply_remarks(code: str, folder: Path, remarks: Sequence[Remark]) -> tuple[int, int]:
    """Write a reader's changed texts and remarks into the folder's catalog. Return the number of each.

    Raises BadInput with every error, one a line, and writes nothing then.
    """
    folders = [TRANSLATIONS_DIR, folder]
    strings = {string.name: string for string in list_strings(code, folders)}
    changed, errors = _find_changes(strings, remarks, read_country_words(code, folders, ""))
    noted = {one.name: one.remark for one in remarks if one.remark and one.name in strings}
    edits = _Edits(strings, changed, noted)
    if not errors and (changed or noted):
        text = edits.rehearse(code, folder, errors)
        if not errors:
            write_atomically(folder / catalog_path(code), text)
    if errors:
        raise BadInput("\n".join(["nothing was changed; mend these lines and bring the sheet again:", *errors]))
    return len(changed), len(noted)


def _find_changes(
    strings: Mapping[str, ReviewString], remarks: Sequence[Remark], words: CountryWords
) -> tuple[dict[str, str], list[str]]:
    """Return the new texts by string, and what is wrong with the sheet."""
    changed: dict[str, str] = {}
    errors: list[str] = []
    for one in remarks:
        string = strings.get(one.name)
        if string is None:
            errors.append(f"line {one.line}: there is no string {one.name} any more")
        elif one.text and one.text != string.now:
            if changed.setdefault(one.name, one.text) != one.text:
                errors.append(f"line {one.line}: another line has another text for {one.name}")
            elif one.shown != string.now:
                errors.append(f"line {one.line}: the text changed since the sheet was written; it is '{string.now}'")
            else:
                errors += _find_errors(one, string, words)
    return changed, errors


def _find_errors(one: Remark, string: ReviewString, words: CountryWords) -> list[str]:
    """Return what keeps one text from being sent."""
    try:
        (filled,) = fill_forms(string.pattern, (one.text,), words)
    except BadInput as error:
        return [f"line {one.line}: the translation of '{string.pattern}' {error}"]
    return [
        f"line {one.line}: the text lacks {value}, which the English has"
        for value in find_left_out(string.pattern, filled)
    ]


@dataclass(frozen=True, slots=True)
class _Edits:
    strings: Mapping[str, ReviewString]
    changed: Mapping[str, str]
    noted: Mapping[str, str]

    def rehearse(self, code: str, folder: Path, errors: list[str]) -> str:
        """Return the new catalog, after it was loaded in a folder of its own. An error found there joins `errors`."""
        with tempfile.TemporaryDirectory() as name:
            trial = Path(name)
            for part in (catalog_path(code), Path(code, WORDS_FILE)):
                if (folder / part).is_file():
                    (trial / part).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(folder / part, trial / part)
            try:
                write_catalog(code, None, trial, self._edit)
                codes = dict.fromkeys((SOURCE_LANGUAGE, *shipped_codes(), code))
                load_keywords(load(list(codes), trial))
            except BadInput as error:
                errors.append(str(error).replace(name, str(folder)))
                return ""
            return read_utf8(trial / catalog_path(code))

    def _edit(self, catalog: Catalog) -> None:
        for name in dict.fromkeys((*self.changed, *self.noted)):
            string = self.strings[name]
            message = catalog.get(string.source_id, string.context or None)
            if message is not None:
                self._edit_message(message, string)

    def _edit_message(self, message: Message, string: ReviewString) -> None:
        if string.name in self.changed:
            forms = list(_translated_forms(message) or string.forms)
            forms[string.form] = self.changed[string.name]
            message.string = tuple(forms) if len(string.forms) > 1 else forms[0]
            message.flags.discard("fuzzy")
        remark = " ".join(self.noted.get(string.name, "").split())
        if remark and remark not in " ".join(message.user_comments):
            message.user_comments.append(f"{REMARK}{remark}")
