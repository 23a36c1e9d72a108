"""Screens with which staff compose an alert or an update: kind, area, venue, words, end time, preview, send."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState, Certainty
from gateway.model.caller import Caller
from gateway.model.subscription import Wording
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.warning_words import is_fit_for_warning
from gateway.text.wording import (
    alert_kind_name,
    alert_text,
    certainty_text,
    format_clock,
    update_text,
)
from menus.areas import area_name, choose_area
from menus.engine.screen import (
    Args,
    InvalidAnswer,
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
    is_in_scope,
    may_change,
    may_decide,
    needs_new_approval,
    needs_second_person,
)
from menus.warning_costs import cost_note

MAX_VENUE_CHARS = 60
MAX_TEXT_CHARS = 80
MIN_CONFIRMED_S = 900
"""a proposal that is confirmed lives at least so long"""
DURATION_CHOICES_H = (1, 3, 6, 12)


@screen(staff_only=True)
def alert_kind(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(alert_kind_name(k, _), choose_area(link_to(how_sure, kind=k.value))) for k in AlertKind]
    return show_menu(_("What happened?"), *choices)


@screen(staff_only=True)
def how_sure(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    """Ask how sure a new warning is. The weakest answer stands first, for whoever presses without reading."""
    reported = caller.world.alert(int(so_far.get("number", 0)))
    is_corrected = reported is None or reported.area != so_far["area"]
    if is_corrected and not is_in_scope(caller, str(so_far["area"])):
        return show_menu(_("This area is not yours."), (_("Send a warning"), link_to(alert_kind)))
    choices = [(certainty_text(each, _), link_to(alert_venue, **so_far, certainty=each.value)) for each in Certainty]
    return show_menu(_("How do we know it?"), *choices)


@screen(staff_only=True)
def alert_venue(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    """Ask for the venue in the sender's or verifier's own words. A reporter's words are never sent."""
    found = caller.world.alert(int(so_far.get("number", 0)))
    if so_far.get("update") and found and needs_new_approval(caller, found):
        return show_menu(send_as_new_text(_), (_("Send a warning"), link_to(alert_kind)))
    return ask_question(
        _("Which place to avoid? Never where to go, no names."),
        link_to(venue_typed, **so_far),
        "typed",
        (_("Name no place"), link_to(alert_details, **so_far, venue="")),
    )


@screen(staff_only=True)
def venue_typed(caller: Caller, _: Translator, typed: str, **so_far: str | int | bool) -> ScreenResult:
    return redirect(link_to(alert_details, **so_far, venue=_require_fit(typed, _)), caller, _)


def _require_fit(typed: str, _: Translator) -> str:
    """Return words that may go out in a warning. Raise InvalidAnswer for others."""
    if not is_fit_for_warning(typed):
        raise InvalidAnswer(unfit_words_text(_))
    return typed


def unfit_words_text(_: Translator) -> str:
    """Return what a warning's words may be."""
    return _("Only what to avoid: no phone number, no link, nowhere to go to. At most 4 digits.")


@screen(staff_only=True)
def alert_details(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    return ask_question(
        _("More words? They show on the screen, and in texts only for people who chose clear texts."),
        link_to(words_typed, **so_far),
        "typed",
        (_("No more words"), link_to(alert_end_time, **so_far, text="")),
    )


@screen(staff_only=True)
def words_typed(caller: Caller, _: Translator, typed: str, **so_far: str | int | bool) -> ScreenResult:
    return redirect(link_to(alert_end_time, **so_far, text=_require_fit(typed, _)), caller, _)


@screen(staff_only=True)
def alert_end_time(caller: Caller, _: Translator, **so_far: str | int | bool) -> ScreenResult:
    """Ask for the end. A live warning gets a later one, or keeps its own beside new words; none becomes shorter."""
    live = caller.world.alert(int(so_far.get("number", 0))) if so_far.get("update") else None
    start, pattern = (live.until, _("{hour} (+{n} h)")) if live else (caller.now, _("{hour} ({n} h)"))
    ends = [(n, start + n * 3600) for n in DURATION_CHOICES_H]
    if live:
        ends = [(n, end) for n, end in ends if end <= caller.now + caller.world.profile.max_alert_duration_s]
    choices = [
        (pattern.format(hour=_clock(caller, end), n=n), link_to(preview, **so_far, until=end)) for n, end in ends
    ]
    if live and not so_far.get("later"):
        as_before = _("As now: {hour}").format(hour=_clock(caller, live.until))
        choices.insert(0, (as_before, link_to(preview, **so_far, until=live.until)))
    return show_menu(_("Until when?") if choices else _("It lasts as long as it can. Try again later."), *choices)


def _clock(caller: Caller, when: int) -> str:
    return format_clock(caller.world.local_time(when))


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


def build_draft(caller: Caller, so_far: Args) -> Alert:
    """Return the alert as it would be sent."""
    return Alert(
        number=int(so_far.get("number", 0)),
        kind=AlertKind(str(so_far["kind"])),
        area=str(so_far["area"]),
        state=AlertState.LIVE,
        at=caller.now,
        until=int(so_far["until"]),
        venue=clip(str(so_far["venue"]), MAX_VENUE_CHARS),
        text=clip(str(so_far["text"]), MAX_TEXT_CHARS),
        certainty=Certainty(str(so_far["certainty"])) if "certainty" in so_far else None,
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
        return end_session(said, intents=[confirm_draft(draft, propose)])
    return end_session(said, intents=[send_draft(draft, drill, propose)])


def confirm_draft(draft: Alert, propose: bool) -> intents.ConfirmReport:
    return intents.ConfirmReport(
        draft.number, draft.venue, draft.text, draft.until, propose, draft.kind, draft.area, draft.certainty
    )


def send_draft(draft: Alert, drill: bool = False, propose: bool = False) -> intents.SendAlert:
    return intents.SendAlert(
        draft.kind, draft.area, draft.venue, draft.text, draft.until, drill, propose, draft.certainty
    )


def confirm_proposal(alert: Alert, now: int) -> intents.ConfirmReport:
    """Return the intent that sends a proposal unchanged, live for at least another 15 minutes."""
    return intents.ConfirmReport(alert.number, alert.venue, alert.text, max(alert.until, now + MIN_CONFIRMED_S))


def repeat_alert(alert: Alert) -> intents.SendAlert:
    """Return the intent that sends an ended warning again, unchanged, as a new one."""
    return send_draft(alert)


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
    until = max(draft.until, found.until)
    return end_session(sending_text(False, _), intents=[intents.UpdateAlert(new.number, new.venue, new.text, until)])
