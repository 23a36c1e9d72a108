"""Screens of "People I trust": the caller's contacts, how they are asked, and the caller's codes."""

from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.contacts import (
    CONTACTS_FEATURE,
    MAX_CONTACTS,
    MAX_NAME_CHARS,
    Contact,
    ContactEligibility,
)
from gateway.numbers import Number
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.own_words import name_letter, shown_name
from gateway.text.printed_keywords import fill_in
from gateway.text.wording_safety import contact_request_texts, unclear_yes_text
from menus.alerts import no_capacity_text
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_consent,
    ask_question,
    link_to,
    screen,
    show_menu,
)
from menus.pin import ask_new_pin
from menus.safe_call_note import not_a_number_text
from menus.waiting import Waiting, waits

MenuEntry = tuple[str, Link] | None


def menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    return (_("People I trust"), link_to(contact_list)) if caller.has_feature(CONTACTS_FEATURE) else None


def request_menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    return (_("A question for you"), link_to(contact_request)) if caller.contact_requests.pending.owners else None


@waits
def unread_requests(caller: Caller, _: Translator) -> list[Waiting]:
    entry = request_menu_entry(caller, _)
    return [entry] if entry else []


@screen()
def contact_list(caller: Caller, _: Translator) -> ScreenResult:
    """List the contacts. Nothing here is shown or changed without an own PIN, so the caller first chooses one."""
    if not caller.has_own_pin:
        said = _(
            "Up to 5 people you trust can get your words if police hold you or you are late. First "
            "choose a PIN of 4 digits. It hides this list."
        )
        return ask_new_pin(said, link_to(pin_chosen))
    contacts = caller.safety_profile.contacts if caller.safety_profile else ()
    choices = [
        (_contact_line(contact, _), link_to(contact_details, position=place)) for place, contact in enumerate(contacts)
    ]
    if len(contacts) < MAX_CONTACTS:
        choices.append((_("Add someone"), link_to(add_contact)))
    choices += [(_("If police hold me"), Link("detention.arrest_message")), (_("My codes"), link_to(codes))]
    return show_menu("" if contacts else _("Nobody yet."), *choices)


def _contact_line(contact: Contact, _: Translator) -> str:
    return (
        _("{name}: said yes").format(name=contact.name)
        if contact.active
        else _("{name}: asked, no answer yet").format(name=contact.name)
    )


