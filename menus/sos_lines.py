"""Lines about a call for help on the screens of responders: where, what is wrong, the caller's words and answers."""

from gateway.model.caller import Caller
from gateway.model.help_kind import HelpKind
from gateway.model.sos import Sos
from gateway.model.sos_question import SosQuestion
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import format_clock
from menus.areas import area_name
from menus.engine.screen import Translator
from menus.permissions import require_staff

MAX_AREA_CHARS, MAX_SAID_CHARS = 10, 20
SHOWN_TEXTS, TEXTS_ON_PAGE = 2, 5
"""texts beside the answers to a call, and on each further screen"""


def sos_line(caller: Caller, sos: Sos, _: Translator) -> str:
    minutes = max(0, caller.now - sos.at) // 60
    since = joins.beside(_, sos.code, _("{n} min").format(n=minutes))
    return joins.listed(_, (since, _area_in_list(caller, sos, _), _who_comes(sos, _)))


def _who_comes(sos: Sos, _: Translator) -> str:
    """Return how many are there, or else come."""
    if arrived := len(sos.arrived_staff):
        return _.ngettext("{n} is there", "{n} are there", arrived).format(n=arrived)
    return _.ngettext("{n} is coming", "{n} are coming", len(sos.coming_staff)).format(n=len(sos.coming_staff))


def _area_in_list(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the area that was chosen, else the words that say where, else an area as the guess that it is.

    A late note names its place.
    """
    if sos.is_late_note and sos.late_place:
        return clip(sos.late_place, MAX_AREA_CHARS)
    named = [name for area in sos.areas if (name := area_name(caller, area))]
    if sos.said_place and not sos.names_area:
        return clip(sos.said_place, MAX_SAID_CHARS)
    if not named:
        return _("where?")
    shown = clip(named[0], MAX_AREA_CHARS)
    return shown if sos.names_area else _("{area}?").format(area=shown)


def head_line(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the code, the hour, and how many come."""
    since = joins.beside(_, sos.code, format_clock(caller.world.local_time(sos.at)))
    return joins.listed(_, (since, _who_comes(sos, _)))


def texts_line(sos: Sos, _: Translator) -> str:
    """Return the newest words by text. The words before them stand on screens of their own."""
    shown = newest_first(sos)[:SHOWN_TEXTS]
    return _("By text: {words}").format(words="\n".join(shown)) if shown else ""


def newest_first(sos: Sos) -> tuple[str, ...]:
    return sos.texted[::-1]


def over_line(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the colleagues who say that it is over."""
    if require_staff(caller).id in sos.over_staff:
        return _("You said: no help needed.")
    return _("A colleague says: no help needed.") if sos.over_staff else ""


def duress_line(sos: Sos, _: Translator) -> str:
    return _("Someone forces this person now. Careful.") if sos.is_under_duress else ""


def advice_line(sos: Sos, _: Translator) -> str:
    """Return how to go there. A person who is held cannot be met outside."""
    if HelpKind.HELD in sos.help_kinds:
        return _("Maybe a trap. Go as two.")
    return _("Maybe a trap. Go as two. Meet them outside.")


def kinds_line(sos: Sos, _: Translator) -> str:
    """Return what is wrong, by the caller's words and answers."""
    names = {
        # Translators: what is wrong, as responders read it.
        HelpKind.VIOLENCE: _("violence"),
        HelpKind.POLICE: _("police"),
        # Translators: somebody does not let the person go.
        HelpKind.HELD: _("cannot leave"),
        HelpKind.HEALTH: _("hurt or ill"),
    }
    named = joins.listed(_, (names[kind] for kind in sos.help_kinds))
    return _("What is wrong: {kinds}").format(kinds=named) if named else ""


def answers_line(sos: Sos, _: Translator) -> str:
    """Return what the caller answered, and what still waits."""
    told = {True: _("Yes"), False: _("No"), None: _("asked")}
    return joins.listed(_, (joins.beside(_, labels(_)[asked.question], told[asked.yes]) for asked in sos.questions))


def labels(_: Translator) -> dict[SosQuestion, str]:
    return {
        SosQuestion.WHERE: _("Where?"),
        SosQuestion.ALONE: _("Alone?"),
        SosQuestion.HURT: _("Hurt?"),
        SosQuestion.CAN_TALK: _("Can you talk?"),
        SosQuestion.WHAT: _("What is wrong?"),
    }


def place_line(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the area that the caller chose, or those where the caller may be, as the guess that they are."""
    named = joins.listed(_, (area_name(caller, area) for area in sos.areas))
    return named if sos.names_area or not named else _("Maybe in: {areas}").format(areas=named)


def word_for(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the caller's pass phrase, for a responder who comes. Others could use it for a trap."""
    comes = require_staff(caller).id in sos.coming_staff
    return _("Say this word: {word}").format(word=sos.passphrase) if sos.passphrase and comes else ""
