"""A catalog to fill in: every sentence of the code with its notes and its room, and the topics there are in English.

Over a catalog that is there already: what people wrote stays, what is new is added, and what the code says no more is
put aside (`#~`), to come back if it is said again. Nothing is guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import generate_po, read_po

from gateway.errors import BadInput
from translations.catalog import read_catalog
from translations.extract import ROOT, Sentence, extract_sentences, flatten_forms
from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR
from translations.translator import KEYWORD_CONTEXT

LINE: Final = "a few words, as in a line of a menu: about 30 characters, or 15 in other scripts than GSM-7"
SMS: Final = "one SMS, values in braces filled in: 160 septets of GSM-7, or 70 characters in other scripts"
SCREEN: Final = "one screen, values in braces filled in: 156 septets of GSM-7, or 66 characters in other scripts"
CARD: Final = "a printed card: about as long as the English"
LIST: Final = "a list of the words that people would text, with commas; the first is the one we print"
_TIGHTEST_FIRST: Final = (LINE, SMS, SCREEN, CARD)
_ROOM_BY_PATH: Final = {
    "gateway/cards/": CARD,
    "gateway/turns/ussd.py": SCREEN,
    "menus/sms/clinic.py": SMS,
    "menus/sms/staff.py": SMS,
    "menus/sms/dispatch.py": SMS,
    "menus/sms/keywords.py": SMS,
    "menus/": SCREEN,
    "": SMS,
}
"""where a sentence stands -> its room; the first beginning that fits"""

_MAX_LINE_CHARS: Final = 100_000
_HEADER_PATTERN: Final = re.compile(r'(?:#.*\n|[ \t]*\n)*msgid ""\nmsgstr .*\n(?:".*\n)*')
_NAME_PATTERN: Final = re.compile(r"^#[ \t]*X-Own-Name:.*$", re.MULTILINE)
_NEW_HEADER: Final = """\
# X-Own-Name: {name}
# X-Reviewed-By: nobody
#
# For whoever translates:
# - Write as a colleague who has been there: plain, warm, respectful. "You can", never "you should" or "you must".
# - Say what is meant, not word for word. Sex work is work: no blame, no pity, and no words that tell man from woman.
# - Others may look at the phone: where the English is neutral, stay neutral. Never say 'safe', of anything.
# - What stands in braces, as {{dial}}, stays as it is; put it where your sentence wants it.
# - Where msgctxt is "keyword", list all words that people would text, with commas; the first is the one we print.
#   No word may mean two things, in any two languages. Where a sentence says STOP, say your first word for it.
# - "room:" is what the phone holds. One letter that GSM-7 lacks makes the whole text dear: 70 characters, not 160.
#   Accents that cost so much are dropped; a line 'X-Accents: keep' up here keeps them, where meaning hangs on them.
# - What you are not sure of you can leave empty: it is then said in English.
# - X-Reviewed-By stays "nobody" until a native speaker from the community has read all of it.
msgid ""
msgstr ""
"Project-Id-Version: mwavuli\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""
_TOPIC_HEADER: Final = """\
# room: the title 34 characters, the text 4 screens of about 135; in other scripts than GSM-7 20, and 7 of about 55.
# Translate the title, the words after each "ask ...:" and the text. {{slot:...}} and the other lines stay as they are.
# When it is done, delete the lines that begin with # and rename this file to {name}: only then is it read.
"""


@dataclass(frozen=True, slots=True)
class TranslationCount:
    """How many there are, and how many of them are translated."""

    total: int
    translated: int


def write_catalog(code: str, name: str | None, folder: Path) -> TranslationCount:
    """Begin the language's catalog in the folder, or bring it up to date. `name`: None keeps the one it has.

    Raises BadInput that names the file to mend, or says that a new language needs its name.
    """
    path = folder / code / "messages.po"
    name = name or _existing_name(code, folder)
    text = _read_catalog_text(path) if path.is_file() else _build_header(code, name)
    head = _HEADER_PATTERN.match(text)
    if head is None:
        raise BadInput(f'{path}: its first entry is to be its header, msgid "" with msgstr "" under it')
    catalog = read_po(BytesIO(text.encode()), abort_invalid=True)
    _update_catalog(catalog, build_template())
    entries = "".join(generate_po(catalog, omit_header=True, include_lineno=False, width=_MAX_LINE_CHARS))
    _write_atomically(path, f"{_set_name(head[0], name)}\n{entries.rstrip()}\n{_trailing_comment(text)}")
    return _count_translated(catalog)


