"""Fits screens to a phone: pages of 160 septets or 70 UCS-2 units, with `CON `, broken at words and lines.

UCS-2 pages print the key for "back" on the last page only, to leave room for text. The key works on every page.
"""

import re

from gateway.text import gsm
from menus.engine.screen import Choice, Translator

PREFIX_CHARS = len("CON ")
MORE_KEY, BACK_KEY = "98", "0"
_CLAUSE_END = re.compile(r"(?s).*[\n，。；：？！、]")


def fits_one_page(text: str) -> bool:
    """Whether the text fits on one page without a line below it."""
    return gsm.encoded_length(text)[0] <= gsm.max_screen_length(text) - PREFIX_CHARS


def lay_out_page(
    text: str, choices: tuple[Choice, ...], start: int, _: Translator, has_back: bool, hint: str = ""
) -> tuple[str, int | None]:
    """Return the page that begins at `start`, and where the next page begins (None: this is the last one).

    Positions count the characters of the text, then the choices.
    """
    labels = [f"{i}. {c.label}" for i, c in enumerate(choices, 1)]
    back_line = f"{BACK_KEY}. " + _("Back") if has_back else ""
    more_line = f"{MORE_KEY}. " + _("More")
    remaining, remaining_labels = text[start:], labels[max(0, start - len(text)) :]
    complete = _join_lines(hint, remaining, *remaining_labels, back_line)
    if fits_one_page(complete):
        return complete, None
    whole = _join_lines(hint, text, *labels, more_line, back_line)
    limit = gsm.max_screen_length(whole) - PREFIX_CHARS
    foot = _join_lines(more_line, back_line if gsm.is_gsm(whole) else "")
    room = limit - gsm.encoded_length("\n" + foot)[0]
    body, following = _fill_page(hint, remaining, remaining_labels, start, len(text), room)
    return _join_lines(body, foot), following


def all_pages(text: str, choices: tuple[Choice, ...], _: Translator, has_back: bool = True) -> list[str]:
    """Return all pages in reading order."""
    found: list[str] = []
    at: int | None = 0
    while at is not None:
        body, at = lay_out_page(text, choices, at, _, has_back or bool(found))
        found.append(body)
    return found


def _fill_page(
    hint: str, remaining: str, labels: list[str], position: int, text_length: int, room: int
) -> tuple[str, int]:
    """Return as many lines as fit, and where the next page begins. At least one line is returned, clipped if needed."""
    lines = [hint] if hint else []
    used = gsm.encoded_length(hint)[0] + 1 if hint else 0
    if remaining:
        taken = _clip_at_break(remaining, room - used)
        lines.append(taken.rstrip())
        used += gsm.encoded_length(lines[-1])[0] + 1
        position += len(taken)
        position += len(remaining[len(taken) :]) - len(remaining[len(taken) :].lstrip())
        if position < text_length:
            return _join_lines(*lines), position
    first = True
    for label in labels:
        size = gsm.encoded_length(label)[0]
        if used + size > room:
            if not (first and not remaining):
                break
            label = gsm.clip(label, room - used)
            size = gsm.encoded_length(label)[0]
        lines.append(label)
        used += size + 1
        position += 1
        first = False
    return _join_lines(*lines), position


def _clip_at_break(text: str, room: int) -> str:
    """Return the part of the text that fits.

    It ends at the end of a line, or of a Chinese clause (Chinese has no spaces between words), if that fills two thirds
    of the room; else at the end of a word.
    """
    taken = gsm.clip(text, room)
    whole = _CLAUSE_END.match(taken)
    return (
        whole[0].rstrip()
        if whole and len(taken) < len(text) and 3 * gsm.encoded_length(whole[0])[0] >= 2 * room
        else taken
    )


def _join_lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
