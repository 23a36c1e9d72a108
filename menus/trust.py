"""People I trust: who they are, how they are asked, and what they are told if she is held."""

from gateway.errors import BadInput
from gateway.gsm import clip
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.care import LONGEST_NAME, LONGEST_WORDS, MOST_CONTACTS, Asked, Contact
from gateway.model.feature import Feature
from gateway.numbers import Number
from gateway.wording import clock
from menus.alerts import no_room
from menus.pin import four_digits, own_digits
from menus.screen import Link, Refused, Shown, Translator, ask, menu, screen, to

Entry = tuple[str, Link] | None


def entry(caller: Caller, _: Translator) -> Entry:
    return (_("People I trust"), to(people)) if caller.offers(Feature.CONTACTS) else None


def held_entry(caller: Caller, _: Translator) -> Entry:
    # Translators: two keys for somebody who is being held; neutral, at most 26 characters.
    return (_("Tell my people"), to(held)) if caller.offers(Feature.CONTACTS) else None


def asked_entry(caller: Caller, _: Translator) -> Entry:
    return (_("Somebody asks you"), to(asked)) if caller.trust.waiting.owners else None


@screen(owner=True)
def people(caller: Caller, _: Translator) -> Shown:
    """Nothing here is shown or changed without her own PIN; so it begins with one."""
    if not caller.has_pin:
        said = _(
            "Up to 5 people hear if you are held or not back, in your words. They, your network and we see that. "
            "Choose 4 digits: this list opens only with them."
        )
        return ask(said, to(pin_chosen), "typed")
    contacts = caller.care.contacts if caller.care else ()
    choices = [(_line(contact, _), to(person, place=place)) for place, contact in enumerate(contacts)]
    if len(contacts) < MOST_CONTACTS:
        choices.append((_("Add someone"), to(add)))
    choices += [(_("If I am held"), to(arrest)), (_("My codes"), to(codes))]
    return menu("" if contacts else _("Nobody yet."), *choices)


def _line(contact: Contact, _: Translator) -> str:
    return (
        _("{name}: said yes").format(name=contact.name)
        if contact.active
        else _("{name}: asked").format(name=contact.name)
    )


@screen(owner=True)
def pin_chosen(caller: Caller, _: Translator, typed: str) -> Shown:
    own_digits(typed, caller, _)
    return menu(
        _("Done. Your PIN is set."),
        (_("People I trust"), to(people)),
        here=to(people),
        do=[intents.SetPin(typed)],
        prove="own",
    )


@screen(owner=True)
def add(caller: Caller, _: Translator) -> Shown:
    if caller.world.full:
        return menu(no_room(_))
    said = _("Choose somebody who knows about you already, and ask them first. Their number?")
    return ask(said, to(add_name), "number")


@screen(owner=True)
def add_name(caller: Caller, _: Translator, number: str) -> Shown:
    found = _number(number, caller, _)
    if refusal := _refusals(_).get(caller.secrets.asked(found, caller.care)):
        raise Refused(refusal)
    return ask(_("What do you call them? Only you read it."), to(add_called, number=found), "name")


def _refusals(_: Translator) -> dict[Asked, str]:
    return {
        Asked.SELF: _("That is your own number."),
        Asked.LISTED: _("They are on your list already."),
        Asked.BEFORE: _("You asked them before. Nobody is asked twice."),
        Asked.OFTEN: _("You asked many people lately. Wait some days."),
    }


def _number(typed: str, caller: Caller, _: Translator) -> str:
    """In E.164. Raises Refused."""
    try:
        return Number.typed(typed, caller.world.house.region).e164
    except BadInput:
        raise Refused(_("That is no phone number here. Write it as 0712 345 678.")) from None


