"""Fits screens to a phone: pages of 160 septets or 70 UCS-2 units, with `CON `, broken at words and lines.

UCS-2 pages print the key for "back" on the last page only, to leave room for text. The key works on every page.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.text import gsm
from gateway.text.breaks import StaysWithNext, clause_ends, clause_marks, line_ends, sentence_ends
from menus.engine.screen import Choice, Translator

PREFIX_CHARS = len("CON ")
MORE_KEY, BACK_KEY = "98", "0"
MIN_CLAUSE_SHARE, MIN_SENTENCE_SHARE = 2 / 3, 0.8
"""A page ends with a line or clause, or with a sentence, if that fills so much of it. Less costs more pages."""


class Content(NamedTuple):
    """What a screen shows, in the order in which it is read. `details` follow the choices."""

    text: str
    choices: tuple[Choice, ...] = ()
    details: str = ""

    @property
    def labels(self) -> list[str]:
        return [f"{number}. {choice.label}" for number, choice in enumerate(self.choices, 1)]

    @property
    def choices_end(self) -> int:
        """The position behind the choices. Positions count characters of the text, choices, characters of details."""
        return len(self.text) + len(self.choices)

    def choices_before(self, position: int) -> int:
        """Return how many choices stand before a position."""
        return min(len(self.choices), max(0, position - len(self.text)))


def fits_one_page(text: str) -> bool:
    """Whether the text fits on one page without a line below it."""
    return gsm.encoded_length(text)[0] <= gsm.max_screen_length(text) - PREFIX_CHARS


def put_choice_first(text: str, choices: tuple[Choice, ...], _: Translator) -> Content:
    """Return the screen with its first choice on page 1.

    If the text is too long for that, its end follows the choices. Whole lines go before them, if one fits; else whole
    sentences; else words.
    """
    whole, back = Content(text, choices), _("Back")
    _page, following = lay_out_page(whole, 0, _, back)
    if following is None or whole.choices_before(following):
        return whole
    foot, limit = _foot_and_limit(_join_lines(text, *whole.labels), _, _back_line(back))
    rooms = [
        limit - gsm.encoded_length(_join_lines(*whole.labels[:count], foot))[0] - 1
        for count in range(len(choices), 0, -1)
    ]
    for ends in (line_ends(text), sentence_ends(text, _.stays_with_next)):
        for room in rooms:
            if end := _last_end_within(text, room, ends):
                return _move_behind(whole, end)
    return _move_behind(whole, len(gsm.clip(text, rooms[-1], _.stays_with_next)))


def lay_out_page(content: Content, start: int, _: Translator, back: str = "", hint: str = "") -> tuple[str, int | None]:
    """Return the page that begins at `start`, and where the next page begins (None: this is the last one).

    `back` is the label of the key for back, empty where it leads nowhere.
    """
    back_line = _back_line(back)
    rest = Content(
        content.text[start:],
        content.choices[content.choices_before(start) :],
        content.details[max(0, start - content.choices_end) :],
    )
    labels = content.labels[content.choices_before(start) :]
    complete = _join_lines(hint, rest.text, *labels, rest.details, back_line)
    if fits_one_page(complete):
        return complete, None
    foot, limit = _foot_and_limit(_join_lines(hint, content.text, *content.labels, content.details), _, back_line)
    page = _Page(hint, limit - gsm.encoded_length("\n" + foot)[0], _.stays_with_next)
    following = start + page.fill(rest, labels)
    return _join_lines(*page.lines, foot), following


def all_pages(
    text: str, choices: tuple[Choice, ...], _: Translator, has_back: bool = True, choice_first: bool = False
) -> list[str]:
    """Return all pages in reading order."""
    content = put_choice_first(text, choices, _) if choice_first else Content(text, choices)
    found: list[str] = []
    at: int | None = 0
    while at is not None:
        body, at = lay_out_page(content, at, _, _("Back") if has_back or found else "")
        found.append(body)
    return found


class _Page:
    """A page that is being filled with lines. At least one line gets on it, clipped if needed."""

    def __init__(self, hint: str, room: int, words: StaysWithNext) -> None:
        self.lines = [hint] if hint else []
        self._hints = len(self.lines)
        self._room = room
        self._words = words

    @property
    def _left(self) -> int:
        return self._room - (gsm.encoded_length("\n".join(self.lines))[0] + 1 if self.lines else 0)

    @property
    def _is_fresh(self) -> bool:
        return len(self.lines) == self._hints

    def fill(self, rest: Content, labels: Sequence[str]) -> int:
        """Add what fits, and return by how many positions the next page begins later."""
        taken = self._add_words(rest.text) if rest.text else 0
        if taken < len(rest.text):
            return taken
        for label in labels:
            if not self._add_label(label):
                return taken
            taken += 1
        if self._is_fresh:
            return taken + self._add_words(rest.details)
        return taken + self._add_clauses(rest.details)

    def _add_words(self, text: str) -> int:
        return self._add(text, len(_clip_at_break(text, self._left, self._words)))

    def _add_clauses(self, text: str) -> int:
        """Add whole clauses below the choices, where a few words would be read as a part of the last choice."""
        return self._add(text, _last_end_within(text, self._left, clause_ends(text, self._words)))

    def _add(self, text: str, end: int) -> int:
        """Add the text up to `end`, and return how many of its characters are done with."""
        self.lines += [text[:end].rstrip()] if end else []
        return len(text) - len(text[end:].lstrip()) if end else 0

    def _add_label(self, label: str) -> bool:
        if gsm.encoded_length(label)[0] > self._left:
            if not self._is_fresh:
                return False
            label = gsm.clip(label, self._left, self._words)
        self.lines.append(label)
        return True


def _move_behind(content: Content, end: int) -> Content:
    return Content(content.text[:end].rstrip(), content.choices, content.text[end:].lstrip())


def _back_line(label: str) -> str:
    return f"{BACK_KEY}. {label}" if label else ""


def _foot_and_limit(shown: str, _: Translator, back_line: str) -> tuple[str, int]:
    """Return the lines below a page that is not the last, and the room of the page with them."""
    more_line = f"{MORE_KEY}. " + _("More")
    whole = _join_lines(shown, more_line, back_line)
    return _join_lines(more_line, back_line if gsm.is_gsm(whole) else ""), gsm.max_screen_length(whole) - PREFIX_CHARS


def _clip_at_break(text: str, room: int, words: StaysWithNext) -> str:
    """Return the part of the text that fits.

    It ends with a line, a clause or a sentence, if that fills most of the room; else at the end of a word.
    """
    taken = gsm.clip(text, room, words)
    if len(taken) == len(text):
        return taken
    for ends, share in (
        (clause_marks(text, words), MIN_CLAUSE_SHARE),
        (sentence_ends(text, words), MIN_SENTENCE_SHARE),
    ):
        whole = text[: _last_end_within(text, room, ends)].rstrip()
        if gsm.encoded_length(whole)[0] >= share * room:
            return whole
    return taken


def _last_end_within(text: str, room: int, ends: Sequence[int]) -> int:
    """Return the last of these ends up to which the text fits the room; 0 if none does."""
    return max((end for end in ends if gsm.encoded_length(text[:end].rstrip())[0] <= room), default=0)


def _join_lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
