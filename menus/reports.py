"""Screens of "Tell us": a report of an event, a question to us, and what is for members."""

from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import alert_kind_name
from menus import clients, questions, sos
from menus.areas import area_name, choose_area
from menus.engine.screen import ScreenResult, Translator, ask_question, end_session, link_to, screen, show_menu

MAX_VENUE_CHARS = 60


@screen(neutral=True)
def tell_us(caller: Caller, _: Translator) -> ScreenResult:
    offered = (questions.menu_entry(caller, _), clients.menu_entry(caller, _))
    return show_menu("", (_("Something is happening"), link_to(report_kind)), *filter(None, offered))


@screen()
def report_kind(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the kind. A caller may make one new report in half an hour, and may always add to an open one."""
    if caller.has_reported_recently:
        if number := own_open_report(caller):
            return ask_question(
                _("You told us a short while ago. What is new? Where is it now?"),
                link_to(report_extended, number=number),
                "typed",
            )
        return show_menu(_("You told us a short while ago. Please wait a little, or talk to someone."))
    choices = [(alert_kind_name(kind, _), choose_area(link_to(report_venue, kind=kind.value))) for kind in AlertKind]
    return show_menu(_("What happened?"), *choices)


def own_open_report(caller: Caller) -> int:
    """Return the number of the latest alert that this caller reported and that is pending or live, or 0."""
    alerts = [alert for n in caller.own_reports if (alert := caller.world.alert(n))]
    open_alerts = [alert for alert in alerts if alert.is_pending or alert.is_live(caller.now)]
    return max(open_alerts, key=lambda alert: alert.at).number if open_alerts else 0


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
    if caller.has_reported_recently:
        return show_menu(_("You told us a short while ago. Please wait a little, or talk to someone."))
    return end_session(thanks_text(caller, area, _), intents=[intents.SubmitReport(AlertKind(kind), area, venue)])


def thanks_text(caller: Caller, area: str, _: Translator) -> str:
    """Return the answer to a report. That somebody checks it is said only while somebody is on duty."""
    groups = caller.world.checkers_on_duty(area, caller.now)
    if any(person != caller.staff for people in groups for person in people):
        return _("Thank you. Someone is checking. We will tell you what we find.")
    said = _("Thank you. Nobody is on duty now to check it. Be careful.")
    return joins.sentences(_, said, sos.call_text(caller, _))


@screen()
def report_extended(caller: Caller, _: Translator, number: int, typed: str) -> ScreenResult:
    return end_session(
        _("Thank you. We tell them."), intents=[intents.AddToReport(number, clip(typed, MAX_VENUE_CHARS))]
    )
