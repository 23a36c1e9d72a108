"""One language's catalog, begun or brought up to date by Babel as `pybabel extract` and `pybabel update` would.

Babel does not do all of it. An obsolete entry (`#~`) is taken back when the code has its sentence again. The header
stays as it is, and so does a comment below the last entry. Nothing is guessed.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import generate_po, read_po

from gateway.errors import BadInput
from translations.catalog import catalog_path, read_catalog
from translations.languages import TRANSLATIONS_DIR

ROOT: Final = TRANSLATIONS_DIR.parent
MAPPING_FILE: Final = TRANSLATIONS_DIR / "babel.cfg"
SOURCE_FOLDERS: Final = tuple(str(ROOT / folder) for folder in ("gateway", "jobs", "menus", "translations"))
_NAME_PATTERN: Final = re.compile(r"^#[ \t]*X-Own-Name:.*$", re.MULTILINE)
_HEADER_PATTERN: Final = re.compile(r'(?:#.*\n|[ \t]*\n)*msgid ""\nmsgstr .*\n(?:".*\n)*')
_NEW_HEADER: Final = """\
# X-Own-Name: {name}
# X-Reviewed-By: nobody
#
# For whoever translates:
# - Write as a colleague who has been there: plain, warm, respectful. "You can", never "you should" or "you must".
# - Say what is meant, not word for word. Sex work is work: no blame, no pity, and no words that tell man from woman.
# - Others may look at the phone: where the English is neutral, stay neutral. Never say 'safe', of anything.
# - What stands in braces, as {{dial}}, stays as it is; put it where your sentence wants it.
# - A sentence prints the word of your language for a keyword where it has {{stop}}: the first of its list in
# phrases.toml beside this folder, where the words that people text are.
# - "room:" is what the phone holds; where there are several, the shortest counts. One letter that GSM-7 lacks
# makes the whole text dear: 70 characters, not 160. Accents that cost so much are dropped; a line 'X-Accents: keep' up
# here keeps them, where meaning hangs on them.
# - What you are not sure of you can leave empty: it is then said in English.
# - X-Reviewed-By stays "nobody" until a native speaker from the community has read all of it."""


@dataclass(frozen=True, slots=True)
class TranslationCount:
    """How many texts there are, and how many of them are translated."""

    total: int
    translated: int


def write_catalog(
    code: str, name: str | None, folder: Path, edit: Callable[[Catalog], None] | None = None
) -> TranslationCount:
    """Begin the language's catalog in the folder, or bring it up to date. `name`: None keeps the name it has.

    `edit` changes the catalog before it is written.

    Raises BadInput that names the file to mend, or says that a new language needs its name.
    """
    path = folder / catalog_path(code)
    name = name or _existing_name(code, folder)
    text = _read_catalog_text(path) if path.is_file() else _new_header(code, name)
    head = _HEADER_PATTERN.match(text)
    if head is None:
        raise BadInput(f'{path}: its first entry is to be its header, msgid "" with msgstr "" under it')
    catalog = read_po(BytesIO(text.encode()), abort_invalid=True)
    update_catalog(catalog, extract_template())
    if edit:
        catalog = deepcopy(catalog)  # its new entries are the template's own
        edit(catalog)
    entries = _format_catalog(catalog, omit_header=True)
    write_atomically(path, f"{_set_name(head[0], name)}\n{entries}{_trailing_comment(text)}")
    return _count_translated(catalog)


@cache
def extract_template() -> Catalog:
    """Return what the code says, untranslated. The catalog is shared: do not change it."""
    template = Catalog()
    for file, line, texts, comments, context in _extract_all():
        template.add(texts, locations=[(file, line)], auto_comments=comments, context=context)
    return template


def update_catalog(catalog: Catalog, template: Catalog) -> None:
    """Give the catalog the template's entries. Its own translations stay, without an entry as obsolete ones."""
    for key, message in list(catalog.obsolete.items()):
        if template.get(message.id, message.context) and not catalog.get(message.id, message.context):
            catalog[message.id] = catalog.obsolete.pop(key)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    for message in catalog.obsolete.values():
        if message.fuzzy:  # a catalog marks no obsolete entry as fuzzy: the guess would come back as a translation
            message.string = ""


def flatten_forms(texts: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return a sentence, or its singular and plurals, as a tuple; one empty text where there is nothing yet."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def read_utf8(path: Path) -> str:
    """Return the file's text. Raises BadInput that names a file in another encoding."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is to be saved as UTF-8") from None


def write_atomically(path: Path, text: str) -> None:
    """Write all of the file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, "utf-8")
    new.replace(path)


def _extract_all() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    """Yield what `pybabel extract` finds, from a checkout and from an installed package alike."""
    with MAPPING_FILE.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, MAPPING_FILE.name)  # type: ignore[no-untyped-call]
    yield from extract_from_dir(ROOT, methods, options, directory_filter=_is_source)


def _is_source(folder: str) -> bool:
    return any(Path(folder).is_relative_to(source) for source in SOURCE_FOLDERS)


def _new_header(code: str, name: str) -> str:
    """Return the header of an empty catalog. A language unknown to Babel gets the usual plural of Babel."""
    catalog = Catalog(code, project="mwavuli", header_comment=_NEW_HEADER.format(name=name), fuzzy=False)
    text = _format_catalog(catalog).rstrip("\n")
    return f"{text}\n" if "Plural-Forms" in text else f'{text}\n"Plural-Forms: {catalog.plural_forms}\\n"\n'


def _format_catalog(catalog: Catalog, omit_header: bool = False) -> str:
    """Return the catalog as `pybabel update --no-wrap` writes it."""
    return "".join(generate_po(catalog, include_lineno=False, omit_header=omit_header, width=0))


def _existing_name(code: str, folder: Path) -> str:
    if not any((root / catalog_path(code)).is_file() for root in (TRANSLATIONS_DIR, folder)):
        raise BadInput(f"{code} is new: give the name its speakers call it, as in --name Dholuo")
    return read_catalog(code, [TRANSLATIONS_DIR, folder]).name


def _read_catalog_text(path: Path) -> str:
    """Return the text of a catalog that loads."""
    read_catalog(path.parents[1].name, [TRANSLATIONS_DIR, path.parents[2]])
    return read_utf8(path).rstrip("\n") + "\n"


def _set_name(header: str, name: str) -> str:
    line = f"# X-Own-Name: {name}"
    named, found = _NAME_PATTERN.subn(lambda _match: line, header)
    return named if found else f"{line}\n{header}"


def _trailing_comment(text: str) -> str:
    """Return the comment below the last entry: Babel would drop it."""
    lines = text.splitlines()
    while lines and (not lines[-1] or re.match(r"#(\s|$)", lines[-1])):
        lines.pop()
    below = "\n".join(text.splitlines()[len(lines) :]).strip()
    return f"{below}\n" if below else ""


def _count_translated(catalog: Catalog) -> TranslationCount:
    messages = [message for message in catalog if message.id]
    return TranslationCount(len(messages), sum(map(_is_translated, messages)))


def _is_translated(message: Message) -> bool:
    """Whether the loader takes the entry."""
    return not message.fuzzy and all(flatten_forms(message.string))
