"""Draws a card to read: a title, and two columns of headings with what stands under them. Lengths in mm."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.cards.content import Key, Leaflet, Sample, Section
from gateway.cards.drawing import GREY, INK, PALE, Drawing
from gateway.cards.measure import fitted, too_long, width, wrapped
from gateway.cards.paper import Box

_PAD: Final = 8.0
_GUTTER: Final = 9.0
_TITLE: Final = (6.2, 3.6)
_HEAD: Final = 10.0
"""what title and number take from the top"""
_SIZES: Final = (3.9, 2.5)
"""of the text: from the one wished for to the smallest that can be read"""
_STEP: Final = 0.97
_LEADING: Final = 1.3
_MOST_AIR: Final = 6.0
"""before a heading, beyond the least"""


@dataclass(frozen=True, slots=True)
class _Part:
    """So many mm of a column, and what draws them when their place is known: its left edge and its top."""

    height: float
    put: Callable[[Drawing, float, float], None]


class _TooWide(Exception):
    """A word is wider than its column; holds the text."""


def draw(card: Leaflet, on: Drawing, box: Box) -> None:
    """Both columns in one type size, the largest at which they fit. Raises BadInput where none does."""
    inner = box.inside(_PAD)
    _head(card, on, inner)
    room, height = (inner.width - _GUTTER) / 2, inner.height - _HEAD
    for size in _sizes():
        try:
            columns = [[list(_section(s, size, room)) for s in column] for column in (card.left, card.right)]
        except _TooWide:
            continue
        if all(_height(column) + (len(column) - 1) * size * 0.6 <= height for column in columns):
            for at, column in enumerate(columns):
                _column(column, on, Box(inner.x + at * (room + _GUTTER), inner.y + _HEAD, room, height))
            return
    raise too_long(max(_texts(card), key=len))


def _sizes() -> Iterator[float]:
    size, least = _SIZES
    while size >= least:
        yield size
        size *= _STEP


def _texts(card: Leaflet) -> Iterator[str]:
    """What could be shortened."""
    for section in (*card.left, *card.right):
        yield section.heading
        for line in section.lines:
            yield line if isinstance(line, str) else line.text if isinstance(line, Sample) else line.note


def _head(card: Leaflet, on: Drawing, inner: Box) -> None:
    """The title, and at the right end the number to dial."""
    half = inner.width / 2
    size, lines = fitted(card.dial, half, *_TITLE, 1, bold=True)
    on.text(inner.x + inner.width, inner.y + _TITLE[0] * 0.8, lines[0], size, bold=True, anchor="end")
    size, lines = fitted(card.title, inner.width - width(lines[0], size, bold=True) - 4, *_TITLE, 1, bold=True)
    on.text(inner.x, inner.y + _TITLE[0] * 0.8, lines[0], size, bold=True)


def _height(column: Sequence[Sequence[_Part]]) -> float:
    return sum(part.height for section in column for part in section)


def _column(column: Sequence[Sequence[_Part]], on: Drawing, room: Box) -> None:
    """From the top down, with what is left over as air before the headings."""
    air = min(_MOST_AIR, (room.height - _height(column)) / max(1, len(column) - 1))
    y = room.y
    for section in column:
        for part in section:
            part.put(on, room.x, y)
            y += part.height
        y += air


def _section(section: Section, size: float, room: float) -> Iterator[_Part]:
    yield _heading(section.heading, size * 1.1, room)
    for line in section.lines:
        if isinstance(line, Key):
            yield _key(line, size, room)
        elif isinstance(line, Sample):
            yield _sample(line, size, room)
        else:
            yield _item(line, size, room)


def _lines(words: str, size: float, room: float, bold: bool = False) -> list[str]:
    found = wrapped(words, size, room, bold)
    if found is None:
        raise _TooWide(words)
    return found


def _put_lines(on: Drawing, x: float, top: float, lines: Sequence[str], size: float, bold: bool = False) -> None:
    for at, line in enumerate(lines):
        on.text(x, top + size + at * size * _LEADING, line, size, bold=bold)


def _heading(words: str, size: float, room: float) -> _Part:
    lines = _lines(words, size, room, bold=True)
    below = len(lines) * size * _LEADING + 0.5

    def put(on: Drawing, x: float, top: float) -> None:
        _put_lines(on, x, top, lines, size, bold=True)
        on.add("line", x1=x, x2=x + room, y1=top + below, y2=top + below, stroke=INK, stroke_width=0.35)

    return _Part(below + 1.2, put)


def _item(words: str, size: float, room: float) -> _Part:
    """A line with a dot before it."""
    indent = size * 0.9
    lines = _lines(words, size, room - indent)

    def put(on: Drawing, x: float, top: float) -> None:
        on.add("circle", cx=x + size * 0.3, cy=top + size * 0.66, r=size * 0.15, fill=INK)
        _put_lines(on, x + indent, top, lines, size)

    return _Part(len(lines) * size * _LEADING + size * 0.2, put)


def _key(key: Key, size: float, room: float) -> _Part:
    """What to press or send in a dark box; its name beside it, or below where that is too wide; then the note."""
    box = max(size * 1.7, width(key.key, size, bold=True) + size)
    if box > room:
        raise _TooWide(key.key)
    beside = box + size * 0.6
    if wide := wrapped(key.label, size, room - beside, bold=True) is None or box > room / 2:
        beside = 0.0
    label = _lines(key.label, size, room - beside, bold=True)
    note = _lines(key.note, size, room - beside) if key.note else []
    drop = size * 1.75 if wide else size * 0.15

    def put(on: Drawing, x: float, top: float) -> None:
        top += size * 0.25
        if key.key:
            on.box(x, top, box, size * 1.6, fill=INK, round_=size * 0.3)
            on.text(x + box / 2, top + size * 1.15, key.key, size, bold=True, ink="white", anchor="middle")
        _put_lines(on, x + beside, top + drop, label, size, bold=True)
        _put_lines(on, x + beside, top + drop + len(label) * size * _LEADING, note, size)

    return _Part(max(size * 1.6, drop + (len(label) + len(note)) * size * _LEADING) + size * 0.55, put)


def _sample(sample: Sample, size: float, room: float) -> _Part:
    """A text in a box, as on a phone's screen."""
    pad = size * 0.7
    lines = _lines(sample.text, size, room - 2 * pad)
    height = len(lines) * size * _LEADING + 2 * pad - size * 0.3

    def put(on: Drawing, x: float, top: float) -> None:
        on.box(x, top + size * 0.3, room, height, fill=PALE, line=GREY, round_=1.5)
        _put_lines(on, x + pad, top + size * 0.3 + pad - size * 0.15, lines, size)

    return _Part(height + size * 0.7, put)
