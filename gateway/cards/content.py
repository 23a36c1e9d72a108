"""What a card says, without its layout."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A key to press or a text to send (empty: nothing), its name, a note about it, and its picture's id."""

    key: str
    label: str
    note: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as it arrives on a phone."""

    text: str


Line = str | Key | Sample


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A card to read: a title and two columns of sections."""

    title: str
    dial: str
    left: tuple[Section, ...]
    right: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Small:
    """A card to carry: the code to dial, six keys with pictures, and the small print."""

    name: str
    dial: str
    keys: tuple[Key, ...]
    lines: tuple[str, ...]
