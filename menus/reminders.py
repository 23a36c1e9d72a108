"""A reminder that the caller asks for: chosen, seen and deleted under Settings."""

from gateway.model.caller import Caller
from gateway.model.reminder import (
    LOCAL_HOUR,
    MAX_DAYS,
    REMINDER_FEATURE,
    DeleteReminder,
    Reminder,
    SetReminder,
    reminder_text,
    reminder_time,
)
from gateway.text.wording import format_date
from menus.alerts import no_capacity_text
from menus.engine.screen import Link, ScreenResult, Translator, ask_consent, ask_question, link_to, screen, show_menu

CHOICES_IN_WEEKS = (1, 4, 8, 12)


def menu_entry(caller: Caller, _: Translator) -> tuple[str, Link] | None:
    """Return the entry. A caller can see and delete a reminder after the organisation turned the feature off."""
    is_stored = caller.record(Reminder) is not None
    is_offered = caller.has_feature(REMINDER_FEATURE) or is_stored
    return (_("Reminders"), link_to(reminders)) if is_offered else None


def stored_line(caller: Caller, _: Translator) -> str:
    """Return what is stored, in plain words; nothing where no reminder is set."""
    reminder = caller.record(Reminder)
    return _("Reminder: {day}.").format(day=_format_day(caller, reminder, _)) if reminder else ""


@screen()
def reminders(caller: Caller, _: Translator) -> ScreenResult:
    reminder = caller.record(Reminder)
    if reminder:
        return show_menu(
            stored_line(caller, _), (_("Another day"), link_to(choose_day)), (_("Delete it"), link_to(deleted))
        )
    return choose_day(caller, _)


@screen()
def choose_day(caller: Caller, _: Translator) -> ScreenResult:
    if caller.world.is_full:
        return show_menu(no_capacity_text(_))
    # Translators: {text} is the whole text: You wanted a reminder for today.
    said = _("Medicine, a test, an injection: we text you once, on a day you choose. The text says only: {text}")
    weeks = [(_.ngettext("In {n} week", "In {n} weeks", n).format(n=n), n * 7) for n in CHOICES_IN_WEEKS]
    choices = [(label, link_to(confirm, days=days)) for label, days in ((_("Tomorrow"), 1), *weeks)]
    other = (_("Another day"), link_to(ask_days))
    return show_menu(said.format(text=reminder_text(_)), *choices, other, location=link_to(choose_day))


@screen()
def ask_days(caller: Caller, _: Translator) -> ScreenResult:
    return ask_question(
        _("In how many days? 1 to {n}.").format(n=MAX_DAYS), link_to(days_typed), "typed", wants_digits=True
    )


@screen()
def days_typed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    typed = typed.strip()
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MAX_DAYS))
    return confirm(caller, _, int(typed)) if is_number and 1 <= int(typed) <= MAX_DAYS else ask_days(caller, _)


@screen()
def confirm(caller: Caller, _: Translator, days: int) -> ScreenResult:
    day = format_date(reminder_time(caller.local_time, days), _)
    said = _("One text: {day}, about {hour}.").format(day=day, hour=f"{LOCAL_HOUR}:00")
    return ask_consent(said, (_("Yes"), link_to(reminder_set, days=days)), (_("Another day"), link_to(choose_day)))


@screen()
def reminder_set(caller: Caller, _: Translator, days: int) -> ScreenResult:
    return _done(_, SetReminder(days))


@screen()
def deleted(caller: Caller, _: Translator) -> ScreenResult:
    return _done(_, DeleteReminder())


def _done(_: Translator, intent: SetReminder | DeleteReminder) -> ScreenResult:
    home = Link("home.home")
    return show_menu(_("Done."), (_("Home"), home), location=home, intents=[intent])


def _format_day(caller: Caller, reminder: Reminder, _: Translator) -> str:
    return format_date(caller.world.local_time(reminder.at), _)
