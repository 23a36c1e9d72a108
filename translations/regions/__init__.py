"""What differs by country and has to be decided there before words go out, and the filters of its carriers.

`general.toml` lists the decisions of all countries. A country's file (ISO 3166, as `KE.toml`) adds what our sources
know of it. Every fact names its source, and is to be confirmed by a lawyer.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

REGIONS_DIR: Final = Path(__file__).parent
_GENERAL_FILE: Final = "general.toml"


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an organisation decides. `slots` and `topics` (`group/slug`) are where phones show the decision."""

    decide: str
    slots: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a source says of one decision in one country."""

    says: str
    source: str


class WordFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words or parts of words in texts that leave, and what happens to such a text."""

    words: tuple[str, ...]
    effect: str
    source: str

    def find(self, text: str) -> tuple[str, ...]:
        """Return the words of the filter that stand in the text, in any case."""
        folded = text.casefold()
        return tuple(word for word in self.words if word.casefold() in folded)


class SenderRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What carriers demand of senders."""

    rule: str
    source: str


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What our sources know of one country. `facts` are by the name of a decision."""

    facts: dict[str, Fact] = {}
    filter: tuple[WordFilter, ...] = ()
    sender: tuple[SenderRule, ...] = ()


def read_decisions() -> Mapping[str, Decision]:
    """Return the decisions of all countries, by name, in the order to make them."""
    return msgspec.convert(_read(REGIONS_DIR / _GENERAL_FILE), dict[str, Decision])


def read_region(country: str) -> Region:
    """Return what our sources know of a country (ISO 3166); nothing of most."""
    path = REGIONS_DIR / f"{country}.toml"
    return msgspec.convert(_read(path), Region) if country.isalpha() and path.is_file() else Region()


def known_countries() -> list[str]:
    """Return the countries that have a file."""
    return sorted(path.stem for path in REGIONS_DIR.glob("[A-Z][A-Z].toml"))


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
