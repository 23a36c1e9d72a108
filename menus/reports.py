"""Screens of "Tell us": a report of an event, or feedback to the service."""

from gateway.model import intents
from gateway.model.alert import Alert, AlertKind
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import alert_kind_name
from menus import clients
from menus.areas import area_name, choose_area
from menus.engine.screen import ScreenResult, Translator, ask_question, end_session, link_to, screen, show_menu

MAX_VENUE_CHARS = 60
MAX_FEEDBACK_CHARS = 140
MAX_INCIDENTS = 3
"""different incidents that one phone may tell in `times.report_pause`"""


@screen(neutral=True)
def tell_us(caller: Caller, _: Translator) -> ScreenResult:
    members = clients.menu_entry(caller, _)
    return show_menu(
        "",
        (_("Something is happening"), link_to(report_kind)),
        (_("Write to us"), link_to(feedback)),
        *((members,) if members else ()),
    )


@screen()
def report_kind(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the kind, or first for news of what the caller told just before."""
    own = own_open_reports(caller)
    other = [(_("Something else happened"), link_to(new_report))] if may_report(caller) else []
    if caller.recent_report_count and own:
        return ask_question(
            _("You told us a short while ago. What is new? Where is it now?"),
            link_to(report_extended, number=own[0].number),
            "typed",
            *other,
        )
    return new_report(caller, _)


@screen()
def new_report(caller: Caller, _: Translator) -> ScreenResult:
    if not may_report(caller):
        return show_menu(told_enough_text(_))
    choices = [(alert_kind_name(kind, _), choose_area(link_to(report_venue, kind=kind.value))) for kind in AlertKind]
    return show_menu(_("What happened?"), *choices)


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


def received_text(intent: intents.SubmitReport | intents.AddToReport | None, _: Translator) -> str:
    """Return the receipt for a report."""
    if intent is None:
        return told_enough_text(_)
    if isinstance(intent, intents.AddToReport):
        return _("Thank you. We tell them.")
    return _("Thank you. Someone is checking. We will tell you what we find.")


@screen()
def report_venue(caller: Caller, _: Translator, kind: str, area: str) -> ScreenResult:
    # Translators: at most 60 characters.
    return ask_question(
        _("Where? A short place name, no person's name."),
        link_to(report_preview, kind=kind, area=area),
        "venue",
        (_("Skip"), link_to(report_preview, kind=kind, area=area, venue="")),
    )


@screen()
def report_preview(caller: Caller, _: Translator, kind: str, area: str, venue: str) -> ScreenResult:
    venue = clip(venue, MAX_VENUE_CHARS)
    text = joins.labelled(_, alert_kind_name(kind, _), joins.listed(_, (area_name(caller, area), venue)))
    return show_menu(text, (_("Send"), link_to(report_sent, kind=kind, area=area, venue=venue)))


@screen()
def report_sent(caller: Caller, _: Translator, kind: str, area: str, venue: str) -> ScreenResult:
    """Submit the report. The last screen is the receipt; a text brings the outcome."""
    intent = report_intent(caller, AlertKind(kind), area, venue)
    return end_session(received_text(intent, _), intents=[intent]) if intent else show_menu(told_enough_text(_))


@screen()
def report_extended(caller: Caller, _: Translator, number: int, typed: str) -> ScreenResult:
    added = intents.AddToReport(number, clip(typed, MAX_VENUE_CHARS))
    return end_session(received_text(added, _), intents=[added])


@screen()
def feedback(caller: Caller, _: Translator) -> ScreenResult:
    if caller.has_max_feedback:
        return show_menu(told_enough_text(_))
    return ask_question(
        _("What do you want to tell us? We do not see your number with it."), link_to(feedback_sent), "text"
    )


@screen()
def feedback_sent(caller: Caller, _: Translator, text: str) -> ScreenResult:
    if caller.has_max_feedback:
        return feedback(caller, _)
    return end_session(
        _("Thank you. We read everything."), intents=[intents.SendFeedback(clip(text, MAX_FEEDBACK_CHARS))]
    )
