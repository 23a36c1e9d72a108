"""The one PIN line: the caller's own PIN and the staff PIN. A wrong one shows no error, it opens nothing."""

import re

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.text import joins
from menus.alerts import no_capacity_text
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    nest_link,
    redirect,
    screen,
    screen_id,
    unnest_link,
)

_EASY = re.compile(r"(\d)\1{3}|(\d\d)\2|(19|20)\d\d")
"""one digit four times, two digits twice, years"""
SECOND_CODE = "contacts.duress_pin_saved"
_ROWS = ("01234567890", "09876543210")


def require_four_digits(typed: str, _: Translator) -> None:
    """Refuse anything but four digits. Raises InvalidAnswer."""
    if not (len(typed) == 4 and typed.isascii() and typed.isdigit()):
        raise InvalidAnswer(_("A PIN has 4 digits."))


@screen(takes_secret=True)
def pin(caller: Caller, _: Translator) -> ScreenResult:
    """Ask every caller for a PIN, with or without one: the question reveals nothing."""
    return ask_question(_("Your PIN?"), link_to(pin_typed), "typed", wants_digits=True)


@screen()
def pin_typed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    """Show home again. What the PIN opens stands there; a wrong one opens nothing, as for a stranger."""
    require_four_digits(typed, _)
    given = caller.secret_checks.given_pin(typed)
    opened = (*(("own",) if given.opens_account else ()), *(("staff",) if given.opens_team else ()))
    did: list[intents.Intent] = []
    if opened != ("staff",):
        did.append(intents.RecordOwnPinAttempt(is_correct=given.opens_account))
    if given.counts_for_team:
        did.append(intents.RecordPinAttempt(is_correct=given.opens_team))
    if given.is_duress:
        did.append(intents.GiveDuressPin())
    return ScreenResult("", intents=tuple(did), opened=opened)


def ask_new_pin(text: str, saved: Link, *choices: tuple[str, Link]) -> ScreenResult:
    """Ask for new digits, typed twice. `saved` gets them as its argument `typed`."""
    return ask_question(text, link_to(new_pin_typed, **nest_link(saved)), "typed", *choices, wants_digits=True)


@screen()
def new_pin_typed(caller: Caller, _: Translator, typed: str, **target: str | int | bool) -> ScreenResult:
    """Refuse digits that other people try first or that are the caller's other code.

    A refusal tells that code, so new digits count as a try at the PIN line does: five an hour, then none is looked at.
    The PIN of the team is refused after it was given only, so that nobody finds it here. The second code would open no
    team where the own PIN does, and so tell them apart.
    """
    require_four_digits(typed, _)
    if _EASY.fullmatch(typed) or any(typed in row for row in _ROWS):
        raise InvalidAnswer(_("That is easy to guess. Choose other digits."))
    if not caller.secret_checks.may_try_digits():
        raise InvalidAnswer(no_capacity_text(_))
    is_second = target["screen"] == SECOND_CODE
    is_staff_pin = caller.staff is not None and caller.secret_checks.is_staff_pin(typed)
    if is_staff_pin or (is_second and caller.secret_checks.is_own_pin(typed)):
        raise InvalidAnswer(_("That is your PIN. Choose other digits."))
    if not is_second and caller.secret_checks.is_duress_pin(typed):
        raise InvalidAnswer(_("That is your second code. Choose other digits."))
    asked = redirect(link_to(new_pin_again, draft=caller.secret_checks.draft_pin(typed), **target), caller, _)
    return replace(asked, intents=(*asked.intents, intents.RecordOwnPinAttempt(is_correct=False)))


@screen(takes_secret=True)
def new_pin_again(caller: Caller, _: Translator, draft: str, **target: str | int | bool) -> ScreenResult:
    """Ask for the digits again, with the question first: what follows it is no order on any page.

    Nobody has a PIN without having read what it hides.
    """
    effect = "" if target["screen"] == SECOND_CODE else _pin_effect_text(_)
    said = joins.sentences(_, _("Type the 4 digits again."), effect)
    return ask_question(said, link_to(new_pin_repeated, draft=draft, **target), "typed", wants_digits=True)


def _pin_effect_text(_: Translator) -> str:
    """Return what a PIN hides and what stands open without it."""
    return _(
        "Without this PIN, or with a wrong one, all looks empty here, and nothing of yours can be "
        "ended. A call for help still works. If you forget it, what is yours can only be deleted, "
        "and that takes 7 days."
    )


@screen()
def new_pin_repeated(caller: Caller, _: Translator, draft: str, typed: str, **target: str | int | bool) -> ScreenResult:
    if caller.secret_checks.draft_pin(typed) != draft:
        raise InvalidAnswer(_("Not the same. Try again."))
    saved = unnest_link(target)
    return redirect(Link(saved.screen, {**saved.args, "typed": typed}), caller, _)


PIN_SCREENS = frozenset({screen_id(pin), screen_id(new_pin_again)})
"""the screens to which 0 never leads back"""
