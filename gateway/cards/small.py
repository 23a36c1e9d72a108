"""Draws the card to carry: name, what to dial, keys with pictures, small print. Lengths in mm."""

from typing import Final

from gateway.cards.content import Key, Small
from gateway.cards.drawing import GREY, INK, Drawing
from gateway.cards.measure import fitted, too_long, width, wrapped
from gateway.cards.paper import Box
from gateway.cards.pictures import picture

_PAD: Final = 6.0
_NAME: Final = 3.6
_DIAL: Final = (10.5, 4.5)
_WORD: Final = (4.0, 2.8)
_SMALL_PRINT: Final = (3.1, 2.3)
"""type sizes, from the one wished for to the smallest that can be read"""
_ACROSS: Final = 3
"""keys in a row"""
_ROW: Final = 21.5
_KEY: Final = 7.0
_PICTURE: Final = 10.0
_GAP: Final = 2.5
_LEADING: Final = 1.28


def draw(card: Small, on: Drawing, box: Box) -> None:
    """Everything on one card; the small print gets the room that is left."""
    inner = box.inside(_PAD)
    top = _head(card, on, inner)
    below = _keys(card.keys, on, Box(inner.x, top, inner.width, inner.bottom - top))
    _small_print(card.lines, on, Box(inner.x, below, inner.width, inner.bottom - below))


def _head(card: Small, on: Drawing, inner: Box) -> float:
    """Name and number, large; returns where the keys begin."""
    size, lines = fitted(card.name, inner.width, _NAME, _NAME / 2, 1)
    on.text(inner.x, inner.y + _NAME * 0.8, lines[0], size, ink=GREY)
    size, lines = fitted(card.dial, inner.width, *_DIAL, 1, bold=True)
    base = inner.y + _NAME + _DIAL[0] * 0.85
    on.text(inner.x, base, lines[0], size, bold=True)
    return base + 4.5


def _keys(keys: tuple[Key, ...], on: Drawing, room: Box) -> float:
    """Rows of keys, their words all of one size; returns where the rows end."""
    each = room.width / _ACROSS
    size = min(fitted(key.label, each - _GAP, *_WORD, 2, bold=True)[0] for key in keys)
    for at, key in enumerate(keys):
        _tile(key, on, room.x + at % _ACROSS * each, room.y + at // _ACROSS * _ROW, each - _GAP, size)
    return room.y + -(-len(keys) // _ACROSS) * _ROW


def _tile(key: Key, on: Drawing, x: float, y: float, room: float, size: float) -> None:
    """A key to press beside its picture, and its word below."""
    middle = y + _PICTURE / 2
    on.box(x, middle - _KEY / 2, _KEY, _KEY, fill=INK, round_=1.3)
    on.text(x + _KEY / 2, middle + 1.8, key.key, 5.0, bold=True, ink="white", anchor="middle")
    picture(on, key.picture, x + _KEY + _GAP, y, _PICTURE)
    for at, line in enumerate(wrapped(key.label, size, room, bold=True) or ()):
        on.text(x, y + _PICTURE + (1.15 + at * 1.16) * size, line, size, bold=True)


def _small_print(lines: tuple[str, ...], on: Drawing, room: Box) -> None:
    """As large as fits, at the foot of the card."""
    size, least = _SMALL_PRINT
    while size >= least:
        found = [wrapped(line, size, room.width) for line in lines]
        shown = [part for parts in found if parts for part in parts]
        if all(found) and len(shown) * size * _LEADING <= room.height:
            base = room.bottom - (len(shown) - 1) * size * _LEADING - size * 0.25
            for at, line in enumerate(shown):
                on.text(room.x, base + at * size * _LEADING, line, size)
            return
        size *= 0.96
    raise too_long(max(lines, key=lambda line: width(line, 1)))
