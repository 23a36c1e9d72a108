"""Places in texts: an area behind a keyword, and what is asked where none, or more than one, is meant."""

from typing import Final

from gateway.model.area import Area, Areas
from gateway.model.caller import Caller
from menus.engine.screen import Translator
from menus.sms.result import Option, SmsResult
from menus.sms.wish import Wish

MAX_NAMESAKES: Final = 6
_MIN_LETTERS: Final = 3


def parse_areas(text: str, caller: Caller) -> tuple[Areas, str]:
    """Return the areas named first and the remaining text. A parent or a number selects among areas of the same name:
    `shella lamu ...` or `shella 2 ...`."""
    found, remaining = caller.world.atlas.parse_leading_area(text.split())
    if not found and remaining and len(remaining[0]) >= _MIN_LETTERS:  # the beginning of a name, as in the menu
        found, remaining = caller.world.atlas.starting_with(remaining[0], MAX_NAMESAKES), remaining[1:]
    if len(found) > 1 and remaining and remaining[0].isdecimal() and 1 <= int(remaining[0][:3]) <= len(found):
        return (found[int(remaining[0][:3]) - 1],), " ".join(remaining[1:])
    return found, " ".join(remaining)


def ask_place(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Ask which area is meant: with the namesakes as choices, or for a name where none was understood."""
    if wish.areas:
        options = [Option(wish.meaning, _short_path(area), area.id, wish.kind) for area in wish.areas[:MAX_NAMESAKES]]
        return SmsResult((_("Which one?"),), options=tuple(options), place_for=wish.meaning, kind=wish.kind)
    dial = caller.world.profile.service_code
    if wish.names_place:
        asked = _("No area has that name. Send the name of a place near it, or dial {dial}.")
    else:
        asked = _("Which place is it? Send its name, or dial {dial}.")
    return SmsResult((asked.format(dial=dial),), place_for=wish.meaning, kind=wish.kind)


def _short_path(area: Area) -> str:
    return "/".join(area.path[-2:])
