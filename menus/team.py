"""Screens for staff, behind their PIN: pending and live alerts, duty and locked colleagues."""

from msgspec.structs import replace

from gateway.model import intents, policy
from gateway.model.alert import Alert, AlertKind, AlertState, RejectReason
from gateway.model.caller import Caller
from gateway.model.staff import Role, Staff
from gateway.model.world import World
from gateway.text import joins
from gateway.text.wording import alert_kind_name, format_location, reject_reason_text
from menus import (
    advice,
    alarms,
    clinic_answers,
    clinic_place,
    clinic_team,
    closed_alerts,
    colleagues,
    compose,
    duty,
    moderation,
    own_role,
    reporter_questions,
    responders,
)
from menus.alert_lines import alert_line, certainty_line, decision_text, report_words, until_line
from menus.areas import area_name, choose_area
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
from menus.permissions import may_change, may_decide, rejected_text, require_staff
from menus.warning_costs import cost_note


def alerts_to_check(caller: Caller) -> list[Alert]:
    """Return the alerts that this person may decide: those of known phones and staff first, then the most reported."""
    found = [a for a in caller.world.alerts.values() if may_decide(caller, a)]
    return sorted(found, key=lambda a: (_is_from_stranger(a), -a.report_count, a.at))


def _is_from_stranger(alert: Alert) -> bool:
    return alert.state is AlertState.REPORTED and not alert.is_from_known


@screen(staff_only=True, allows_typeahead=True)
def team(caller: Caller, _: Translator) -> ScreenResult:
    staff = require_staff(caller)
    alarm = alarms.first_line(caller, _)
    choices = [(_("Answer a visitor"), link_to(clinic_answers.referral_code))] if Role.CLINIC in staff.roles else []
    choices += clinic_place.menu_entry(caller, _) if choices else []
    if staff.roles != {Role.CLINIC}:
        answers = filter(None, (advice.menu_entry(caller, _),))
        choices += [*_sos_choice(caller, _), *_sender_choices(caller, _), *answers]
    choices += [(_("My tasks"), link_to(own_role.own_role)), *alarms.menu_entry(caller, _)]
    return show_menu(alarm if staff.may_send else alarm or staff.name, *choices)


def _sender_choices(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the choices after the calls for help. A person who may not send gets the duty choice alone."""
    staff = require_staff(caller)
    if not staff.may_send:
        return [duty.menu_entry(caller, _)]
    choices = [
        (_("To check: {n}").format(n=len(alerts_to_check(caller))), link_to(check_list)),
        (_("Send a warning"), link_to(compose.alert_kind)),
        (_("Warnings now: {n}").format(n=len(live_alerts_in_scope(caller))), link_to(live_list)),
        *colleagues.menu_entry(caller, _),
        duty.menu_entry(caller, _),
    ]
    if members := moderation.menu_entry(caller, _):
        choices.append(members)
    if locked_colleagues(caller):
        choices.append((_("Unlock a PIN"), link_to(locked_list)))
    return [*choices, *clinic_team.menu_entries(caller, _)]


def _sos_choice(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the entry for open SOS. Responders always see it; other staff see it if there is one."""
    mine = caller.staff is not None and Role.RESPONDER in caller.staff.roles
    count = responders.count_open_sos(caller)
    return [(_("Calls for help: {n}").format(n=count), link_to(responders.sos_list))] if count or mine else []


def locked_colleagues(caller: Caller) -> list[Staff]:
    locked = (p for p in caller.world.roster.people if p.is_locked(caller.now))
    return [p for p in locked if policy.may(caller, intents.UnlockStaff(p.id))]


def live_alerts_in_scope(caller: Caller) -> list[Alert]:
    found = (a for a in caller.world.alerts.values() if may_change(caller, a))
    return sorted(found, key=lambda a: (a.drill, -a.at, a.number))


@screen(staff_only=True)
def check_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(alert_line(caller, a, _), link_to(pending_alert, number=a.number)) for a in alerts_to_check(caller)]
    return show_menu("" if choices else _("Nothing to check."), *choices)


@screen(staff_only=True)
def pending_alert(caller: Caller, _: Translator, number: int, kind: str = "", area: str = "") -> ScreenResult:
    """Show a report in the reporters' words, or a colleague's proposal as it would be sent.

    `kind`, `area`: what the verifier corrected, because a reporter may have erred.
    """
    found = caller.world.alert(number)
    if found is None or not found.is_pending:
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(check_list)))
    if not may_decide(caller, found):
        return show_menu(_pending_text(caller, found, _) + "\n" + _("You told us this. Another person decides."))
    no = (_("Say no"), link_to(confirm_reject, number=number))
    ask = filter(None, (reporter_questions.menu_entry(caller, found, _),))
    if found.state is AlertState.PROPOSED:
        yes = (_("Say yes"), link_to(proposal_confirmed, number=number))
        return show_menu(_pending_text(caller, found, _), yes, no, *ask, choice_first=True)
    corrected = replace(found, kind=AlertKind(kind or found.kind), area=area or found.area)
    return show_menu(
        _pending_text(caller, corrected, _),
        (_("Say yes"), link_to(compose.how_sure, **_draft_args(corrected))),
        no,
        *ask,
        (_("Another kind"), link_to(corrected_kind, number=number, area=area)),
        (_("Another area"), choose_area(link_to(pending_alert, number=number, kind=kind))),
        choice_first=True,
    )


