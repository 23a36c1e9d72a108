"""The organisation's folder as far as it can be read: each broken file is named, and hides none of the others."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import translations
from gateway.content_gates.finding import ContentFinding
from gateway.content_gates.glossary import read_glossary
from gateway.content_gates.own_words import Load, find_own_problems
from gateway.errors import BadInput
from translations import Languages, load_keywords
from translations.catalog import catalog_path
from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR

HELPERS_FILE: Final = "helpers.toml"
"""its file with helpers, which has no sentences"""


@dataclass(frozen=True, slots=True)
class ContentFolder:
    """What can be read of the languages and of the organisation's folder."""

    languages: Languages
    broken: tuple[str, ...]
    """one sentence for each file that cannot be read, and for each language without a catalog"""
    problems: Callable[[str], Sequence[ContentFinding]]
    """what the gates find in the organisation's words of a language, by its code"""


@contextmanager
def open_content_folder(
    codes: Sequence[str], content_dir: Path | None, load: Load = translations.load
) -> Iterator[ContentFolder]:
    """Read the languages without the files that are broken. Ask for problems before the context ends.

    `load` reads the languages of a folder as the deployment does. It raises BadInput that names a file.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = _link_files(content_dir, folder) if content_dir else []
        languages, errors = _load_readable(codes, folder, files, load)
        own = str(content_dir)
        broken = tuple(error.replace(name, own) for error in errors)

        def problems(code: str) -> list[ContentFinding]:
            found = find_own_problems(code, languages, folder, load) if _touches(folder, code) else ()
            return [one._replace(place=one.place.replace(name, own)) for one in found]

        yield ContentFolder(languages, broken, problems)


def _link_files(content_dir: Path, folder: Path) -> list[Path]:
    """Link all files of the content folder into another folder; return the links. Nothing of them is copied."""
    links = []
    for path in sorted(path for path in content_dir.rglob("*") if path.is_file()):
        link = folder / path.relative_to(content_dir)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path.resolve())
        links.append(link)
    return links


def _touches(folder: Path, code: str) -> bool:
    """Whether the folder changes what this language says: by files of its own, or by facts for all languages."""
    return (folder / code).is_dir() or any(path.name != HELPERS_FILE for path in folder.glob("*.toml"))


def _load_readable(
    codes: Sequence[str], folder: Path, files: Sequence[Path], load: Load
) -> tuple[Languages, list[str]]:
    """Load the languages again and again, each time without the file or the language that the last error named."""
    errors: list[str] = []
    remaining, left = list(dict.fromkeys(codes)), list(files)
    while remaining:
        try:
            languages = _load(remaining, folder, load)
        except BadInput as error:
            errors.append(str(error))
            broken = next((path for path in left if _names(str(error), path)), None)
            if broken:
                left.remove(broken)
                broken.unlink()
                language = broken.relative_to(folder).parts[0]
                remaining = [code for code in remaining if code != language or _has_catalog(code, folder)]
            else:
                remaining = _without_named(remaining, str(error))
        else:
            return languages, errors + _keyword_errors(languages)
    return load([SOURCE_LANGUAGE], None), errors


def _load(codes: Sequence[str], folder: Path, load: Load) -> Languages:
    languages = load(codes, folder)
    for code in codes:
        read_glossary(code, [TRANSLATIONS_DIR, folder])
    return languages


def _names(error: str, path: Path) -> bool:
    return str(path) in error or error.startswith(f"{path.name}:")


def _has_catalog(code: str, folder: Path) -> bool:
    return any((root / catalog_path(code)).is_file() for root in (TRANSLATIONS_DIR, folder))


def _without_named(codes: Sequence[str], error: str) -> list[str]:
    """Return the languages without the one that the error names; none where it names none."""
    named = next((code for code in codes if f"language {code} " in error), "")
    return [code for code in codes if named and code != named]


def _keyword_errors(languages: Languages) -> list[str]:
    try:
        load_keywords(languages)
    except BadInput as error:
        return [str(error)]
    return []
