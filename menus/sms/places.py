"""Places in texts: an area behind a keyword, and what is asked where none, or more than one, is meant."""

from gateway.model.area import Area
from gateway.model.caller import Caller
from menus.areas import MAX_NAMESAKES
from menus.engine.screen import Translator
from menus.sms.result import Option, SmsResult
from menus.sms.wish import Wish


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