@screen(staff_only=True)
def corrected_kind(caller: Caller, _: Translator, number: int, area: str) -> ScreenResult:
    choices = [
        (alert_kind_name(kind, _), link_to(pending_alert, number=number, kind=kind.value, area=area))
        for kind in AlertKind
    ]
    return show_menu(_("What happened?"), *choices)


def _pending_text(caller: Caller, found: Alert, _: Translator) -> str:
    several = _.ngettext("{n} person told us", "{n} people told us", found.report_count).format(n=found.report_count)
    is_proposed = found.state is AlertState.PROPOSED
    lines = (
        alert_line(caller, found, _),
        report_words(caller, found.number, _),
        reporter_questions.asked_text(caller, found.number, _),
        several if found.report_count > 1 else "",
        format_location(found, area_name(caller, found.area), _) if is_proposed else "",
        found.text,
        certainty_line(found, _),
        decision_text(caller, found, _),
        cost_note(caller, found, _) if is_proposed else "",
    )
    return "\n".join(line for line in lines if line)


def _unchanged(alert: Alert) -> dict[str, str | int]:
    return {**_draft_args(alert), "venue": alert.venue, "text": alert.text, "update": True}


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
    """Ask why. The answer says no: nobody is warned."""
    reasons = [(reject_reason_text(r, _), link_to(alert_rejected, number=number, reason=r.value)) for r in RejectReason]
    return show_menu(_("Why no to {number}? Nobody is warned.").format(number=number), *reasons)


@screen(staff_only=True)
def alert_rejected(caller: Caller, _: Translator, number: int, reason: str) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or not may_decide(caller, found):
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(check_list)))
    rejection = intents.RejectReport(number, RejectReason(reason))
    choices = [(_("To check"), link_to(check_list))]
    if not policy.needs_second_rejection(caller.world, require_staff(caller), found, caller.subscribers):
        choices.append((_("Look at it again"), link_to(closed_alerts.rejected_alert, number=number)))
    return show_menu(rejected_text(caller, found, _), *choices, intents=[rejection])


@screen(staff_only=True)
def live_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(alert_line(caller, a, _), link_to(live_alert, number=a.number)) for a in live_alerts_in_scope(caller)]
    text = "" if choices else _("There are no warnings now.")
    return show_menu(text, *choices, *closed_alerts.closed_choices(caller, _))


@screen(staff_only=True)
def live_alert(caller: Caller, _: Translator, number: int) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or not may_change(caller, found):
        return show_menu(_("This alert has ended."), (_("Warnings now"), link_to(live_list)))
    lines = (
        alert_line(caller, found, _),
        report_words(caller, number, _, min_reports=2),
        joins.listed_apart(_, (found.venue, found.text)),
        certainty_line(found, _),
        until_line(caller, found, _),
        decision_text(caller, found, _),
    )
    return show_menu(
        "\n".join(line for line in lines if line),
        (_("Change place or words"), link_to(compose.alert_venue, **_draft_args(found), update=True)),
        (
            _("Set a later hour"),
            link_to(compose.alert_end_time, **_unchanged(found), later=True),
        ),
        (_("It has ended"), link_to(confirm_end, number=number)),
    )


@screen(staff_only=True)
def confirm_end(caller: Caller, _: Translator, number: int) -> ScreenResult:
    text = _("Tell everyone who was warned that notice {number} has ended?").format(number=number)
    return show_menu(
        text,
        (_("Yes, it has ended"), link_to(alert_ended, number=number)),
        (_("Yes, a false alarm"), link_to(alert_ended, number=number, is_false_alarm=True)),
    )


@screen(staff_only=True)
def alert_ended(caller: Caller, _: Translator, number: int, is_false_alarm: bool = False) -> ScreenResult:
    found = caller.world.alert(number)
    if found is None or not may_change(caller, found):
        return show_menu(_("This alert has ended."), (_("Warnings now"), link_to(live_list)))
    return show_menu(
        _("Done. We now tell everyone that it has ended."),
        (_("Warnings now"), link_to(live_list)),
        intents=[intents.EndAlert(number, is_false_alarm)],
    )


@screen(staff_only=True)
def locked_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(p.name, link_to(colleague_unlocked, staff_id=p.id)) for p in locked_colleagues(caller)]
    return show_menu(_("Who is beside you?"), *choices)


@screen(staff_only=True)
def colleague_unlocked(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    return show_menu(_("Unlocked."), (_("Team"), link_to(team)), intents=[intents.UnlockStaff(staff_id)])
