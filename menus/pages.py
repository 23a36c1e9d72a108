"""Fits what a screen shows to a phone: 160 septets or 70 UCS-2 units, `CON ` counted, paged at words and lines.

On pages of 70 the way back is printed on the last one only: it works on each, and the room is for the words.
"""

import re

from gateway import gsm
from menus.screen import Choice, Translator

LEAD = len("CON ")
MORE, BACK = "98", "0"
_PAUSE = re.compile(r"(?s).*[\n，。；：？！、]")


def fits(text: str) -> bool:
    """Is this one screen, with nothing below it?"""
    return gsm.units(text)[0] <= gsm.screen_limit(text) - LEAD


def page(
    text: str, choices: tuple[Choice, ...], at: int, _: Translator, back: bool, hint: str = ""
) -> tuple[str, int | None]:
    """The page that begins at `at`, and where the next one begins (None: this is the last).

    Positions count the text's characters, then the choices.
    """
    labels = [f"{i}. {c.label}" for i, c in enumerate(choices, 1)]
    back_line = f"{BACK}. " + _("Back") if back else ""
    more_line = f"{MORE}. " + _("More")
    rest, rest_labels = text[at:], labels[max(0, at - len(text)) :]
    complete = _joined(hint, rest, *rest_labels, back_line)
    if fits(complete):
        return complete, None
    whole = _joined(hint, text, *labels, more_line, back_line)
    limit = gsm.screen_limit(whole) - LEAD
    foot = _joined(more_line, back_line if gsm.is_gsm(whole) else "")
    room = limit - gsm.units("\n" + foot)[0]
    body, following = _fill(hint, rest, rest_labels, at, len(text), room)
    return _joined(body, foot), following


def every(text: str, choices: tuple[Choice, ...], _: Translator, back: bool = True) -> list[str]:
    """All pages, as a caller who reads on sees them."""
    found: list[str] = []
    at: int | None = 0
    while at is not None:
        body, at = page(text, choices, at, _, back or bool(found))
        found.append(body)
    return found


def _fill(hint: str, rest: str, labels: list[str], at: int, length: int, room: int) -> tuple[str, int]:
    """As much as there is room for; always at least one line, clipped if need be."""
    lines = [hint] if hint else []
    used = gsm.units(hint)[0] + 1 if hint else 0
    if rest:
        taken = _clipped(rest, room - used)
        lines.append(taken.rstrip())
        used += gsm.units(lines[-1])[0] + 1
        at += len(taken)
        at += len(rest[len(taken) :]) - len(rest[len(taken) :].lstrip())
        if at < length:
            return _joined(*lines), at
    first = True
    for label in labels:
        size = gsm.units(label)[0]
        if used + size > room:
            if not (first and not rest):
                break
            label = gsm.clip(label, room - used)
            size = gsm.units(label)[0]
        lines.append(label)
        used += size + 1
        at += 1
        first = False
    return _joined(*lines), at


def _clipped(text: str, room: int) -> str:
    """What of the text has room: to a line's end (or a Chinese clause's, for its words are not parted) where that
    leaves a third of the room empty at most; else to a word's end."""
    taken = gsm.clip(text, room)
    whole = _PAUSE.match(taken)
    return whole[0].rstrip() if whole and len(taken) < len(text) and 3 * gsm.units(whole[0])[0] >= 2 * room else taken


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
