"""Screens for staff, behind their PIN: pending and live alerts, duty and locked colleagues."""

from gateway.model import intents, policy
from gateway.model.alert import Alert, AlertState
from gateway.model.caller import Caller
from gateway.model.staff import Role, Staff
from gateway.model.world import World
from gateway.text import joins
from gateway.text.wording import alert_kind_name, format_clock, format_location
from menus import (
    advice,
    clinic_answers,
    clinic_place,
    clinic_team,
    compose,
    moderation,
    own_role,
    reporter_questions,
    responders,
)
from menus.areas import area_name
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    end_session,
    link_to,
    screen,
    screen_id,
    show_menu,
)
from menus.engine.session import Session
from menus.permissions import may_change, may_decide, needs_second_person, rejected_text, require_staff


def alerts_to_check(caller: Caller) -> list[Alert]:
    """Return the alerts that this person may decide: those of known phones and staff first, then the most reported."""
    found = [a for a in caller.world.alerts.values() if may_decide(caller, a)]
    return sorted(found, key=lambda a: (_is_from_stranger(a), -a.report_count, a.at))


def _is_from_stranger(alert: Alert) -> bool:
    return alert.state is AlertState.REPORTED and not alert.is_from_known


@screen(staff_only=True)
def team(caller: Caller, _: Translator) -> ScreenResult:
    staff = require_staff(caller)
    names = joins.listed(_, sorted(map(_, caller.world.alarms.values())))
    alarm = _("Alarm: {names}").format(names=names) if names else ""
    choices = [(_("Answer a visitor"), link_to(clinic_answers.referral_code))] if Role.CLINIC in staff.roles else []
    choices += clinic_place.menu_entry(caller, _) if choices else []
    if staff.roles != {Role.CLINIC}:
        answers = filter(None, (advice.menu_entry(caller, _),))
        choices += [*_sos_choice(caller, _), *_sender_choices(caller, _), *answers]
    choices.append((_("My tasks"), link_to(own_role.own_role)))
    return show_menu(alarm if staff.may_send else alarm or staff.name, *choices)


def _sender_choices(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the choices after the calls for help. A person who may not send gets the duty choice alone."""
    staff = require_staff(caller)
    if not staff.may_send:
        return [_duty_choice(caller, _)]
    choices = [
        (_("To check: {n}").format(n=len(alerts_to_check(caller))), link_to(check_list)),
        (_("Send a warning"), link_to(compose.alert_kind)),
        (_("Warnings now: {n}").format(n=len(live_alerts_in_scope(caller))), link_to(live_list)),
        _duty_choice(caller, _),
    ]
    if members := moderation.menu_entry(caller, _):
        choices.append(members)
    if locked_colleagues(caller):
        choices.append((_("Unlock a PIN"), link_to(locked_list)))
    return [*choices, *clinic_team.menu_entries(caller, _)]


def _duty_choice(caller: Caller, _: Translator) -> tuple[str, Link]:
    return (
        (_("I go off duty"), link_to(duty_set, on=False))
        if is_on_duty(caller)
        else (_("I go on duty"), link_to(duty_set, on=True))
    )


def _sos_choice(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the entry for open SOS. Responders always see it; other staff see it if there is one."""
    mine = caller.staff is not None and Role.RESPONDER in caller.staff.roles
    count = responders.count_open_sos(caller)
    return [(_("Calls for help: {n}").format(n=count), link_to(responders.sos_list))] if count or mine else []


def locked_colleagues(caller: Caller) -> list[Staff]:
    locked = (p for p in caller.world.roster.people if p.is_locked(caller.now))
    return [p for p in locked if policy.may(caller, intents.UnlockStaff(p.id))]


def is_on_duty(caller: Caller) -> bool:
    staff = require_staff(caller)
    return staff in caller.world.roster.on_duty((staff,), caller.local_time)


def live_alerts_in_scope(caller: Caller) -> list[Alert]:
    found = (a for a in caller.world.alerts.values() if may_change(caller, a))
    return sorted(found, key=lambda a: (a.drill, -a.at, a.number))


@screen(staff_only=True)
def check_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(_alert_line(caller, a, _), link_to(pending_alert, number=a.number)) for a in alerts_to_check(caller)]
    return show_menu("" if choices else _("Nothing to check."), *choices)


def _alert_line(caller: Caller, alert: Alert, _: Translator) -> str:
    where = joins.beside(_, area_name(caller, alert.area), format_clock(caller.world.local_time(alert.at)))
    line = joins.beside(_, str(alert.number), joins.listed(_, (alert_kind_name(alert.kind, _), where)))
    return _("Practice only. {text}").format(text=line) if alert.drill else line


@screen(staff_only=True)
def pending_alert(caller: Caller, _: Translator, number: int) -> ScreenResult:
    """Show a report in the reporters' words, or a colleague's proposal as it would be sent."""
    found = caller.world.alert(number)
    if found is None or not found.is_pending:
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(check_list)))
    several = _.ngettext("{n} person told us", "{n} people told us", found.report_count).format(n=found.report_count)
    proposed = format_location(found, area_name(caller, found.area), _) if found.state is AlertState.PROPOSED else ""
    report_count = several if found.report_count > 1 else ""
    price = compose.cost_note(caller, found, _) if proposed else ""
    asked = reporter_questions.asked_text(caller, number, _)
    lines = (
        _alert_line(caller, found, _),
        _report_text(caller, number, _),
        asked,
        report_count,
        proposed,
        found.text,
        price,
    )
    text = "\n".join(line for line in lines if line)
    if not may_decide(caller, found):
        return show_menu(text + "\n" + _("You told us this. Another person decides."))
    yes = link_to(proposal_confirmed, number=number) if proposed else link_to(compose.alert_venue, **_draft_args(found))
    ask = filter(None, (reporter_questions.menu_entry(caller, found, _),))
    return show_menu(text, (_("Say yes"), yes), (_("Say no"), link_to(confirm_reject, number=number)), *ask)


