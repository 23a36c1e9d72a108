"""Tell us: what is going on somewhere, or a word to the service."""

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.alert import Kind
from gateway.model.caller import Caller
from gateway.wording import kind_name
from menus import clients
from menus.places import area_name, choose_area
from menus.screen import Shown, Translator, ask, end, menu, screen, to

LONGEST_PLACE = 60
LONGEST_WORDS = 140


@screen(neutral=True)
def tell(caller: Caller, _: Translator) -> Shown:
    members = clients.entry(caller, _)
    return menu(
        "",
        (_("Something is going on"), to(report)),
        (_("A word to us"), to(word)),
        *((members,) if members else ()),
    )


@screen()
def report(caller: Caller, _: Translator) -> Shown:
    """One new report per caller and half hour; more on the same one is free."""
    if caller.paused:
        if case := own_open_report(caller):
            return ask(
                _("You told us a short while ago. What is new? Where is it now?"), to(more, number=case), "typed"
            )
        return menu(_("You told us a short while ago. Please wait a little, or talk to someone."))
    choices = [(kind_name(kind, _), choose_area(to(place, kind=kind.value))) for kind in Kind]
    return menu(_("What is it?"), *choices)


def own_open_report(caller: Caller) -> int:
    """The latest case this caller reported that waits or is live; 0 for none."""
    cases = [case for n in caller.own_reports if (case := caller.world.case(n))]
    still = [case for case in cases if case.waits or case.live(caller.now)]
    return max(still, key=lambda case: case.at).number if still else 0


@screen()
def place(caller: Caller, _: Translator, kind: str, area: str) -> Shown:
    # Translators: at most 60 characters.
    return ask(
        _("Where? A short place name, no person's name."),
        to(report_check, kind=kind, area=area),
        "place",
        (_("Skip"), to(report_check, kind=kind, area=area, place="")),
    )


@screen()
def report_check(caller: Caller, _: Translator, kind: str, area: str, place: str) -> Shown:
    place = clip(place, LONGEST_PLACE)
    text = "{}: {}{}".format(kind_name(kind, _), area_name(caller, area), f", {place}" if place else "")
    return menu(text, (_("Send"), to(reported, kind=kind, area=area, place=place)))


@screen()
def reported(caller: Caller, _: Translator, kind: str, area: str, place: str) -> Shown:
    """The last screen is the receipt; the outcome comes as a text."""
    if caller.paused:
        return menu(_("You told us a short while ago. Please wait a little, or talk to someone."))
    return end(
        _("Thank you. Someone is checking. You will hear what comes of it."),
        do=[intents.Tell(Kind(kind), area, place)],
    )


@screen()
def more(caller: Caller, _: Translator, number: int, typed: str) -> Shown:
    return end(_("Thank you. We pass it on."), do=[intents.More(number, clip(typed, LONGEST_PLACE))])


@screen()
def word(caller: Caller, _: Translator) -> Shown:
    if caller.said_enough:
        return menu(_("You told us a short while ago. Please wait a little, or talk to someone."))
    return ask(_("What do you want to tell us? We do not see your number with it."), to(said), "words")


@screen()
def said(caller: Caller, _: Translator, words: str) -> Shown:
    if caller.said_enough:
        return word(caller, _)
    return end(_("Thank you. We read everything."), do=[intents.Say(clip(words, LONGEST_WORDS))])
