"""Screens of a safe call: a note, the time to be back, and the people who get the note if the caller is not back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.safe_call import MAX_NOTE_PART_CHARS, SAFE_CALL_FEATURE, SafeCall, SafeCallStage
from gateway.model.sos import SOS_FEATURE
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import format_clock
from gateway.text.wording_safety import safe_call_ended_text
from menus.contacts import MenuEntry
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    screen,
    show_menu,
)
from menus.printed_keys import dialled_whole, keys_from_dialling
from menus.safe_call_note import require_note_part
from menus.waiting import Waiting, waits

HOUR_S = 3600
DURATION_CHOICES_H = (1, 2, 3, 6)
"""Offered durations, in hours."""
MAX_NIGHT_H = 12
"""A typed hour that passed is one of the coming night up to this number of hours; a later one may be a mistake."""
QUESTION_COUNT = 4
_PATH_TO_END = ("talk.talk", "safe_call.end_safe_call")
PLACE_STEP, NUMBER_STEPS = 0, (1, 2)
"""the questions that ask for the place, and for a phone and a plate"""


def menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    """Return the entry, which keeps its position during a safe call.

    A caller can end a safe call after the organisation turned the feature off.
    """
    # Translators: both stand in one place of the list; at most 26 characters each.
    if caller.safe_call:
        return _("I am back"), link_to(end_safe_call)
    return (_("If I am not back"), link_to(start)) if caller.has_feature(SAFE_CALL_FEATURE) else None


def keys_to_end(caller: Caller, _: Translator) -> str:
    """Return the keys that end a safe call, from dialling on."""
    return keys_from_dialling(_when_out(caller), _, *_PATH_TO_END)


def _when_out(caller: Caller) -> Caller:
    """Return the caller whose safe call runs: then the menu offers to end it."""
    return caller if caller.safe_call else replace(caller, safe_call=SafeCall(caller.now, caller.lang, ""))


def extend_menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    if caller.safe_call is None:
        return None
    return _("One hour more"), link_to(extend_safe_call)


@waits
def unread_reminder(caller: Caller, _: Translator) -> list[Waiting]:
    """Return the reminder, while the safe call that it is about runs."""
    was_reminded = caller.safe_call is not None and caller.safe_call.stage is not SafeCallStage.RUNNING
    return [(_("A reminder"), link_to(reminder))] if was_reminded else []


@screen()
def reminder(caller: Caller, _: Translator) -> ScreenResult:
    """Say which hour has come. The caller ends the safe call by a key of its own, and never by looking."""
    if caller.safe_call is None:
        return end_safe_call(caller, _)
    hour = format_clock(caller.world.local_time(caller.safe_call.until))
    choices = (choice for choice in (menu_entry(caller, _), extend_menu_entry(caller, _)) if choice)
    return show_menu(_("You wanted to be back by {hour}.").format(hour=hour), *choices)


@screen()
def start(caller: Caller, _: Translator) -> ScreenResult:
    contacts = caller.safety_profile.active_contacts if caller.safety_profile else ()
    if not contacts:
        return show_menu(
            _("First add people you trust. After they say yes, we tell them if you are not back."),
            (_("People I trust"), Link("contacts.contact_list")),
        )
    said = _.ngettext(
        "If you are not back, we remind you twice. {minutes} minutes late, {n} person you trust gets your note.",
        "If you are not back, we remind you twice. {minutes} minutes late, {n} people you trust get your note.",
        len(contacts),
    ).format(n=len(contacts), minutes=caller.world.profile.people_hear_after_s // 60)
    if caller.safety_profile and not caller.safety_profile.may_send_note(caller.now):
        said = _("Your people got 3 notes today. If you are not back, we tell them, but without a note.")
    choices = [(_("Go on"), link_to(note_question))]
    if caller.has_feature(SOS_FEATURE):
        choices.append((_("Tell colleagues too"), link_to(include_responders)))
    return show_menu(said, *choices, choice_first=True)


@screen()
def include_responders(caller: Caller, _: Translator) -> ScreenResult:
    said = _("If you are not back, colleagues who answer calls for help get a text too, and read the note.")
    return show_menu(said, (_("Go on"), link_to(note_question, colleagues=True)), choice_first=True)


def _question_text(step: int, _: Translator) -> str:
    return (
        _("Where are you going? We delete this note when you are back."),
        _("Phone of the person you meet?"),
        _("The number plate of a car or motorbike?"),
        _("Anything else, in a few words?"),
    )[step]


@screen()
def note_question(
    caller: Caller, _: Translator, step: int = 0, note: str = "", typed: str = "", colleagues: bool = False,
    place: str = "",
) -> ScreenResult:  # fmt: skip
    """Ask one question a screen. The caller may leave out each one."""
    if typed:
        note = joins.listed_apart(_, (note, require_note_part(step - 1, typed, caller, _)))
        place = place or (clip(typed, MAX_NOTE_PART_CHARS) if step - 1 == PLACE_STEP else "")
    if step >= QUESTION_COUNT:
        return return_time(caller, _, note=note, colleagues=colleagues, place=place)
    following = link_to(note_question, step=step + 1, note=note, colleagues=colleagues, place=place)
    return ask_question(
        _question_text(step, _), following, "typed", (_("Skip"), following), wants_digits=step in NUMBER_STEPS
    )


@screen()
def return_time(caller: Caller, _: Translator, note: str, colleagues: bool = False, place: str = "") -> ScreenResult:
    args = {"note": note, "colleagues": colleagues, "place": place}
    choices = [
        (
            _("{hour} ({n} h)").format(hour=format_clock(caller.local_time + timedelta(hours=n)), n=n),
            link_to(safe_call_started, **args, until=caller.now + n * HOUR_S),
        )
        for n in DURATION_CHOICES_H
    ]
    return ask_question(
        _("Back by what time? Choose, or type it like 23:30."),
        link_to(return_time_typed, **args),
        "typed",
        *choices,
        wants_digits=True,
    )


@screen()
def return_time_typed(
    caller: Caller, _: Translator, note: str, typed: str, colleagues: bool = False, place: str = ""
) -> ScreenResult:
    try:
        then = datetime.strptime(typed.strip().replace(".", ":"), "%H:%M")  # noqa: DTZ007  an hour of any day
    except ValueError:
        raise InvalidAnswer(_("Type the time like 23:30.")) from None
    here = caller.local_time
    when = here.replace(hour=then.hour, minute=then.minute, second=0, microsecond=0)
    if when > here or when + timedelta(days=1) - here < timedelta(hours=MAX_NIGHT_H):
        when += timedelta(days=when <= here)
        until = int(when.timestamp())
        return safe_call_started(caller, _, note=note, until=until, colleagues=colleagues, place=place)
    answers = {"note": note, "colleagues": colleagues, "place": place}
    tomorrow = int((when + timedelta(days=1)).timestamp())
    return show_menu(
        _("{hour} is over today. Do you mean tomorrow?").format(hour=format_clock(when)),
        (_("Yes, tomorrow"), link_to(safe_call_started, **answers, until=tomorrow)),
        (_("Another hour"), link_to(return_time, **answers)),
    )


@screen()
def safe_call_started(
    caller: Caller, _: Translator, note: str, until: int, colleagues: bool = False, place: str = ""
) -> ScreenResult:
    hour = format_clock(caller.world.local_time(until))
    said = joins.sentences(
        _,
        _how_to_end_text(caller, hour, _),
        _("Then delete it from your call list."),
        _("It can fail: no network, no battery."),
    )
    out = intents.StartSafeCall(until, note, colleagues, place)
    return show_menu(said, (_("Home"), Link("home.home")), location=Link("home.home"), intents=[out])


def _how_to_end_text(caller: Caller, hour: str, _: Translator) -> str:
    """Return what to dial when back. No other screen or text prints a code with its keys: it stays in the call list."""
    dial, then = dialled_whole(_when_out(caller), _, *_PATH_TO_END)
    if then:
        said = _("Done. When you are back, before {hour}: dial {dial}, then type {keys}.")
        return said.format(hour=hour, dial=dial, keys=then)
    return _("Done. When you are back, before {hour}: dial {dial}").format(hour=hour, dial=dial)


@screen()
def end_safe_call(caller: Caller, _: Translator) -> ScreenResult:
    if caller.safe_call is None:
        return show_menu(_("You have set no time to be back."), (_("Home"), Link("home.home")))
    home = Link("home.home")
    said = joins.sentences(_, _("Good that you are back. The note is deleted."), *_who_was_told(caller, _))
    return show_menu(said, (_("Home"), home), location=home, intents=[intents.EndSafeCall()])


def _who_was_told(caller: Caller, _: Translator) -> Iterator[str]:
    """Yield who had the note before it was deleted, and what they read now."""
    profile, ended = caller.safety_profile, caller.safe_call
    if ended is None or not ended.contacts_notified:
        return
    if profile and profile.active_contacts:
        said = _("You were late, so your people were told. They now read: {words}")
        yield said.format(words=safe_call_ended_text(profile.display_name, _))
    if ended.notifies_responders:
        yield _("Colleagues were told too, and hear that you are back.")


@screen()
def extend_safe_call(caller: Caller, _: Translator) -> ScreenResult:
    home = Link("home.home")
    if caller.safe_call is None:
        return show_menu(_("You have set no time to be back."), (_("Home"), home), location=home)
    until = caller.safe_call.extended_until(HOUR_S, caller.now)
    said = _("Done. Now be back by {hour}.").format(hour=format_clock(caller.world.local_time(until)))
    return show_menu(said, (_("Home"), home), location=home, intents=[intents.ExtendSafeCall(HOUR_S)])