@screen(owner=True)
def add_called(caller: Caller, _: Translator, number: str, name: str) -> Shown:
    args = {"number": number, "name": clip(name, LONGEST_NAME)}
    known = caller.care.called if caller.care else ""
    choices = [(known, to(add_words, **args, called=known))] if known else []
    return ask(_("By what name do they know you? They read it."), to(add_words, **args), "called", *choices)


@screen(owner=True)
def add_words(caller: Caller, _: Translator, number: str, name: str, called: str, way: int = 0) -> Shown:
    called = clip(called, LONGEST_NAME)
    args = {"number": number, "name": name, "called": called}
    ways = _ways(called, _)
    said = _("They get one text; whoever holds their phone can read it: {words}").format(words=ways[way])
    return menu(
        said,
        (_("Send this"), to(add_asked, **args, way=way)),
        (_("Other words"), to(add_words, **args, way=(way + 1) % len(ways))),
        (_("My own words"), to(add_own, **args)),
    )


def _ways(called: str, _: Translator) -> tuple[str, ...]:
    """Neutral for whoever reads along. Each says how to answer."""
    return (
        _("{called} asks: may we text you if {called} needs you? Answer YES. STOP ends it.").format(called=called),
        _("{called} named you as a contact for travel. Is that all right? Answer YES. STOP ends it.").format(
            called=called
        ),
    )


@screen(owner=True)
def add_own(caller: Caller, _: Translator, number: str, name: str, called: str) -> Shown:
    args = {"number": number, "name": name, "called": called}
    return ask(_("Write it. 'Answer YES. STOP ends it.' is put behind."), to(add_asked, **args), "words")


@screen(owner=True)
def add_asked(
    caller: Caller, _: Translator, number: str, name: str, called: str, way: int = 0, words: str = ""
) -> Shown:
    how = _("Answer YES. STOP ends it.")
    text = f"{clip(words, LONGEST_WORDS)} {how}" if words else _ways(called, _)[way]
    return menu(
        _("They are asked. They count once they said yes."),
        (_("People I trust"), to(people)),
        here=to(people),
        do=[intents.AskContact(number, name, called, text)],
    )


@screen(owner=True)
def person(caller: Caller, _: Translator, place: int) -> Shown:
    contacts = caller.care.contacts if caller.care else ()
    if place >= len(contacts):
        return people(caller, _)
    return menu(_line(contacts[place], _), (_("Take off the list"), to(dropped, place=place)))


@screen(owner=True)
def dropped(caller: Caller, _: Translator, place: int) -> Shown:
    contacts = caller.care.contacts if caller.care else ()
    if place >= len(contacts):
        return people(caller, _)
    gone = intents.DropContact(contacts[place].token)
    return menu(_("Done. They are told nothing more."), (_("People I trust"), to(people)), here=to(people), do=[gone])


@screen(owner=True)
def arrest(caller: Caller, _: Translator) -> Shown:
    """Written beforehand: there is no time for words on that day."""
    now = caller.care.arrest if caller.care else ""
    said = _("If you are held, two keys send this to your people: {words}").format(words=now or "-")
    choices = (
        [] if now or not (caller.care and caller.care.called) else [(_ready(caller, _), to(arrest_kept, ready=True))]
    )
    return ask(said + " " + _("Type other words, or choose."), to(arrest_kept), "words", *choices)


def _ready(caller: Caller, _: Translator) -> str:
    called = caller.care.called if caller.care else ""
    return (
        _("{called} is held and asks for your help. {hotline}")
        .format(called=called or "?", hotline=caller.world.house.hotline)
        .strip()
    )


@screen(owner=True)
def arrest_kept(caller: Caller, _: Translator, words: str = "", ready: bool = False) -> Shown:
    kept = _ready(caller, _) if ready else clip(words, LONGEST_WORDS)
    return menu(
        _("Done. They read: {words}").format(words=kept),
        (_("People I trust"), to(people)),
        here=to(people),
        do=[intents.SetArrest(kept)],
    )


