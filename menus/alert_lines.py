"""Lines about one alert on the screens of staff: what, where and when; the reporters' words; how sure; who decided."""

from gateway.model.alert import Alert, AlertState
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.wording import alert_kind_name, certainty_text, format_clock, reject_reason_text
from menus.areas import area_name
from menus.engine.screen import Translator


def alert_line(caller: Caller, alert: Alert, _: Translator) -> str:
    where = joins.beside(_, area_name(caller, alert.area), format_clock(caller.world.local_time(alert.at)))
    line = joins.beside(_, str(alert.number), joins.listed(_, (alert_kind_name(alert.kind, _), where)))
    return _("Practice only. {text}").format(text=line) if alert.drill else line


def report_words(caller: Caller, number: int, _: Translator, min_reports: int = 1) -> str:
    """Return the reporters' words if at least `min_reports` reporters wrote some, or a verifier asked for them."""
    report = caller.world.report(number)
    is_shown = report and (len(report.venues) >= min_reports or report.question)
    return joins.listed_apart(_, report.venues) if report and is_shown else ""


def until_line(caller: Caller, alert: Alert, _: Translator) -> str:
    return _("Until {until}").format(until=format_clock(caller.world.local_time(alert.until)))


def certainty_line(alert: Alert, _: Translator) -> str:
    return certainty_text(alert.certainty, _) if alert.certainty else ""


def decision_text(caller: Caller, alert: Alert, _: Translator) -> str:
    """Return who decided and who was second, as `Yes: Vera, Wema`, with the reason of a no. Empty before a decision.

    It is forgotten with the case.
    """
    is_no = alert.state in (AlertState.REPORTED, AlertState.REJECTED)
    people = (caller.world.roster.by_id(i) for i in (alert.rejected_by if is_no else alert.author, alert.approver))
    names = joins.listed(_, [person.name for person in people if person])
    if not names:
        return ""
    # Translators: who of the team said yes to a warning.
    yes = _("Yes: {names}").format(names=names)
    # Translators: who of the team said no to a warning.
    no = _("No: {names}").format(names=names)
    reason = reject_reason_text(alert.reject_reason, _) if is_no and alert.reject_reason else ""
    return joins.listed_apart(_, (no if is_no else yes, reason))
