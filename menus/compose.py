"""Screens with which staff compose an alert or an update: kind, area, venue, words, end time, preview, send."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.caller import Caller
from gateway.model.subscription import Wording
from gateway.text import joins
from gateway.text.estimate import ComposeText, estimate_audience_and_cost
from gateway.text.gsm import clip, suggest_replacements
from gateway.text.wording import alert_kind_name, alert_text, format_clock, format_next_hour, update_text
from menus.areas import area_name, choose_area
from menus.engine.screen import (
    Args,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    end_session,
    link_to,
    redirect,
    screen,
    show_menu,
)
from menus.permissions import (
    audience_size,
    is_in_scope,
    may_change,
    may_decide,
    needs_new_approval,
    needs_second_person,
)

MAX_VENUE_CHARS = 60
MAX_TEXT_CHARS = 80
MIN_CONFIRMED_S = 900
"""a proposal that is confirmed lives at least so long"""
DURATION_CHOICES_H = (1, 3, 6, 12)


@screen(staff_only=True)
def alert_kind(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(alert_kind_name(k, _), choose_area(link_to(alert_venue, kind=k.value))) for k in AlertKind]
    return show_menu(_("What happened?"), *choices)


@screen(staff_only=True)
def alert_venue(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    """Ask for the venue in the sender's or verifier's own words. A reporter's words are never sent."""
    found = caller.world.alert(int(so_far.get("number", 0)))
    if so_far.get("update") and found and needs_new_approval(caller, found):
        return show_menu(send_as_new_text(_), (_("Send a warning"), link_to(alert_kind)))
    if not so_far.get("number") and not is_in_scope(caller, str(so_far["area"])):
        return show_menu(_("This area is not yours."), (_("Send a warning"), link_to(alert_kind)))
    return ask_question(
        _("Which place to avoid? Never where to go, no names."),
        link_to(alert_details, **so_far),
        "venue",
        (_("Name no place"), link_to(alert_details, **so_far, venue="")),
    )


