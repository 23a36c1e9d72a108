"""PINs: the caller's own, where a wrong one shows an empty account, and the staff's, which locks."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.care import Trust
from gateway.model.staff import MOST_WRONG_PINS
from gateway.wording import clock
from menus.screen import Link, Refused, Shown, Translator, ask, menu, name_of, redirect, screen, to, unwrapped


def four_digits(typed: str, _: Translator) -> None:
    """Raises Refused for anything else."""
    if not (len(typed) == 4 and typed.isascii() and typed.isdigit()):
        raise Refused(_("A PIN has 4 digits."))


def own_digits(typed: str, caller: Caller, _: Translator) -> None:
    """Her own PIN is no other code of hers. Raises Refused."""
    four_digits(typed, _)
    if caller.secrets.duress(typed) and not caller.empty:
        raise Refused(_("That is your second code. Choose others."))


def either_code(typed: str, caller: Caller, _: Translator) -> None:
    """Her PIN or her second code: nobody who looks on learns which. Raises Refused for anything else."""
    if not (caller.secrets.own_pin(typed) or caller.secrets.duress(typed)):
        raise Refused(_("That is not it. Try again."))


@screen(code=True)
def own_pin(caller: Caller, _: Translator, **target: str | int | bool) -> Shown:
    return ask(_("Your PIN?"), to(own_pin_typed, **target), "typed")


@screen()
def own_pin_typed(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> Shown:
    """A wrong PIN is not told from a right one: it opens an account that holds nothing."""
    if caller.secrets.own_pin(typed):
        return redirect(unwrapped(target), replace(caller, opened=True), _, prove="own")
    stranger = replace(
        caller, opened=True, subscription=None, care=None, trust=Trust(), outing=None, member=None, visits=(),
        own_reports=frozenset(), empty=True,
    )  # fmt: skip
    return redirect(unwrapped(target), stranger, _, prove="empty")


@screen(code=True)
def staff_pin(caller: Caller, _: Translator, **target: str | int | bool) -> Shown:
    staff = caller.staff
    if staff is None:
        return redirect(Link("home.home"), caller, _)
    if staff.locked(caller.now):
        until = clock(caller.world.local(staff.locked_until))
        return menu(_("Locked until {hour}. A colleague can unlock you.").format(hour=until))
    return ask(_("PIN?"), to(staff_pin_typed, **target), "typed")


@screen()
def staff_pin_typed(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> Shown:
    staff = caller.staff
    question = to(staff_pin, **target)  # the place to remember: what was typed stays nowhere
    if staff is None or staff.locked(caller.now):
        return redirect(question, caller, _)
    if not caller.secrets.staff_pin(typed):
        shown = ask(_("Wrong PIN. PIN?"), to(staff_pin_typed, **target), "typed")
        if staff.wrong + 1 >= MOST_WRONG_PINS:
            shown = menu(_("Not accepted. A colleague can unlock you."))
        return _doing(shown, intents.PinTried(right=False), question)
    shown = redirect(unwrapped(target), replace(caller, proven=True), _, prove="staff")
    return _doing(shown, intents.PinTried(right=True), shown.here)


def _doing(shown: Shown, intent: intents.Intent, here: Link | None) -> Shown:
    return replace(shown, do=(intent, *shown.do), here=here)


GATES = frozenset({name_of(own_pin), name_of(staff_pin)})
"""the questions themselves"""