@screen(owner=True)
def codes(caller: Caller, _: Translator) -> Shown:
    return menu(
        _("Your PIN opens what is yours. A second code looks as if all were well, and calls your people."),
        (_("Second code"), to(duress)),
        (_("Check word"), to(check)),
        (_("My PIN"), Link("settings.pin")),
    )


@screen(owner=True)
def duress(caller: Caller, _: Translator) -> Shown:
    said = _(
        "Choose 4 digits, not your PIN. Type them instead when somebody makes you end a call for help, "
        "or say you are back."
    )
    choices = [(_("Take it away"), to(duress_gone))] if caller.care and caller.care.duress else []
    return ask(said, to(duress_kept), "typed", *choices)


@screen(owner=True)
def duress_kept(caller: Caller, _: Translator, typed: str) -> Shown:
    four_digits(typed, _)
    if caller.secrets.own_pin(typed) and not caller.empty:
        raise Refused(_("That is your PIN. Choose others."))
    return menu(_("Done."), (_("My codes"), to(codes)), here=to(codes), do=[intents.SetDuress(typed)])


@screen(owner=True)
def duress_gone(caller: Caller, _: Translator) -> Shown:
    return menu(_("Done."), (_("My codes"), to(codes)), do=[intents.SetDuress("")])


@screen(owner=True)
def check(caller: Caller, _: Translator) -> Shown:
    now = caller.care.check if caller.care else ""
    said = _("A word that only you and we know. Who comes says it. Now: {word}").format(word=now or "-")
    return ask(said, to(check_kept), "word")


@screen(owner=True)
def check_kept(caller: Caller, _: Translator, word: str) -> Shown:
    return menu(_("Done."), (_("My codes"), to(codes)), here=to(codes), do=[intents.SetCheck(clip(word, LONGEST_NAME))])


@screen(by_heart=True)
def held(caller: Caller, _: Translator) -> Shown:
    """Two keys, and no PIN: there is no time. What goes out was written behind the PIN."""
    care, circle = caller.care, caller.care.circle if caller.care else ()
    if care is None or not (circle and care.arrest):
        return menu(
            _("Nobody is told yet: first name your people and write the words. For help now, talk to someone."),
            (_("People I trust"), to(people)),
            (_("Talk to someone"), Link("talk.talk")),
        )
    return _told(caller, _) or menu(
        _("Your people are told in a minute."),
        (_("Take it back"), to(not_held)),
        (_("My rights"), Link("rights.rights")),
        do=[intents.Held()],
    )


def _told(caller: Caller, _: Translator) -> Shown | None:
    """They know already: nothing is sent twice in a short while, nor taken back."""
    at = caller.care.told_at if caller.care else 0
    if caller.now - at >= caller.world.house.told_pause:
        return None
    when = clock(caller.world.local(at))
    return menu(_("Your people were told at {hour}.").format(hour=when), (_("My rights"), Link("rights.rights")))


@screen()
def not_held(caller: Caller, _: Translator) -> Shown:
    return _told(caller, _) or menu(
        _("Taken back. Nobody is told."), (_("Home"), Link("home.home")), do=[intents.NotHeld()]
    )


@screen(owner=True)
def asked(caller: Caller, _: Translator) -> Shown:
    """As the text: it does not say who, for whoever holds this phone reads it."""
    said = _("You are asked: may we text you if somebody you know needs you? STOP ends it.")
    return menu(said, (_("Yes"), to(agreed)), (_("No"), to(declined)))


@screen(owner=True)
def agreed(caller: Caller, _: Translator) -> Shown:
    said = _("Thank you. We text you only if it is needed. To end it send STOP.")
    return menu(said, (_("Home"), Link("home.home")), do=[intents.Agree(read=True)])


@screen(owner=True)
def declined(caller: Caller, _: Translator) -> Shown:
    return menu(_("Done."), (_("Home"), Link("home.home")), do=[intents.Decline()])
