"""The services that a cell names, in our words or in those of `services.toml`, separated by anything."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from gateway.model.names import normalise_name
from gateway.model.needs import SERVICES

_SEPARATORS: Final = re.compile(r"[|;\n•·]|,(?!\d)")
_WEAK_SEPARATORS: Final = re.compile(r"\s*[/&+]\s*|\s+(?:and|et|y|e|na|и|und)\s+|\s+-\s+", re.IGNORECASE)
"""signs that also stand within one name, as in `TB/HIV`"""
_NEGATIONS: Final = frozenset(
    {"no", "not", "none", "non", "pas", "sans", "sin", "sem", "nao", "нет", "не", "без", "hakuna"}
)
_FILLERS: Final = frozenset({"services", "service", "clinic", "care", "programme", "program"})


def read_services(cell: str) -> tuple[frozenset[str], list[str]]:
    """Return our names of the services in the cell, and the parts of it that nobody knows.

    A piece counts only if all its words are known. What stands beside a *no* or *not* is unknown: `no ART`.
    """
    found: set[str] = set()
    unknown: list[str] = []
    for part in filter(None, map(str.strip, _SEPARATORS.split(cell))):
        if whole := _name_whole(part):
            found |= whole
            continue
        pieces = [] if _NEGATIONS & set(normalise_name(part).split()) else _WEAK_SEPARATORS.split(part)
        for piece in filter(normalise_name, pieces or [part]):
            named = _name_words(normalise_name(piece).split()) or _name_whole(piece)
            found |= named
            unknown += [] if named else [piece]
    return frozenset(found), unknown


def list_services() -> str:
    """Return the services that we know, each with the first names that lists have for it."""
    return ", ".join(f"{service} ({', '.join(_dictionary()[service][:3])})" for service in sorted(SERVICES))


def how_to_name() -> str:
    """Return how to give clinics services."""
    return (
        "none has a service that we know. Fill in the column services, or give all rows the same with "
        f"--map services='=hiv_test|sti', and import the list again. We know: {list_services()}"
    )


def _name_whole(part: str) -> set[str]:
    """Return the one service that the words name, with or without a word such as `services` behind it."""
    words = normalise_name(part).split()
    while words:
        if service := _by_name().get(" ".join(words)):
            return {service}
        if words[-1] not in _FILLERS:
            break
        words.pop()
    return set()


def _name_words(words: list[str]) -> set[str]:
    """Return the services that words without separators name, the longest names first, if no word is left over."""
    found: set[str] = set()
    while words:
        size = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]) in _by_name()), 0)
        if not size:
            return set()
        found.add(_by_name()[" ".join(words[:size])])
        words = words[size:]
    return found


@cache
def _dictionary() -> dict[str, list[str]]:
    return tomllib.loads(files("gateway.imports").joinpath("services.toml").read_text(encoding="utf-8"))


@cache
def _by_name() -> dict[str, str]:
    own = {normalise_name(service): service for service in SERVICES}
    return own | {normalise_name(name): service for service, names in _dictionary().items() for name in names}
