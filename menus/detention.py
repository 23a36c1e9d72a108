"""Screens of a detention: the message written beforehand, and how contacts are notified."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.contacts import CONTACTS_FEATURE, MAX_TEXT_CHARS
from gateway.text.gsm import clip
from gateway.text.wording import format_clock
from menus.contacts import MenuEntry
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    screen,
    show_menu,
)


def menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    # Translators: two keys for somebody who is being held; neutral, at most 26 characters.
    return (_("Tell my people"), link_to(detained)) if caller.has_feature(CONTACTS_FEATURE) else None


@screen()
def arrest_message(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the message to contacts beforehand: a detained caller has no time to write."""
    now = caller.safety_profile.arrest_message if caller.safety_profile else ""
    said = _("If you are held, your PIN and two keys send this to your people: {words}").format(words=now or "-")
    choices = (
        []
        if now or not (caller.safety_profile and caller.safety_profile.display_name)
        else [(_default_arrest_message(caller, _), link_to(arrest_message_saved, use_default=True))]
    )
    return ask_question(
        said + " " + _("Type other words, or choose."), link_to(arrest_message_saved), "message", *choices
    )


def _default_arrest_message(caller: Caller, _: Translator) -> str:
    called = caller.safety_profile.display_name if caller.safety_profile else ""
    return (
        _("{called} is held and asks for your help. {hotline}")
        .format(called=called or "?", hotline=caller.world.profile.hotline)
        .strip()
    )


@screen()
def arrest_message_saved(caller: Caller, _: Translator, message: str = "", use_default: bool = False) -> ScreenResult:
    saved = _default_arrest_message(caller, _) if use_default else clip(message, MAX_TEXT_CHARS)
    return show_menu(
        _("Done. They read: {words}").format(words=saved),
        (_("People I trust"), Link("contacts.contact_list")),
        location=Link("contacts.contact_list"),
        intents=[intents.SetArrestMessage(saved)],
    )


@screen(allows_typeahead=True)
def detained(caller: Caller, _: Translator) -> ScreenResult:
    """Notify the contacts after two keys behind the PIN. Before it nothing may show that there are contacts."""
    profile, contacts = caller.safety_profile, caller.safety_profile.active_contacts if caller.safety_profile else ()
    if profile is None or not (contacts and profile.arrest_message):
        return show_menu(
            _("Nobody is told yet: first name your people and write the words. For help now, talk to someone."),
            (_("People I trust"), Link("contacts.contact_list")),
            (_("Talk to someone"), Link("talk.talk")),
        )
    return _already_notified(caller, _) or show_menu(
        _("Your people are told in a minute."),
        (_("Take it back"), link_to(detained_withdrawn)),
        (_("My rights"), Link("rights.rights")),
        intents=[intents.ReportDetained()],
    )


def _already_notified(caller: Caller, _: Translator) -> ScreenResult | None:
    """Return a screen if contacts were notified recently: then nothing is sent again, and nothing can be withdrawn."""
    at = caller.safety_profile.detained_notified_at if caller.safety_profile else 0
    if caller.now - at >= caller.world.profile.contacts_pause_s:
        return None
    when = format_clock(caller.world.local_time(at))
    return show_menu(_("Your people were told at {hour}.").format(hour=when), (_("My rights"), Link("rights.rights")))


@screen()
def detained_withdrawn(caller: Caller, _: Translator) -> ScreenResult:
    return _already_notified(caller, _) or show_menu(
        _("Taken back. Nobody is told."), (_("Home"), Link("home.home")), intents=[intents.CancelDetained()]
    )
