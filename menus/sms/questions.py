"""What is asked where a text may mean several things. Nobody reads that we did not understand."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.model.staff import Role
from gateway.text import joins
from gateway.understanding.meaning import Meaning
from menus.engine.screen import Translator
from menus.sms import clinic
from menus.sms.acts import dial_text, reach_text
from menus.sms.lexicon import Lexicon
from menus.sms.result import Option, SmsResult
from menus.sos import duty_text

M = Meaning
HOUSE_OPTIONS: Final = (M.SOS, M.REPORT, M.CLINIC, M.RIGHTS, M.STOP)
"""the choices where nothing of a text is known"""
_MAX_UNCLEAR: Final = 2
"""after so many unclear texts in a row, a person is named instead of one more question"""


def ask_meaning(options: Sequence[Meaning], caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult:
    """Ask which of these meanings is meant."""
    labelled = tuple(Option(meaning, lexicon.label(_.lang, meaning)) for meaning in options)
    menu = () if M.HELP in options else (Option(M.HELP, lexicon.label(_.lang, M.HELP)),)
    return SmsResult(options=(*labelled, *menu), understood=False)


def ask_what_is_meant(unclear: int, caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult:
    """Ask what a text means of which nothing is known. Staff and clinics read what they can send."""
    if unclear >= _MAX_UNCLEAR:
        ways = joins.sentences(_, reach_text(caller, _), duty_text(caller, _), dial_text(caller, _))
        return SmsResult((ways,), understood=False)
    if caller.staff and caller.staff.active:
        how = clinic.how_text(_) if Role.CLINIC in caller.staff.roles else _staff_text(caller, _)
        return SmsResult((how,), options=(label_sos(lexicon, _),), understood=False)
    return replace(ask_meaning(HOUSE_OPTIONS, caller, lexicon, _), may_code=False)


def ask_yes_or_no(_: Translator) -> SmsResult:
    """Ask an invited person again, where the text may mean both."""
    return SmsResult(options=(Option(M.YES, _("Yes")), Option(M.NO, _("No"))), understood=False)


def label_sos(lexicon: Lexicon, _: Translator) -> Option:
    """Return the choice that calls for help."""
    return Option(M.SOS, lexicon.label(_.lang, M.SOS))


def _staff_text(caller: Caller, _: Translator) -> str:
    text = _("Please check what you sent, with your card. Or dial {dial}.")
    return text.format(dial=caller.world.profile.service_code)