@screen(staff_only=True)
def alert_details(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    return ask_question(
        _("More words? They show on the screen, and in texts only for people who chose clear texts."),
        link_to(alert_end_time, **so_far),
        "text",
        (_("No more words"), link_to(alert_end_time, **so_far, text="")),
    )


@screen(staff_only=True)
def alert_end_time(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    choices = [
        (
            _("{hour} ({n} h)").format(hour=format_clock(caller.world.local_time(caller.now + n * 3600)), n=n),
            link_to(preview, **so_far, hours=n),
        )
        for n in DURATION_CHOICES_H
    ]
    return show_menu(_("Until when?"), *choices)


@screen(staff_only=True)
def preview(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    """Show the neutral text, its audience and cost, and whether a second person must agree."""
    draft = build_draft(caller, so_far)
    show = update_text if so_far.get("update") else alert_text
    dial = caller.world.profile.service_code
    shown = show(draft, area_name(caller, draft.area), Wording.NEUTRAL, _, caller.world.local_time, dial)
    note = cost_note(caller, draft, _, show)
    if needs_second_person(caller, draft.area) and not so_far.get("update"):
        note = joins.sentences(_, note, _("Two people must agree."))
    if draft.number:
        return show_menu(f"{shown}\n{note}", (_("Send"), link_to(alert_sent, **so_far)))
    twin = find_duplicate_alert(caller, draft.kind, draft.area)
    send = (_("Send"), link_to(alert_sent, **so_far, duplicate=twin.number if twin else 0))
    instead = (
        [(_("Change notice {number}").format(number=twin.number), link_to(alert_sent, **_as_update_of(twin, so_far)))]
        if twin
        else []
    )
    return show_menu(
        f"{shown}\n{note}", *instead, send, (_("Only practice, to staff"), link_to(alert_sent, **so_far, drill=True))
    )


def cost_note(caller: Caller, draft: Alert, _: Translator, format_alert: ComposeText = alert_text) -> str:
    """Return the networks that deliver late, the size of the audience, and the highest possible cost."""
    found = estimate_audience_and_cost(
        draft, area_name(caller, draft.area), audience_size(caller, draft.area), caller.world, format_alert
    )
    about = _.ngettext("About {n} person", "About {n} people", found.people).format(n=found.people)
    people = about if found.people else _("Few people")
    # Translators: {people}, each of whom gets at most so many text messages, which cost {cost} together at most.
    cost = _("{people} x {n} SMS, max {cost}.")
    cost = cost.format(
        people=people, n=found.max_segments, cost=caller.world.profile.tariff.format_amount(found.max_cost_mills)
    )
    return "\n".join(line for line in (delayed_networks_note(caller, _), cost, costly_letters_note(draft, _)) if line)


def delayed_networks_note(caller: Caller, _: Translator) -> str:
    """Return a note on networks that deliver later, because our sender id may send there only at certain hours."""
    # Translators: {network} is a mobile operator, which delivers our texts from that hour on.
    said = _("{network}: texts wait until {hour}.")
    closed = caller.world.profile.tariff.closed_carriers(caller.local_time)
    now = caller.local_time
    waits = [said.format(network=c.name, hour=format_next_hour(c.next_delivery(now), now, _)) for c in closed]
    return joins.sentences(_, *waits)


def costly_letters_note(draft: Alert, _: Translator) -> str:
    """Return the letters of venue and words that make the text cost more, with replacements."""
    letters = [
        f"{char} = {instead}" if instead else char
        for char, instead in suggest_replacements(f"{draft.venue} {draft.text}")
    ]
    # Translators: letters that make a text cost more, some with others to write instead.
    return _("These letters cost more: {letters}").format(letters=joins.listed(_, letters)) if letters else ""


def build_draft(caller: Caller, so_far: Args) -> Alert:
    """Return the alert as it would be sent."""
    return Alert(
        number=int(so_far.get("number", 0)),
        kind=AlertKind(str(so_far["kind"])),
        area=str(so_far["area"]),
        state=AlertState.LIVE,
        at=caller.now,
        until=caller.now + int(so_far["hours"]) * 3600,
        venue=clip(str(so_far["venue"]), MAX_VENUE_CHARS),
        text=clip(str(so_far["text"]), MAX_TEXT_CHARS),
    )


def find_duplicate_alert(caller: Caller, kind: AlertKind, area: str) -> Alert | None:
    """Return a live alert of the same kind and area, started in the last 15 minutes, that this person may update."""
    live = (a for a in caller.world.alerts.values() if a.is_live(caller.now) and not a.drill)
    same = (a for a in live if (a.kind, a.area) == (kind, area))
    return next((a for a in same if _is_recent(caller, a) and not needs_new_approval(caller, a)), None)


def find_open_proposal(caller: Caller, kind: AlertKind, area: str) -> Alert | None:
    """Return a colleague's recent proposal of the same kind and area: this person should decide it, not repeat it."""
    asked = (a for a in caller.world.alerts.values() if a.state is AlertState.PROPOSED and may_decide(caller, a))
    return next((a for a in asked if (a.kind, a.area) == (kind, area) and _is_recent(caller, a)), None)


def _is_recent(caller: Caller, alert: Alert) -> bool:
    return caller.now - alert.at < caller.world.profile.same_alert_s


def _as_update_of(duplicate: Alert, so_far: Args) -> Args:
    return {**so_far, "number": duplicate.number, "update": True}


@screen(staff_only=True)
def alert_sent(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    """Check once more, then send: meanwhile another person may have decided, or sent the same alert."""
    draft, drill = build_draft(caller, so_far), bool(so_far.get("drill"))
    if so_far.get("update"):
        return _alert_updated(caller, _, draft)
    seen = so_far.pop("duplicate", 0)
    twin = None if draft.number or drill else find_duplicate_alert(caller, draft.kind, draft.area)
    if twin and twin.number != seen:
        return redirect(link_to(preview, **so_far), caller, _)
    propose = needs_second_person(caller, draft.area) and not drill
    if propose and not draft.number and (proposed := find_open_proposal(caller, draft.kind, draft.area)):
        return redirect(Link("team.pending_alert", {"number": proposed.number}), caller, _)
    said = sending_text(propose, _)
    if draft.number:
        alert = caller.world.alert(draft.number)
        if alert is None or not may_decide(caller, alert):
            return show_menu(_("A colleague decided this first."))
        return end_session(
            said, intents=[intents.ConfirmReport(draft.number, draft.venue, draft.text, draft.until, propose)]
        )
    return end_session(
        said, intents=[intents.SendAlert(draft.kind, draft.area, draft.venue, draft.text, draft.until, drill, propose)]
    )


def confirm_proposal(alert: Alert, now: int) -> intents.ConfirmReport:
    """Return the intent that sends a proposal unchanged, live for at least another 15 minutes."""
    return intents.ConfirmReport(alert.number, alert.venue, alert.text, max(alert.until, now + MIN_CONFIRMED_S))


def repeat_alert(alert: Alert) -> intents.SendAlert:
    """Return the intent that sends an ended warning again, unchanged, as a new one."""
    return intents.SendAlert(alert.kind, alert.area, alert.venue, alert.text, alert.until)


def send_as_new_text(_: Translator) -> str:
    return _("New words need a second person. Send a new notice.")


def sending_text(propose: bool, _: Translator) -> str:
    """Return the last screen's text for the sender."""
    return (
        _("A second person must agree first.") if propose else _("Sending now. A text will say how many people got it.")
    )


def _alert_updated(caller: Caller, _: Translator, draft: Alert) -> ScreenResult:
    found = caller.world.alert(draft.number)
    if found is None or not may_change(caller, found):
        return show_menu(_("This alert has ended."))
    words = clip(found.venue, MAX_VENUE_CHARS), clip(found.text, MAX_TEXT_CHARS)  # as `build_draft` carries them along
    has_same_words = (draft.venue or words[0], draft.text or words[1]) == words
    new = found if has_same_words else replace(found, venue=draft.venue or found.venue, text=draft.text or found.text)
    if needs_new_approval(caller, found) and not has_same_words:
        return show_menu(send_as_new_text(_), (_("Send a warning"), link_to(alert_kind)))
    return end_session(
        sending_text(False, _), intents=[intents.UpdateAlert(new.number, new.venue, new.text, draft.until)]
    )
