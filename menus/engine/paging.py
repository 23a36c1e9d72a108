"""Fits what a screen shows to a phone: 160 septets or 70 UCS-2 units, `CON ` counted, paged at words and lines.

On pages of 70 the way back is printed on the last one only: it works on each, and the room is for the words.
"""

import re

from gateway.text import gsm
from menus.engine.screen import Choice, Translator

PREFIX_CHARS = len("CON ")
MORE_KEY, BACK_KEY = "98", "0"
_CLAUSE_END = re.compile(r"(?s).*[\n，。；：？！、]")


def fits_one_page(text: str) -> bool:
    """Is this one screen, with nothing below it?"""
    return gsm.encoded_length(text)[0] <= gsm.max_screen_length(text) - PREFIX_CHARS


def lay_out_page(
    text: str, choices: tuple[Choice, ...], start: int, _: Translator, has_back: bool, hint: str = ""
) -> tuple[str, int | None]:
    """The page that begins at `at`, and where the next one begins (None: this is the last).

    Positions count the text's characters, then the choices.
    """
    labels = [f"{i}. {c.label}" for i, c in enumerate(choices, 1)]
    back_line = f"{BACK_KEY}. " + _("Back") if has_back else ""
    more_line = f"{MORE_KEY}. " + _("More")
    rest, rest_labels = text[start:], labels[max(0, start - len(text)) :]
    complete = _join_lines(hint, rest, *rest_labels, back_line)
    if fits_one_page(complete):
        return complete, None
    whole = _join_lines(hint, text, *labels, more_line, back_line)
    limit = gsm.max_screen_length(whole) - PREFIX_CHARS
    foot = _join_lines(more_line, back_line if gsm.is_gsm(whole) else "")
    room = limit - gsm.encoded_length("\n" + foot)[0]
    body, following = _fill_page(hint, rest, rest_labels, start, len(text), room)
    return _join_lines(body, foot), following


def all_pages(text: str, choices: tuple[Choice, ...], _: Translator, has_back: bool = True) -> list[str]:
    """All pages, as a caller who reads on sees them."""
    found: list[str] = []
    at: int | None = 0
    while at is not None:
        body, at = lay_out_page(text, choices, at, _, has_back or bool(found))
        found.append(body)
    return found


def _fill_page(hint: str, rest: str, labels: list[str], position: int, text_length: int, room: int) -> tuple[str, int]:
    """As much as there is room for; always at least one line, clipped if need be."""
    lines = [hint] if hint else []
    used = gsm.encoded_length(hint)[0] + 1 if hint else 0
    if rest:
        taken = _clip_at_break(rest, room - used)
        lines.append(taken.rstrip())
        used += gsm.encoded_length(lines[-1])[0] + 1
        position += len(taken)
        position += len(rest[len(taken) :]) - len(rest[len(taken) :].lstrip())
        if position < text_length:
            return _join_lines(*lines), position
    first = True
    for label in labels:
        size = gsm.encoded_length(label)[0]
        if used + size > room:
            if not (first and not rest):
                break
            label = gsm.clip(label, room - used)
            size = gsm.encoded_length(label)[0]
        lines.append(label)
        used += size + 1
        position += 1
        first = False
    return _join_lines(*lines), position


def _clip_at_break(text: str, room: int) -> str:
    """What of the text has room: to a line's end (or a Chinese clause's, for its words are not parted) where that
    leaves a third of the room empty at most; else to a word's end."""
    taken = gsm.clip(text, room)
    whole = _CLAUSE_END.match(taken)
    return (
        whole[0].rstrip()
        if whole and len(taken) < len(text) and 3 * gsm.encoded_length(whole[0])[0] >= 2 * room
        else taken
    )


def _join_lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
