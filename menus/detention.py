"""Screens of a detention: the message written beforehand, and how contacts are notified."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.contacts import CONTACTS_FEATURE, MAX_TEXT_CHARS
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.own_words import carries_contact_details
from gateway.text.wording import format_clock
from gateway.text.wording_safety import arrest_text, default_arrest_words
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
from menus.printed_keys import keys_from_dialling


def menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    # Translators: two keys for somebody who is being held; neutral, at most 26 characters.
    return (_("Warn my people"), link_to(detained)) if caller.has_feature(CONTACTS_FEATURE) else None


@screen()
def arrest_message(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the message to contacts beforehand: a detained caller has no time to write."""
    now = caller.safety_profile.arrest_message if caller.safety_profile else ""
    if not now:
        is_named = bool(caller.safety_profile and caller.safety_profile.display_name)
        choices = [(_default_words(caller, _), link_to(arrest_message_saved, use_default=True))] if is_named else []
        said = _("What do your people read if police hold you? Type it, or choose.")
        return ask_question(said, link_to(arrest_message_saved), "message", *choices)
    said = _("If police hold you: dial {dial}, then press {keys}. Your people get: {words}").format(
        dial=caller.world.profile.service_code,
        keys=keys_from_dialling(caller, _, "talk.talk", "detention.detained"),
        words=arrest_text(now, caller.world.profile.hotline, _),
    )
    changed = joins.sentences(_, said, _("Type other words to change it."))
    return ask_question(changed, link_to(arrest_message_saved), "message")


def _default_words(caller: Caller, _: Translator) -> str:
    return default_arrest_words(caller.safety_profile.display_name if caller.safety_profile else "", _)


@screen()
def arrest_message_saved(caller: Caller, _: Translator, message: str = "", use_default: bool = False) -> ScreenResult:
    saved = _default_words(caller, _) if use_default else clip(message, MAX_TEXT_CHARS)
    if carries_contact_details(saved):
        raise InvalidAnswer(_("Only words, please: no numbers, links or signs. We add the number to call."))
    return show_menu(
        _("Done. They read: {words}").format(words=arrest_text(saved, caller.world.profile.hotline, _)),
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
            _("Not sent. First add your people and write your words. For help now, talk to someone."),
            (_("People I trust"), Link("contacts.contact_list")),
            (_("Talk to someone"), Link("talk.talk")),
        )
    return _already_notified(caller, _) or show_menu(
        _("We tell your people in a minute."),
        (_("Stop: tell nobody"), link_to(detained_withdrawn)),
        (_("My rights"), Link("rights.rights")),
        intents=[intents.ReportDetained()],
    )


def _already_notified(caller: Caller, _: Translator) -> ScreenResult | None:
    """Return a screen if contacts were notified recently, or often: nothing is sent again, or can be withdrawn."""
    profile = caller.safety_profile
    if profile is None or profile.may_send_arrest_text(caller.now, caller.world.profile.contacts_pause_s):
        return None
    when = format_clock(caller.world.local_time(max(profile.arrest_texts)))
    return show_menu(_("We told your people at {hour}.").format(hour=when), (_("My rights"), Link("rights.rights")))


@screen()
def detained_withdrawn(caller: Caller, _: Translator) -> ScreenResult:
    return _already_notified(caller, _) or show_menu(
        _("Stopped. Nobody is told."), (_("Home"), Link("home.home")), intents=[intents.CancelDetained()]
    )
