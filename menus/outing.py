"""Before meeting somebody: a note, an hour to be back, and who hears it if nobody comes back."""

from datetime import datetime, timedelta

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.feature import Feature
from gateway.model.outing import LONGEST_PART
from gateway.wording import clock
from menus.pin import either_code
from menus.screen import Link, Refused, Shown, Translator, ask, menu, screen, to
from menus.trust import Entry

HOUR = 3600
CHOICES = (1, 2, 3, 6)
"""hours offered"""
PARTS = 4
WITHIN = 24
"""hours: a typed hour is the next time the clock says so"""


def entry(caller: Caller, _: Translator) -> Entry:
    """The same place in the list whether she is out or not. Who is out can end it where it was turned off since."""
    # Translators: both stand in one place of the list; at most 26 characters each.
    if caller.outing:
        return _("I am back"), to(back)
    return (_("I go out, back by ..."), to(begin)) if caller.offers(Feature.SAFE_CALL) else None


def keys_back(caller: Caller) -> str:
    """The two keys that end it, from home."""
    before = (caller.sos or caller.offers(Feature.SOS), caller.offers(Feature.CONTACTS))
    return f"4, {1 + sum(map(bool, before))}"


def later_entry(caller: Caller, _: Translator) -> Entry:
    if caller.outing is None:
        return None
    return _("One hour more"), to(later_asked if caller.second_code else later)


@screen(owner=True)
def begin(caller: Caller, _: Translator) -> Shown:
    circle = caller.care.circle if caller.care else ()
    if not circle:
        return menu(
            _("First name people you trust, and wait for their yes: they hear if you are not back."),
            (_("People I trust"), Link("trust.people")),
        )
    said = _.ngettext(
        "Leave a note. Are you not back, you get two reminders; then {n} person you trust gets it as a text.",
        "Leave a note. Are you not back, you get two reminders; then {n} people you trust get it as a text.",
        len(circle),
    ).format(n=len(circle))
    said += " " + _(
        "Until then nobody reads it, and it is wiped when you are back. It can fail: no network, no battery."
    )
    choices = [(_("Go on"), to(part))]
    if caller.offers(Feature.SOS):
        choices.append((_("Colleagues too"), to(colleagues)))
    return menu(said, *choices)


@screen(owner=True)
def colleagues(caller: Caller, _: Translator) -> Shown:
    said = _("Are you not back, colleagues who answer calls for help get a text too, and read the note.")
    return menu(said, (_("Go on"), to(part, colleagues=True)))


def _question(step: int, _: Translator) -> str:
    return (
        _("Where do you go?"),
        _("Their phone number?"),
        _("The plate of a car or motorbike?"),
        _("Anything else, in a few words?"),
    )[step]


@screen(owner=True)
def part(
    caller: Caller, _: Translator, step: int = 0, note: str = "", typed: str = "", colleagues: bool = False
) -> Shown:
    """One question a screen; each may be left out."""
    if typed:
        note = f"{note}; {clip(typed, LONGEST_PART)}".removeprefix("; ")
    if step >= PARTS:
        return hours(caller, _, note=note, colleagues=colleagues)
    following = to(part, step=step + 1, note=note, colleagues=colleagues)
    return ask(_question(step, _), following, "typed", (_("Leave out"), following))


@screen(owner=True)
def hours(caller: Caller, _: Translator, note: str, colleagues: bool = False) -> Shown:
    left = {"note": note, "colleagues": colleagues}
    choices = [
        (f"{clock(caller.local + timedelta(hours=n))} ({n} h)", to(gone, **left, until=caller.now + n * HOUR))
        for n in CHOICES
    ]
    return ask(_("Back by? Choose, or type the hour as 23:30."), to(typed_hour, **left), "typed", *choices)


@screen(owner=True)
def typed_hour(caller: Caller, _: Translator, note: str, typed: str, colleagues: bool = False) -> Shown:
    try:
        then = datetime.strptime(typed.strip().replace(".", ":"), "%H:%M")  # noqa: DTZ007  an hour of any day
    except ValueError:
        raise Refused(_("An hour is typed as 23:30.")) from None
    here = caller.local
    when = here.replace(hour=then.hour, minute=then.minute, second=0, microsecond=0)
    when += timedelta(days=when <= here)
    return gone(caller, _, note=note, until=int(when.timestamp()), colleagues=colleagues)


@screen(owner=True)
def gone(caller: Caller, _: Translator, note: str, until: int, colleagues: bool = False) -> Shown:
    said = _("Done. Back by {hour}: dial {dial} and press {keys}, or text SAFE.").format(
        hour=clock(caller.world.local(until)), dial=caller.world.house.service_code, keys=keys_back(caller)
    )
    out = intents.GoOut(until, note, colleagues)
    return menu(said, (_("Home"), Link("home.home")), here=Link("home.home"), do=[out])


@screen(code=True)
def back(caller: Caller, _: Translator) -> Shown:
    """Two keys. Who set a second code is asked for one of the two: nobody sees which it was."""
    if caller.outing is None:
        return menu(_("Nothing is running."), (_("Home"), Link("home.home")))
    if caller.second_code:
        return ask(_("Your PIN?"), to(back_typed), "typed")
    return _ended(_, "")


@screen()
def back_typed(caller: Caller, _: Translator, typed: str) -> Shown:
    either_code(typed, caller, _)
    return _ended(_, typed)


def _ended(_: Translator, code: str) -> Shown:
    """What was typed stays nowhere."""
    home = Link("home.home")
    return menu(_("Good. It has ended and the note is wiped."), (_("Home"), home), here=home, do=[intents.Back(code)])


@screen(owner=True)
def later(caller: Caller, _: Translator) -> Shown:
    return _later(caller, _, "")


@screen(code=True)
def later_asked(caller: Caller, _: Translator) -> Shown:
    """As `back`: where there is a second code, one of the two is asked for."""
    return ask(_("Your PIN?"), to(later_typed), "typed")


@screen()
def later_typed(caller: Caller, _: Translator, typed: str) -> Shown:
    either_code(typed, caller, _)
    return _later(caller, _, typed)


def _later(caller: Caller, _: Translator, code: str) -> Shown:
    home = Link("home.home")
    if caller.outing is None:
        return menu(_("Nothing is running."), (_("Home"), home), here=home)
    until = caller.outing.later(HOUR, caller.now)
    said = _("Done. Now back by {hour}.").format(hour=clock(caller.world.local(until)))
    return menu(said, (_("Home"), home), here=home, do=[intents.Later(HOUR, code)])
