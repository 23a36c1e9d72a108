"""Fits screens to a phone: pages of 160 septets or 70 UCS-2 units, with `CON `, broken at words and lines.

UCS-2 pages print the key for "back" on the last page only, to leave room for text. A last page without room for it
prints none. The key works on every page.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from gateway.text import gsm
from gateway.text.breaks import StaysWithNext, clause_marks, is_inside_word, line_ends, sentence_ends
from menus.engine.screen import Choice, Translator, choice_keys

PREFIX_CHARS = len("CON ")
MORE_KEY, BACK_KEY = "98", "0"
MIN_CLAUSE_SHARE, MIN_SENTENCE_SHARE = 2 / 3, 0.8
"""A page ends with a line or clause, or with a sentence, if that fills so much of it. Less costs more pages."""
MIN_FIRST_SHARE = 1 / 3
"""The same for a sentence behind which everything else has room on one page: then it costs no page."""


class Content(NamedTuple):
    """What a screen shows, in the order in which it is read. `details` follow the choices."""

    text: str
    choices: tuple[Choice, ...] = ()
    details: str = ""
    keeps_choices: bool = False
    """Whether all choices stand on one page: nobody shall read Yes without No."""

    @property
    def labels(self) -> list[str]:
        return [f"{key}. {choice.label}" for key, choice in zip(choice_keys(self.choices), self.choices, strict=True)]

    @property
    def choices_end(self) -> int:
        """The position behind the choices. Positions count characters of the text, choices, characters of details."""
        return len(self.text) + len(self.choices)

    def after(self, position: int) -> "Content":
        """Return what follows a position. Of choices that were begun, the others need not stay together."""
        shown = self.choices_before(position)
        details = self.details[max(0, position - self.choices_end) :]
        return Content(self.text[position:], self.choices[shown:], details, self.keeps_choices and not shown)

    def choices_before(self, position: int) -> int:
        """Return how many choices stand before a position."""
        return min(len(self.choices), max(0, position - len(self.text)))


def fits_one_page(text: str) -> bool:
    """Whether the text fits on one page without a line below it."""
    return gsm.encoded_length(text)[0] <= gsm.max_screen_length(text) - PREFIX_CHARS


def put_choice_first(text: str, choices: tuple[Choice, ...], _: Translator, count: int = 1) -> Content:
    """Return the screen with its first choices on page 1: `count` of them.

    If the text is too long for that, its end follows the choices. As many whole lines as fit go before them; else whole
    sentences; else words, but no half of a word.
    """
    whole, back = Content(text, choices), _("Back")
    _page, following = lay_out_page(whole, 0, _, back)
    if following is None or whole.choices_before(following) >= count:
        return whole
    foot, limit = _foot_and_limit(_join_lines(text, *whole.labels), _, _back_line(back))
    room = limit - gsm.encoded_length(_join_lines(*whole.labels[:count], foot))[0] - 1
    for ends in (line_ends(text), sentence_ends(text, _.stays_with_next)):
        if end := _last_end_within(text, room, ends):
            return _move_behind(whole, end)
    end = len(gsm.clip(text, max(0, room), _.stays_with_next))
    return _move_behind(whole, 0 if is_inside_word(text, end) else end)


def lay_out_page(content: Content, start: int, _: Translator, back: str = "", hint: str = "") -> tuple[str, int | None]:
    """Return the page that begins at `start`, and where the next page begins (None: this is the last one).

    `back` is the label of the key for back, empty where it leads nowhere.
    """
    back_line = _back_line(back)
    rest = content.after(start)
    labels = content.labels[content.choices_before(start) :]
    gap = "\n" if labels and rest.details else ""  # directly under a choice, details would be read as a part of it
    complete = _join_lines(hint, rest.text, *labels, gap + rest.details)
    for last_page in (_join_lines(complete, back_line), complete):  # no page has the key for back alone
        if fits_one_page(last_page):
            return last_page, None
    foot, limit = _foot_and_limit(_join_lines(hint, content.text, *content.labels, content.details), _, back_line)
    page = _Page(hint, limit - gsm.encoded_length("\n" + foot)[0], _.stays_with_next)
    following = start + page.fill(rest, labels)
    return _join_lines(*page.lines, foot), following


def put_hint(page: str, text: str, hint: str, _: Translator) -> str:
    """Return the page with the hint on top of it. Whole sentences of the text give it room; empty if too little.

    `text`: the text of the screen, of which the page may show a part before its choices.
    """
    lines = page.splitlines()
    words = "\n".join(takewhile(lambda line: line in text, lines))
    below = page[len(words) :].lstrip("\n")
    whole = _join_lines(hint, words, below)
    if fits_one_page(whole):
        return whole
    room = gsm.max_screen_length(whole) - PREFIX_CHARS - gsm.encoded_length(_join_lines(hint, below))[0] - 1
    ends = (*line_ends(words), *sentence_ends(words, _.stays_with_next))
    shorter = _join_lines(hint, words[: _last_end_within(words, room, ends)].rstrip(), below)
    return shorter if words and fits_one_page(shorter) else ""


def all_pages(
    text: str,
    choices: tuple[Choice, ...],
    _: Translator,
    has_back: bool = True,
    *,
    choice_first: int = 0,
    keeps_choices: bool = False,
) -> list[str]:
    """Return all pages in reading order."""
    content = (
        put_choice_first(text, choices, _, choice_first) if choice_first else Content(text, choices, "", keeps_choices)
    )
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
        self._room = room
        self._words = words

    @property
    def _left(self) -> int:
        return self._room - (gsm.encoded_length("\n".join(self.lines))[0] + 1 if self.lines else 0)

    def fill(self, rest: Content, labels: Sequence[str]) -> int:
        """Add what fits, and return by how many positions the next page begins later."""
        end = (
            0 if rest.details else self._end_of_sentences(rest, labels)
        )  # before details the first choice has its room
        taken = self._add_words(rest.text, end) if rest.text else 0
        if taken < len(rest.text):
            return taken
        if rest.keeps_choices and self.lines and gsm.encoded_length("\n".join(labels))[0] > self._left:
            return taken
        for label in labels:
            if not self._add_label(label):
                return taken
            taken += 1
        return taken if labels else taken + self._add_words(rest.details)

    def _end_of_sentences(self, rest: Content, labels: Sequence[str]) -> int:
        """Return where whole sentences end behind which everything else has room on one page; 0 if there is none."""
        end = _last_end_within(rest.text, self._left, sentence_ends(rest.text, self._words))
        behind = _join_lines(rest.text[end:].lstrip(), *labels, "\n" + rest.details if rest.details else "")
        is_long = gsm.encoded_length(rest.text[:end].rstrip())[0] >= MIN_FIRST_SHARE * self._left
        return end if is_long and gsm.encoded_length(behind)[0] <= self._room else 0

    def _add_words(self, text: str, preferred: int = 0) -> int:
        """Add what fits of a text, and return how many of its characters are done with. Below a line, no word is torn.

        A page with a hint and nothing else is better than a page with half a word. `preferred`: where to end, if known.
        """
        end = preferred or len(_clip_at_break(text, self._left, self._words))
        if self.lines and end < len(text) and is_inside_word(text, end):
            end = 0
        self.lines += [text[:end].rstrip()] if end else []
        return len(text) - len(text[end:].lstrip()) if end else 0

    def _add_label(self, label: str) -> bool:
        """Add a choice. One that does not fit begins the next page. It is cut only if it is longer than that page."""
        if gsm.encoded_length(label)[0] > self._left:
            if self.lines:
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
