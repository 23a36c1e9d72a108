"""Staff commands by text. Each needs a one-use code from a printed list, because sent texts stay on the phone."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, AlertState
from gateway.model.caller import Caller
from gateway.model.codes import is_code
from gateway.model.intents import Intent, RecordPinAttempt
from gateway.model.text_guard import TextGuard
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.warning_words import is_fit_for_warning
from menus.compose import (
    MAX_VENUE_CHARS,
    confirm_proposal,
    find_duplicate_alert,
    find_open_proposal,
    send_as_new_text,
    sending_text,
    unfit_words_text,
)
from menus.engine.screen import Translator
from menus.engine.typed import joined_digits, plain_key
from menus.permissions import (
    is_in_scope,
    may_change,
    may_decide,
    needs_new_approval,
    needs_second_person,
    rejected_text,
    require_staff,
)
from menus.sms.keywords import parse_kind
from menus.sms.result import SmsResult, said
from menus.warning_costs import delayed_networks_note

ACTIVATION_CODE_DIGITS = 6
Reply = tuple[str, Sequence[Intent]]


def is_activation_code(text: str) -> bool:
    """Whether a text looks as an activation code does."""
    return len(_code_in(text)) == ACTIVATION_CODE_DIGITS


def _code_in(text: str) -> str:
    """Return the digits of a text that is a code, as people type it: `123456#`, `１２３４５６`, `123 456`."""
    code = joined_digits(text)
    return code if code.isascii() and code.isdigit() else ""


def activation_reply(text: str, caller: Caller, _: Translator) -> SmsResult:
    """Answer an activation code. A wrong one is counted and has no answer of its own, which would reveal this phone."""
    code, dial = _code_in(text), caller.world.profile.service_code
    guard = caller.record(TextGuard)
    is_open = guard is None or not guard.has_too_many_wrong_codes(caller.now)
    if is_open and caller.secret_checks.is_activation_code(code):
        return said(
            _("Thank you. This phone is active now. Dial {dial}").format(dial=dial), intents.ActivateStaff(code)
        )
    return said((), intents.ActivateStaff(code))


def run_command(keyword: str, arguments: str, caller: Caller, _: Translator) -> SmsResult:
    """Run `KEYWORD code ...`. A wrong code is counted. A right code is used up, also by a failed command."""
    code, _space, words = arguments.partition(" ")
    code = plain_key(code)
    if not caller.secret_checks.is_one_use_code(code):
        return said(_("Not accepted. Please check the code from your list."), RecordPinAttempt(is_correct=False))
    text, done = COMMANDS[keyword](words.strip(), caller, _)
    return replace(said(text, RecordPinAttempt(is_correct=True, code=code), *done), passes=True)


def send_alert(arguments: str, caller: Caller, _: Translator) -> Reply:
    found, remaining = caller.world.atlas.parse_leading_area(arguments.split())
    if len(found) != 1 or not require_staff(caller).may_send or not is_in_scope(caller, found[0].id):
        return _("Which area? It must be one of yours. If two areas have this name, add the area around it."), ()
    kind, place = parse_kind(" ".join(remaining), _)
    if not is_fit_for_warning(place):
        return unfit_words_text(_), ()
    if twin := find_duplicate_alert(caller, kind, found[0].id):
        said = _("Notice {number} says this. To change it, send {keyword}, a new code, {number} and your words.")
        return said.format(number=twin.number, keyword=_.keyword("UPDATE")), ()
    until = caller.now + caller.world.profile.alert_duration_s
    propose = needs_second_person(caller, found[0].id)
    if propose and (asked := find_open_proposal(caller, kind, found[0].id)):
        said, dial = _("Please check notice {number}, {area}. Dial {dial}"), caller.world.profile.service_code
        return said.format(number=asked.number, area=found[0].name, dial=dial), ()
    return _sending_reply(propose, caller, _), [
        intents.SendAlert(kind, found[0].id, clip(place, MAX_VENUE_CHARS), "", until, needs_approval=propose)
    ]


def confirm_alert(arguments: str, caller: Caller, _: Translator) -> Reply:
    alert, place = _decidable_alert(arguments, caller)
    if alert is None:
        return _unknown_number_text(_), ()
    if alert.state is AlertState.PROPOSED:
        return _sending_reply(False, caller, _), [confirm_proposal(alert, caller.now)]
    if not is_fit_for_warning(place):
        return unfit_words_text(_), ()
    until = caller.now + caller.world.profile.alert_duration_s
    propose = needs_second_person(caller, alert.area)
    return _sending_reply(propose, caller, _), [
        intents.ConfirmReport(alert.number, clip(place, MAX_VENUE_CHARS), "", until, propose)
    ]


def _sending_reply(propose: bool, caller: Caller, _: Translator) -> str:
    """Return the answer to a sent alert, with the networks that deliver it later."""
    return joins.sentences(_, sending_text(propose, _), delayed_networks_note(caller, _))


def reject_alert(arguments: str, caller: Caller, _: Translator) -> Reply:
    alert, _remaining = _decidable_alert(arguments, caller)
    return (
        (rejected_text(caller, alert, _), [intents.RejectReport(alert.number)])
        if alert
        else (_unknown_number_text(_), ())
    )


def end_alert(arguments: str, caller: Caller, _: Translator) -> Reply:
    alert, _remaining = _changeable_alert(arguments, caller)
    return (
        (_("Done. We now tell everyone that it has ended."), [intents.EndAlert(alert.number)])
        if alert
        else (_unknown_number_text(_), ())
    )


def update_alert(arguments: str, caller: Caller, _: Translator) -> Reply:
    alert, remaining = _changeable_alert(arguments, caller)
    if alert is None or not remaining:
        return _unknown_number_text(_), ()
    if needs_new_approval(caller, alert):
        return send_as_new_text(_), ()
    if not is_fit_for_warning(remaining):
        return unfit_words_text(_), ()
    update = intents.UpdateAlert(alert.number, clip(remaining, MAX_VENUE_CHARS), alert.text, alert.until)
    return sending_text(False, _), [update]


def _unknown_number_text(_: Translator) -> str:
    return _("No open report has this number. Perhaps it is decided. Or you sent it: then another person decides.")


def _parse_alert_number(arguments: str, caller: Caller) -> tuple[Alert | None, str]:
    number, _space, remaining = arguments.partition(" ")
    alert = caller.world.alert(int(number)) if is_code(number) else None
    return alert, remaining.strip()


def _decidable_alert(arguments: str, caller: Caller) -> tuple[Alert | None, str]:
    alert, remaining = _parse_alert_number(arguments, caller)
    return (alert if alert and may_decide(caller, alert) else None), remaining


def _changeable_alert(arguments: str, caller: Caller) -> tuple[Alert | None, str]:
    alert, remaining = _parse_alert_number(arguments, caller)
    return (alert if alert and may_change(caller, alert) else None), remaining


COMMANDS: dict[str, Callable[[str, Caller, Translator], Reply]] = {
    "ALERT": send_alert,
    "CONFIRM": confirm_alert,
    "REJECT": reject_alert,
    "CLEAR": end_alert,
    "UPDATE": update_alert,
}
