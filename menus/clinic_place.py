"""Screens of a clinic's phone about the clinic itself: what has run out, closed, open again, and what callers read."""

from datetime import datetime

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.clinic_state import next_morning
from gateway.model.needs import NEEDS
from gateway.text import joins
from gateway.text.clinic_wording import format_day, told_text
from gateway.text.wording import need_label
from menus import health
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_question,
    end_session,
    link_to,
    screen,
    show_menu,
)
from menus.permissions import require_staff

_SOON, _LATER = range(7), (13, 29)
"""the mornings that are offered as an end, in days after the next one"""


def menu_entry(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the entry of the clinic's phone; none for a clinic that is in the list no more."""
    return [(_("Our place today"), link_to(place))] if _own_clinic(caller) else []


def _own_clinic(caller: Caller) -> Clinic | None:
    return caller.world.directory.get(require_staff(caller).clinic)


@screen(staff_only=True)
def place(caller: Caller, _: Translator) -> ScreenResult:
    """Show what callers are told now, and what may have changed."""
    state = caller.world.directory.state(require_staff(caller).clinic)
    closed = (
        (_("We are open again"), link_to(reported, need="", until=0))
        if state.is_closed(caller.now)
        else (_("We are closed"), link_to(until_when, need=""))
    )
    back = [
        (_("{service}: here again").format(service=_service(need, _)), link_to(reported, need=need, until=0))
        for need in state.needs_out(caller.now)
        if need in NEEDS
    ]
    read = (_("What callers read"), link_to(what_callers_read))
    said = told_text(state, caller.now, caller.world.local_time, _)
    return show_menu(said, (_("Something ran out"), link_to(what_ran_out)), closed, *back, read)


def _service(need: str, _: Translator) -> str:
    return need_label(NEEDS[need].label, _)


@screen(staff_only=True)
def what_ran_out(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(_("What ran out?"), *((_service(need, _), link_to(until_when, need=need)) for need in NEEDS))


@screen(staff_only=True)
def until_when(caller: Caller, _: Translator, need: str) -> ScreenResult:
    """Offer the next mornings: what lasts until Monday ends on Monday morning."""
    mornings = [next_morning(caller.local_time, days) for days in (*_SOON, *_LATER)]
    days = ((format_day(when, _), link_to(reported, need=need, until=_seconds(when))) for when in mornings)
    return show_menu(_("Till the morning of which day?"), *days)


def _seconds(when: datetime) -> int:
    return int(when.timestamp())


@screen(staff_only=True)
def reported(caller: Caller, _: Translator, need: str, until: int) -> ScreenResult:
    state = caller.world.directory.state(require_staff(caller).clinic).with_report(need, until, caller.now)
    said = told_text(state, caller.now, caller.world.local_time, _)
    return show_menu(said, (_("Our place today"), link_to(place)), intents=[intents.ReportClinic(need, until)])


@screen(staff_only=True)
def what_callers_read(caller: Caller, _: Translator) -> ScreenResult:
    """Show the clinic as callers read it. A yes counts as a new check."""
    found = _own_clinic(caller)
    right = (_("All is right, we are open"), link_to(confirmed))
    wrong = [(_("Something is wrong"), link_to(what_is_wrong))] if caller.world.roster.advisers() else []
    return show_menu(health.clinic_text(caller, found, _) if found else "", right, *wrong, choice_first=True)


@screen(staff_only=True)
def confirmed(caller: Caller, _: Translator) -> ScreenResult:
    again = (_("Our place today"), link_to(place))
    return show_menu(_("Thank you. We note today's date."), again, intents=[intents.ReportClinic("", 0)])


@screen(staff_only=True)
def what_is_wrong(caller: Caller, _: Translator) -> ScreenResult:
    return ask_question(_("What has changed? The organisation reads it."), link_to(wrong_told), "words")


@screen(staff_only=True)
def wrong_told(caller: Caller, _: Translator, words: str) -> ScreenResult:
    clinic = require_staff(caller).clinic
    return end_session(_("Thank you. We tell them."), intents=[intents.AskUs(joins.labelled(_, clinic, words))])