def write_missing_topics(code: str, folder: Path) -> TranslationCount:
    """Lay each English topic that the language lacks beside the place of its translation, as `<slug>.txt.todo`.

    No loader reads that name, so English is never taken for the language. One that lies there is left alone.
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
        todo = folder / code / part.with_name(f"{part.name}.todo")
        if not todo.exists():
            _write_atomically(todo, _topic_draft(english[part]))
    return TranslationCount(len(english), len(english) - len(lacking))


def build_template() -> Catalog:
    """What the code says, untranslated."""
    catalog = Catalog()
    alike: dict[tuple[str, str], list[Sentence]] = {}
    for sentence in extract_sentences():
        alike.setdefault((sentence.context, sentence.msgids[0]), []).append(sentence)
    for (context, text), places in alike.items():
        ids = max((s.msgids for s in places), key=len)
        catalog.add(
            text if len(ids) == 1 else ids,
            context=context or None,
            locations=[(_relative_path(s), s.line) for s in places],
            auto_comments=[*_note_comments(places), f"room: {describe_room(places)}"],
        )
    return catalog


def describe_room(sentences_alike: Iterable[Sentence]) -> str:
    """What a sentence has room for in the tightest of the places that say it."""
    found = list(sentences_alike)
    if found[0].context == KEYWORD_CONTEXT:
        return LIST
    if limits := [s.max_chars for s in found if s.max_chars is not None]:
        return f"at most {min(limits)} characters"
    return min(map(_room_for, found), key=_TIGHTEST_FIRST.index)


def _room_for(sentence: Sentence) -> str:
    """Words without a value and a stop are names and lines of menus, except on paper."""
    where = next(room for place, room in _ROOM_BY_PATH.items() if _relative_path(sentence).startswith(place))
    is_line = "{" not in sentence.msgids[0] and sentence.msgids[0][-1:] not in ".?:!"
    return LINE if is_line and where != CARD else where


def _note_comments(sentences_alike: Iterable[Sentence]) -> list[str]:
    return [f"Translators: {note}" for note in dict.fromkeys(note for s in sentences_alike for note in s.notes)]


def _relative_path(sentence: Sentence) -> str:
    return sentence.file.relative_to(ROOT).as_posix()


def _existing_name(code: str, folder: Path) -> str:
    if not any((root / code / "messages.po").is_file() for root in (TRANSLATIONS_DIR, folder)):
        raise BadInput(f"{code} is new: give the name its speakers call it, as in --name Dholuo")
    return read_catalog(code, [TRANSLATIONS_DIR, folder]).name


def _read_catalog_text(path: Path) -> str:
    """A catalog that loads, as it stands."""
    read_catalog(path.parent.name, [TRANSLATIONS_DIR, path.parent.parent])
    return _read_utf8(path).rstrip("\n") + "\n"


def _read_utf8(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is to be saved as UTF-8") from None


def _build_header(code: str, name: str) -> str:
    try:
        plural = get_plural(code).plural_forms
    except (UnknownLocaleError, ValueError):
        plural = "nplurals=2; plural=(n != 1);"
    return _NEW_HEADER.format(code=code, name=name, plural=plural)


def _set_name(header: str, name: str) -> str:
    line = f"# X-Own-Name: {name}"
    named, found = _NAME_PATTERN.subn(lambda _match: line, header)
    return named if found else f"{line}\n{header}"


def _trailing_comment(text: str) -> str:
    """The comment below the last entry: Babel would drop it."""
    lines = text.splitlines()
    while lines and (not lines[-1] or re.match(r"#(\s|$)", lines[-1])):
        lines.pop()
    below = "\n".join(text.splitlines()[len(lines) :]).strip()
    return f"\n{below}\n" if below else ""


def _update_catalog(catalog: Catalog, current: Catalog) -> None:
    for key, message in list(catalog.obsolete.items()):
        if current.get(message.id, message.context) and not catalog.get(message.id, message.context):
            catalog[message.id] = catalog.obsolete.pop(key)
    catalog.update(current, no_fuzzy_matching=True)
    for message in catalog.obsolete.values():
        if message.fuzzy:  # the mark gets lost there: the guess would come back as a translation
            message.string = ""


def _count_translated(catalog: Catalog) -> TranslationCount:
    messages = [message for message in catalog if message.id]
    return TranslationCount(len(messages), sum(map(_is_translated, messages)))


def _is_translated(message: Message) -> bool:
    """As the loader sees it."""
    return not message.fuzzy and all(flatten_forms(message.string))


def _topic_files(language: Path) -> list[Path]:
    return sorted((language / "topics").glob("*/*.txt"))


def _topic_draft(english: Path) -> str:
    words = re.sub(r"^reviewed:.*$", "reviewed: nobody", _read_utf8(english), count=1, flags=re.MULTILINE)
    return _TOPIC_HEADER.format(name=english.name) + words


def _write_atomically(path: Path, text: str) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, "utf-8")
    new.replace(path)
