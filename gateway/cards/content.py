"""What stands on a card, before anything is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """Something to press or send (or nothing), what it is called, and a word about it."""

    key: str
    label: str
    note: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as it arrives on a phone."""

    text: str


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[str | Key | Sample, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A card to read: a title and two columns of sections."""

    title: str
    dial: str
    left: tuple[Section, ...]
    right: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Small:
    """A card to carry: what to dial, six keys with pictures, and the small print."""

    name: str
    dial: str
    keys: tuple[Key, ...]
    lines: tuple[str, ...]
