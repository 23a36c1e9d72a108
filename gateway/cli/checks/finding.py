"""The lines of `mwavuli check`."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    MUST = "must"
    """people could be hurt, or nothing works, until this is corrected"""
    SHOULD = "should"
    OK = "ok"


class Finding(NamedTuple):
    """`text` has no secret, no number and no name of a person."""

    level: Level
    text: str


Findings = Iterator[Finding]


def must(text: str) -> Finding:
    return Finding(Level.MUST, text)


def should(text: str) -> Finding:
    return Finding(Level.SHOULD, text)


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def or_ok(findings: Iterable[Finding], text: str) -> Findings:
    """Yield the findings, or an `ok` with this text where there are none."""
    nothing = True
    for finding in findings:
        nothing = False
        yield finding
    if nothing:
        yield ok(text)


def abbreviate(names: Iterable[str], limit: int = 5) -> str:
    """Return the first names and the number of further ones."""
    listed = list(names)
    shown = ", ".join(listed[:limit])
    return f"{shown} and {len(listed) - limit} more" if len(listed) > limit else shown
