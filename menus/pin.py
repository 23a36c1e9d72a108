"""PINs: the caller's own, where a wrong one shows an empty account, and the staff's, which locks."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.staff import MAX_WRONG_PINS
from gateway.text.wording import format_clock
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    redirect,
    screen,
    screen_id,
    show_menu,
    unnest_link,
)


def require_four_digits(typed: str, _: Translator) -> None:
    """Refuse anything but four digits. Raises InvalidAnswer."""
    if not (len(typed) == 4 and typed.isascii() and typed.isdigit()):
        raise InvalidAnswer(_("A PIN has 4 digits."))


def require_usable_own_pin(typed: str, caller: Caller, _: Translator) -> None:
    """Refuse a PIN that is not four digits or is the caller's duress PIN. Raises InvalidAnswer."""
    require_four_digits(typed, _)
    if caller.secret_checks.is_duress_pin(typed) and not caller.is_decoy:
        raise InvalidAnswer(_("That is your second code. Choose others."))


def require_own_or_duress_pin(typed: str, caller: Caller, _: Translator) -> None:
    """Accept the caller's own PIN or duress PIN alike: an onlooker cannot tell which. Raises InvalidAnswer."""
    if not (caller.secret_checks.is_own_pin(typed) or caller.secret_checks.is_duress_pin(typed)):
        raise InvalidAnswer(_("That is not it. Try again."))


@screen(takes_secret=True)
def own_pin(caller: Caller, _: Translator, **target: str | int | bool) -> ScreenResult:
    return ask_question(_("Your PIN?"), link_to(own_pin_checked, **target), "typed")


@screen()
def own_pin_checked(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> ScreenResult:
    """Open the account. A wrong PIN shows no error: it opens an empty account."""
    if caller.secret_checks.is_own_pin(typed):
        return redirect(unnest_link(target), replace(caller, is_unlocked=True), _, grant="own")
    return redirect(unnest_link(target), caller.as_decoy(), _, grant="empty")


@screen(takes_secret=True)
def staff_pin(caller: Caller, _: Translator, **target: str | int | bool) -> ScreenResult:
    staff = caller.staff
    if staff is None:
        return redirect(Link("home.home"), caller, _)
    if staff.is_locked(caller.now):
        until = format_clock(caller.world.local_time(staff.locked_until))
        return show_menu(_("Locked until {hour}. A colleague can unlock you.").format(hour=until))
    return ask_question(_("PIN?"), link_to(staff_pin_checked, **target), "typed")


@screen()
def staff_pin_checked(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> ScreenResult:
    staff = caller.staff
    question = link_to(staff_pin, **target)  # the session stores this link, so that it does not store the typed PIN
    if staff is None or staff.is_locked(caller.now):
        return redirect(question, caller, _)
    if not caller.secret_checks.is_staff_pin(typed):
        shown = ask_question(_("Wrong PIN. PIN?"), link_to(staff_pin_checked, **target), "typed")
        if staff.wrong_pins + 1 >= MAX_WRONG_PINS:
            shown = show_menu(_("Not accepted. A colleague can unlock you."))
        return _with_intent(shown, intents.RecordPinAttempt(is_correct=False), question)
    shown = redirect(unnest_link(target), replace(caller, is_staff_authenticated=True), _, grant="staff")
    return _with_intent(shown, intents.RecordPinAttempt(is_correct=True), shown.location)


def _with_intent(result: ScreenResult, intent: intents.Intent, location: Link | None) -> ScreenResult:
    return replace(result, intents=(intent, *result.intents), location=location)


PIN_SCREENS = frozenset({screen_id(own_pin), screen_id(staff_pin)})
"""the screens that ask for a PIN"""
