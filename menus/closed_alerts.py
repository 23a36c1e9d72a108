"""Screens of what was decided: warnings that were ended before their hour, and reports to which staff said no."""

from gateway.model import policy
from gateway.model.alert import Alert, AlertState
from gateway.model.caller import Caller
from gateway.text import joins
from menus import compose
from menus.alert_lines import alert_line, decision_text, report_words, until_line
from menus.engine.screen import Link, ScreenResult, Translator, end_session, link_to, screen, show_menu
from menus.permissions import is_in_scope, needs_second_person

LIVE_LIST = Link("team.live_list")


def closed_choices(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the warnings that can be sent again, and the reports that were refused, each with its screen."""
    ended = [(a, link_to(ended_alert, number=a.number)) for a in _ended_early(caller)]
    refused = [(a, link_to(rejected_alert, number=a.number)) for a in _rejected(caller)]
    return [(_outcome(a, _).format(text=alert_line(caller, a, _)), link) for a, link in (*ended, *refused)]


def _outcome(alert: Alert, _: Translator) -> str:
    if alert.state is AlertState.REJECTED:
        # Translators: staff said no to this report. {text} is its number, kind, area and hour.
        return _("Not sent: {text}")
    return _("False alarm: {text}") if alert.is_false_alarm else _("Ended: {text}")


def _rejected(caller: Caller) -> list[Alert]:
    """Return the reports of this person's area that were refused, but the person's own."""
    found = [a for a in caller.world.alerts.values() if a.state is AlertState.REJECTED and is_in_scope(caller, a.area)]
    return sorted((a for a in found if a.number not in caller.own_reports), key=lambda a: (-a.ended_at, a.number))


@screen(staff_only=True)
def rejected_alert(caller: Caller, _: Translator, number: int) -> ScreenResult:
    """Show a report to which staff said no: one person may err, or be bought. Another can send a warning."""
    found = next((a for a in _rejected(caller) if a.number == number), None)
    if found is None:
        return show_menu(_("This alert has ended."), (_("Warnings now"), LIVE_LIST))
    lines = (alert_line(caller, found, _), report_words(caller, number, _), decision_text(caller, found, _))
    text = "\n".join(line for line in lines if line)
    return show_menu(text, (_("Send a warning"), link_to(compose.how_sure, kind=found.kind.value, area=found.area)))


def _ended_early(caller: Caller) -> list[Alert]:
    """Return the warnings that were ended before their hour, and that this person may send again."""
    found = (a for a in caller.world.alerts.values() if a.state is AlertState.ENDED and not a.drill)
    early = (a for a in found if caller.now < a.until and policy.may(caller, compose.repeat_alert(a)))
    return sorted(early, key=lambda a: (-a.ended_at, a.number))


@screen(staff_only=True)
def ended_alert(caller: Caller, _: Translator, number: int) -> ScreenResult:
    """Show a warning that was ended before its hour. One key sends it again, as a new warning."""
    found = next((a for a in _ended_early(caller) if a.number == number), None)
    if found is None:
        return show_menu(_("This alert has ended."), (_("Warnings now"), LIVE_LIST))
    words = joins.beside(_, *filter(None, (found.venue, found.text)))
    lines = (alert_line(caller, found, _), words, until_line(caller, found, _), decision_text(caller, found, _))
    text = "\n".join(line for line in lines if line)
    return show_menu(text, (_("Send again"), link_to(alert_sent_again, number=number)))


@screen(staff_only=True)
def alert_sent_again(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = next((a for a in _ended_early(caller) if a.number == number), None)
    if found is None or compose.find_duplicate_alert(caller, found.kind, found.area):
        return show_menu(_("A colleague decided this first."), (_("Warnings now"), LIVE_LIST))
    said = compose.sending_text(needs_second_person(caller, found.area), _)
    return end_session(said, intents=[compose.repeat_alert(found)])
