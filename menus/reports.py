"""Screens of "Tell us": a report of an event, a question to us, and what is for members."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import alert_kind_name
from menus import clients, questions, sos
from menus.areas import area_matches, area_name, choose_area, list_areas, parse_areas
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_question,
    end_session,
    link_to,
    nest_link,
    redirect,
    screen,
    show_menu,
)

MAX_VENUE_CHARS = 60
MAX_INCIDENTS = 3
"""different incidents that one phone may tell in `times.report_pause`"""


@screen(neutral=True)
def tell_us(caller: Caller, _: Translator) -> ScreenResult:
    offered = (questions.menu_entry(caller, _), clients.menu_entry(caller, _))
    return show_menu("", (_("Something is happening"), link_to(report_area)), *filter(None, offered))


@screen()
def report_area(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the place, or first for news of what the caller told just before."""
    own = own_open_reports(caller)
    if not (caller.recent_report_count and own):
        return new_report(caller, _)
    other = [(_("Something else happened"), link_to(new_report))] if may_report(caller) else []
    other += correction_entry(own[0], _)
    return ask_question(
        _("You told us a short while ago. What is new? Where is it now?"),
        link_to(report_extended, number=own[0].number),
        "typed",
        *other,
    )


@screen()
def new_report(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the place first."""
    if not may_report(caller):
        return show_menu(told_enough_text(_))
    asked = redirect(choose_area(link_to(report_kind)), caller, _)
    return replace(asked, answer_link=link_to(report_area_typed), location=None)


@screen()
def report_area_typed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    """Take an area, and behind it the place and what is seen there, as in a text: `soko near the big market`."""
    areas, venue = parse_areas(typed, caller)
    is_name = bool(caller.world.atlas.starting_with(typed, 1))
    if is_name or not areas:
        return area_matches(caller, _, typed, **nest_link(link_to(report_kind)))
    if len(areas) == 1:
        return redirect(link_to(report_kind, area=areas[0].id, venue=venue), caller, _)
    return list_areas(caller, _, areas, link_to(report_kind, venue=venue))


@screen()
def report_kind(caller: Caller, _: Translator, area: str, venue: str = "") -> ScreenResult:
    """Show what will be sent, and ask for the kind, which sends it: the place can be said afterwards too."""
    where = joins.listed(_, (area_name(caller, area), clip(venue, MAX_VENUE_CHARS)))
    choices = [
        (alert_kind_name(kind, _), link_to(report_sent, kind=kind.value, area=area, venue=venue)) for kind in AlertKind
    ]
    return show_menu(
        joins.sentences(_, _("What is it? We send it at once."), joins.ended(_, where)), *choices, choice_first=True
    )


def may_report(caller: Caller) -> bool:
    """Whether this phone may tell of one more incident now."""
    return caller.recent_report_count < MAX_INCIDENTS


def own_open_reports(caller: Caller) -> list[Alert]:
    """Return the alerts that this caller reported and that are pending or live, the latest first."""
    alerts = [alert for n in caller.own_reports if (alert := caller.world.alert(n))]
    open_alerts = [alert for alert in alerts if alert.is_pending or alert.is_live(caller.now)]
    return sorted(open_alerts, key=lambda alert: -alert.at)


def report_intent(
    caller: Caller, kind: AlertKind, area: str, venue: str
) -> intents.SubmitReport | intents.AddToReport | None:
    """Return what a report becomes: a new one, or news of the caller's own of this kind and area.

    After too many incidents a report is news of the latest one. None: there is no open one.
    """
    own = own_open_reports(caller) if caller.recent_report_count else []
    same = [alert for alert in own if alert.area == area and kind in (alert.kind, AlertKind.OTHER)]
    if may_report(caller) and not same:
        return intents.SubmitReport(kind, area, venue)
    return intents.AddToReport((same or own)[0].number, venue) if own else None


def told_enough_text(_: Translator) -> str:
    return _("You told us a short while ago. Please wait a little, or talk to someone.")


def received_text(intent: intents.SubmitReport | intents.AddToReport | None, caller: Caller, _: Translator) -> str:
    """Return the receipt for a report."""
    if intent is None:
        return told_enough_text(_)
    if isinstance(intent, intents.AddToReport):
        return _("Thank you. We tell them.")
    return thanks_text(caller, intent.area, _)


@screen()
def report_sent(caller: Caller, _: Translator, kind: str, area: str, venue: str) -> ScreenResult:
    """Submit the report. The screen is the receipt; a text brings the outcome."""
    intent = report_intent(caller, AlertKind(kind), area, clip(venue, MAX_VENUE_CHARS))
    if intent is None:
        return show_menu(told_enough_text(_))
    where = joins.labelled(_, alert_kind_name(kind, _), area_name(caller, area))
    return show_menu(
        joins.sentences(_, received_text(intent, caller, _), joins.ended(_, where)),
        (_("Say where exactly"), link_to(report_area)),
        (_("Wrong kind? Change it"), link_to(other_kind)),
        intents=[intent],
    )


def correction_entry(own: Alert, _: Translator) -> list[tuple[str, Link]]:
    """Return the entry while this report is the caller's alone and nobody decided about it."""
    is_alone = own.state is AlertState.REPORTED and own.report_count == 1
    return [(_("Wrong kind? Change it"), link_to(other_kind))] if is_alone else []


@screen()
def other_kind(caller: Caller, _: Translator) -> ScreenResult:
    """Offer the other kinds for the report that was just made: one key sent it."""
    own = own_open_reports(caller)
    if not own or not correction_entry(own[0], _):
        return show_menu(_("Our team has read it already."), (_("Say where exactly"), link_to(report_area)))
    kinds = (kind for kind in AlertKind if kind is not own[0].kind)
    choices = ((alert_kind_name(k, _), link_to(kind_corrected, number=own[0].number, kind=k.value)) for k in kinds)
    return show_menu(_("What is it?"), *choices)


@screen()
def kind_corrected(caller: Caller, _: Translator, number: int, kind: str) -> ScreenResult:
    corrected = intents.CorrectReport(number, AlertKind(kind))
    said = joins.sentences(_, _("Changed."), joins.ended(_, alert_kind_name(kind, _)))
    return show_menu(said, (_("Say where exactly"), link_to(report_area)), intents=[corrected])


def thanks_text(caller: Caller, area: str, _: Translator) -> str:
    """Return the answer to a report. That somebody is asked is said only while somebody is on duty."""
    groups = caller.world.checkers_on_duty(area, caller.now)
    if any(person != caller.staff for people in groups for person in people):
        return _("Thank you. We ask someone to check it. We will tell you what we find.")
    said = _("Thank you. Nobody is on duty now to check it. Be careful.")
    return joins.sentences(_, said, sos.call_text(caller, _))


@screen()
def report_extended(caller: Caller, _: Translator, number: int, typed: str) -> ScreenResult:
    added = intents.AddToReport(number, clip(typed, MAX_VENUE_CHARS))
    return end_session(received_text(added, caller, _), intents=[added])