@screen()
def pin_chosen(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    return show_menu(
        _("Done. Your PIN is set."),
        (_("People I trust"), link_to(contact_list)),
        location=link_to(contact_list),
        intents=[intents.SetOwnPin(typed)],
    )


@screen()
def add_contact(caller: Caller, _: Translator) -> ScreenResult:
    if caller.world.is_full:
        return show_menu(no_capacity_text(_))
    said = _(
        "Choose somebody who already knows about you, and ask them first. Your network and we see the number. Type it."
    )
    return ask_question(said, link_to(contact_name), "number", wants_digits=True)


@screen()
def contact_name(caller: Caller, _: Translator, number: str) -> ScreenResult:
    found = _parse_number(number, caller, _)
    if refusal := _refusal_texts(_).get(caller.secret_checks.contact_eligibility(found, caller.safety_profile)):
        raise InvalidAnswer(refusal)
    return ask_question(_("Your name for them? Only you read it."), link_to(caller_name, number=found), "name")


def _refusal_texts(_: Translator) -> dict[ContactEligibility, str]:
    return {
        ContactEligibility.OWN_NUMBER: _("That is your own number."),
        ContactEligibility.ALREADY_CONTACT: _("They are on your list already."),
        ContactEligibility.ASKED_BEFORE: _("You asked them before. Nobody is asked twice."),
        ContactEligibility.TOO_MANY: _("You asked many people lately. Wait some days."),
    }


def _parse_number(typed: str, caller: Caller, _: Translator) -> str:
    """Return the number in E.164. Raise InvalidAnswer if it is none."""
    try:
        return Number.parse_typed(typed, caller.world.profile.region).e164
    except BadInput:
        raise InvalidAnswer(not_a_number_text(caller, _)) from None


@screen()
def caller_name(caller: Caller, _: Translator, number: str, name: str) -> ScreenResult:
    args = {"number": number, "name": clip(name, MAX_NAME_CHARS)}
    known = caller.safety_profile.display_name if caller.safety_profile else ""
    choices = [(known, link_to(request_preview, **args, display_name=known))] if known else []
    return ask_question(
        _("By what name do they know you? They read it."), link_to(request_preview, **args), "display_name", *choices
    )


@screen()
def request_preview(
    caller: Caller, _: Translator, number: str, name: str, display_name: str, wording_index: int = 0
) -> ScreenResult:
    display_name = shown_name(display_name)
    if not display_name:
        raise InvalidAnswer(_("One word of 2 to 12 letters, please."))
    args = {"number": number, "name": name, "display_name": display_name}
    wordings = contact_request_texts(name_letter(display_name), _)
    said = _("They get this text. Others can see it: {words}").format(words=wordings[wording_index])
    return show_menu(
        said,
        (_("Send this"), link_to(request_sent, **args, wording_index=wording_index)),
        (_("Other words"), link_to(request_preview, **args, wording_index=(wording_index + 1) % len(wordings))),
    )


@screen()
def request_sent(
    caller: Caller, _: Translator, number: str, name: str, display_name: str, wording_index: int = 0
) -> ScreenResult:
    return show_menu(
        _("We asked them. We text them only after they say yes."),
        (_("People I trust"), link_to(contact_list)),
        location=link_to(contact_list),
        intents=[intents.RequestContact(number, name, display_name, wording_index)],
    )


@screen()
def contact_details(caller: Caller, _: Translator, position: int) -> ScreenResult:
    contacts = caller.safety_profile.contacts if caller.safety_profile else ()
    if position >= len(contacts):
        return contact_list(caller, _)
    return show_menu(
        _contact_line(contacts[position], _), (_("Remove this person"), link_to(contact_removed, position=position))
    )


@screen()
def contact_removed(caller: Caller, _: Translator, position: int) -> ScreenResult:
    contacts = caller.safety_profile.contacts if caller.safety_profile else ()
    if position >= len(contacts):
        return contact_list(caller, _)
    gone = intents.RemoveContact(contacts[position].token)
    return show_menu(
        _("Done. We tell them nothing more."),
        (_("People I trust"), link_to(contact_list)),
        location=link_to(contact_list),
        intents=[gone],
    )


@screen()
def codes(caller: Caller, _: Translator) -> ScreenResult:
    told = (
        ""
        if _has_second_code(caller)
        else _("A second code shows the same screens, but we tell your people and our team.")
    )
    return show_menu(
        joins.sentences(_, _("Your PIN opens what is yours."), told),
        (_("Second code"), link_to(duress_pin)),
        (_("Our word"), link_to(pass_phrase)),
        (_("My PIN"), Link("settings.pin")),
    )


def _has_second_code(caller: Caller) -> bool:
    return bool(caller.safety_profile and caller.safety_profile.duress_pin_hash)


def _second_code_text(_: Translator) -> str:
    return _(
        "Choose 4 digits, not your PIN. If somebody forces you, type these as PIN. The screens look the same. "
        "We ask your people and our team to help at once. After a day, all is as before."
    )


@screen()
def duress_pin(caller: Caller, _: Translator) -> ScreenResult:
    """Explain the code to a caller who has none. Once it is set, whoever forces the caller reads no more than that."""
    if _has_second_code(caller):
        said = _("Choose 4 digits, not your PIN.")
        choices = [(_("Remove this code"), link_to(duress_pin_removed))]
    else:
        said, choices = _second_code_text(_), []
    return ask_new_pin(said, link_to(duress_pin_saved), *choices)


@screen()
def duress_pin_saved(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    return show_menu(
        _("Done."), (_("My codes"), link_to(codes)), location=link_to(codes), intents=[intents.SetDuressPin(typed)]
    )


@screen()
def duress_pin_removed(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(_("Done."), (_("My codes"), link_to(codes)), intents=[intents.SetDuressPin("")])


@screen()
def pass_phrase(caller: Caller, _: Translator) -> ScreenResult:
    now = caller.safety_profile.passphrase if caller.safety_profile else ""
    said = _("Only you and we know this word: {word}. The person who comes says it.").format(word=now or "-")
    return ask_question(said, link_to(pass_phrase_saved), "word")


@screen()
def pass_phrase_saved(caller: Caller, _: Translator, word: str) -> ScreenResult:
    return show_menu(
        _("Done."),
        (_("My codes"), link_to(codes)),
        location=link_to(codes),
        intents=[intents.SetPassphrase(clip(word, MAX_NAME_CHARS))],
    )


@screen()
def contact_request(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the answer to a contact request. It names nobody, because another person may hold this phone.

    So a yes here answers one request only: otherwise a stranger could ask at the same moment, and share a friend's yes.
    """
    if len(caller.contact_requests.pending.owners) > 1:
        return show_menu(unclear_yes_text(_), (_("No"), link_to(request_declined)))
    said = fill_in(_("Somebody you know may need you one day. May we text you then? {stop} ends it."), _)
    return ask_consent(said, (_("Yes"), link_to(request_accepted)), (_("No"), link_to(request_declined)))


@screen()
def request_accepted(caller: Caller, _: Translator) -> ScreenResult:
    said = fill_in(_("Thank you. We text you only if you are needed. To end it, send {stop}."), _)
    return show_menu(said, (_("Home"), Link("home.home")), intents=[intents.AcceptContactRequests(by_ussd=True)])


@screen()
def request_declined(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(_("Done."), (_("Home"), Link("home.home")), intents=[intents.DeclineContactRequests()])