def _report_text(caller: Caller, number: int, _: Translator, min_reports: int = 1) -> str:
    """Return the reporters' words if at least `min_reports` reporters wrote some."""
    report = caller.world.report(number)
    return joins.listed_apart(_, report.venues) if report and len(report.venues) >= min_reports else ""


def _draft_args(alert: Alert) -> dict[str, str | int]:
    return {"number": alert.number, "kind": alert.kind.value, "area": alert.area}


@screen(staff_only=True)
def proposal_confirmed(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or found.state is not AlertState.PROPOSED or not may_decide(caller, found):
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(check_list)))
    said = _("We send warning {number} now.").format(number=number)
    return end_session(said, intents=[compose.confirm_proposal(found, caller.now)])


def areas_in_view(session: Session, world: World) -> set[str]:
    """Return the areas whose audience the next screen may show: of the composed alert, and of listed proposals."""
    links = [
        session.location,
        *(choice.link for choice in session.choices if choice.link.screen == screen_id(pending_alert)),
    ]
    alerts = (world.alert(int(link.args["number"])) for link in links if link.screen == screen_id(pending_alert))
    areas = {found.area for found in alerts if found and found.state is AlertState.PROPOSED}
    if session.location.screen in (screen_id(compose.alert_end_time), screen_id(compose.preview)):
        areas.add(str(session.location.args["area"]))
    return areas


@screen(staff_only=True)
def confirm_reject(caller: Caller, _: Translator, number: int) -> ScreenResult:
    return show_menu(
        _("Say no to {number}? Nobody is warned.").format(number=number),
        (_("Say no"), link_to(alert_rejected, number=number)),
    )


@screen(staff_only=True)
def alert_rejected(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or not may_decide(caller, found):
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(check_list)))
    said = rejected_text(caller, found, _)
    return show_menu(said, (_("To check"), link_to(check_list)), intents=[intents.RejectReport(number)])


@screen(staff_only=True)
def live_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(_alert_line(caller, a, _), link_to(live_alert, number=a.number)) for a in live_alerts_in_scope(caller)]
    ended = [(_("Ended: {text}").format(text=_alert_line(caller, a, _)), a.number) for a in _ended_early(caller)]
    again = [(line, link_to(ended_alert, number=number)) for line, number in ended]
    return show_menu("" if choices else _("There are no warnings now."), *choices, *again)


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
        return show_menu(_("This alert has ended."), (_("Warnings now"), link_to(live_list)))
    until = _("Until {until}").format(until=format_clock(caller.world.local_time(found.until)))
    text = "\n".join(
        line
        for line in (_alert_line(caller, found, _), joins.beside(_, *filter(None, (found.venue, found.text))), until)
        if line
    )
    return show_menu(text, (_("Send again"), link_to(alert_sent_again, number=number)))


@screen(staff_only=True)
def alert_sent_again(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = next((a for a in _ended_early(caller) if a.number == number), None)
    if found is None or compose.find_duplicate_alert(caller, found.kind, found.area):
        return show_menu(_("A colleague decided this first."), (_("Warnings now"), link_to(live_list)))
    said = compose.sending_text(needs_second_person(caller, found.area), _)
    return end_session(said, intents=[compose.repeat_alert(found)])


@screen(staff_only=True)
def live_alert(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or not may_change(caller, found):
        return show_menu(_("This alert has ended."), (_("Warnings now"), link_to(live_list)))
    until = _("Until {until}").format(until=format_clock(caller.world.local_time(found.until)))
    lines = (
        _alert_line(caller, found, _),
        _report_text(caller, number, _, min_reports=2),
        joins.listed_apart(_, (found.venue, found.text)),
        until,
    )
    return show_menu(
        "\n".join(line for line in lines if line),
        (_("Change place or words"), link_to(compose.alert_venue, **_draft_args(found), update=True)),
        (
            _("Set a later hour"),
            link_to(compose.alert_end_time, **_draft_args(found), venue=found.venue, text=found.text, update=True),
        ),
        (_("It has ended"), link_to(confirm_end, number=number)),
    )


@screen(staff_only=True)
def confirm_end(caller: Caller, _: Translator, number: int) -> ScreenResult:
    text = _("Tell everyone who was warned that notice {number} has ended?").format(number=number)
    return show_menu(text, (_("Yes, it has ended"), link_to(alert_ended, number=number)))


@screen(staff_only=True)
def alert_ended(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or not may_change(caller, found):
        return show_menu(_("This alert has ended."), (_("Warnings now"), link_to(live_list)))
    return show_menu(
        _("Done. We now tell everyone that it has ended."),
        (_("Warnings now"), link_to(live_list)),
        intents=[intents.EndAlert(number)],
    )


@screen(staff_only=True)
def duty_set(caller: Caller, _: Translator, on: bool) -> ScreenResult:
    text = _("You are on duty.") if on else _("You are off duty. You get no texts.")
    return show_menu(text, (_("Team"), link_to(team)), intents=[intents.SetDuty(on)])


@screen(staff_only=True)
def locked_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(p.name, link_to(colleague_unlocked, staff_id=p.id)) for p in locked_colleagues(caller)]
    return show_menu(_("Who is beside you?"), *choices)


@screen(staff_only=True)
def colleague_unlocked(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    return show_menu(_("Unlocked."), (_("Team"), link_to(team)), intents=[intents.UnlockStaff(staff_id)])
