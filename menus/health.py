"""Health: from a need, by urgency, to a place; then, if wanted, sent there under a code."""

from datetime import datetime

from gateway.gsm import clip
from gateway.model import intents, referral
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.directory import Found
from gateway.model.needs import NEEDS
from gateway.wording import clock, need_name
from menus.places import choose_area
from menus.screen import Link, Shown, Translator, ask, end, menu, screen, to

OFFERED = 6
NAME = 30
LONGEST_WORDS = 140


@screen(neutral=True)
def health(caller: Caller, _: Translator) -> Shown:
    choices = [(need_name(need, _), to(when) if NEEDS[need].urgent else _places(need)) for need in NEEDS]
    if caller.visits:
        choices.append((_("My visit"), to(visits)))
    return menu(_("What do you need?"), *choices)


def _places(need: str) -> Link:
    return choose_area(to(places, need=need))


@screen()
def when(caller: Caller, _: Translator) -> Shown:
    """Within three days every hour counts; later it is still worth going."""
    return menu(
        _("When was it?"),
        (_("In the last 3 days"), to(soon)),
        (_("3 to 5 days ago"), to(later)),
        (_("Longer ago"), to(later)),
    )


@screen()
def soon(caller: Caller, _: Translator) -> Shown:
    text = _("Medicine can still stop HIV and pregnancy. The sooner the better: go today.")
    return menu(text, (_("Find a place"), _places("hurt")))


@screen()
def later(caller: Caller, _: Translator) -> Shown:
    text = _("It is still worth going: for wounds, tests, pregnancy, and someone who listens.")
    return menu(text, (_("Find a place"), _places("hurt")))


@screen()
def places(caller: Caller, _: Translator, need: str, area: str) -> Shown:
    found = caller.world.directory.nearest(need, area, caller.local, OFFERED)
    if not found:
        return menu(_("We know no place for this yet."), (_("Talk to someone"), Link("talk.talk")))
    choices = [(line(f, _), to(clinic, need=need, area=area, code=f.clinic.code)) for f in found]
    return menu("", *choices)


def line(found: Found, _: Translator) -> str:
    """One line of the list: name, open or not, whether we checked it, how far."""
    facts = [_open(found, _)]
    if found.clinic.checked:
        facts.append(_("checked"))
    if found.distance_km is not None:
        facts.append(f"{found.distance_km:.0f}km")
    return f"{clip(found.clinic.name, NAME)}: {', '.join(f for f in facts if f)}"


def _open(found: Found, _: Translator) -> str:
    if found.open_now:
        return _("open")
    if found.opens_at:
        return _("opens {hour}").format(hour=_day_and_hour(found.opens_at, _))
    return _("hours unknown")


def _day_and_hour(when: datetime, _: Translator) -> str:
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return f"{days[when.weekday()]} {clock(when)}"


@screen()
def clinic(caller: Caller, _: Translator, need: str, area: str, code: str) -> Shown:
    found = caller.world.directory.get(code)
    if found is None:
        return menu(_("This place is not in the list any more."), (_("Other places"), to(places, need=need, area=area)))
    args = {"need": need, "area": area, "code": code}
    choices = [(_("Send me there"), to(may_text, **args))] if can_be_sent_to(caller, found) else []
    return menu(_about(caller, found, _), *choices, (_("Other places"), to(places, need=need, area=area)))


def can_be_sent_to(caller: Caller, found: Clinic) -> bool:
    """Only a place checked by us, with a phone that answers."""
    return found.checked and bool(caller.world.roster.nurses(found.code))


def _about(caller: Caller, found: Clinic, _: Translator) -> str:
    home = caller.world.atlas.get(found.area_id)
    hours = _("open day and night") if found.open_24h else found.hours.text if found.hours else _("hours unknown")
    lines = [found.name, ", ".join(home.path[::-1][:2]) if home else "", hours]
    if found.fee:
        lines.append(_("Cost: {fee}").format(fee=found.fee))
    if found.languages:
        lines.append(_("Speaks: {languages}").format(languages=", ".join(found.languages)))
    lines.append(found.notes)
    lines.append(_("Checked by us.") if found.checked else _("From the ministry's list, not checked by us."))
    return "\n".join(line for line in lines if line)


@screen()
def may_text(caller: Caller, _: Translator, need: str, area: str, code: str) -> Shown:
    args = {"need": need, "area": area, "code": code}
    return menu(
        _("They get a code, not your number. May we text you their answer, in neutral words?"),
        (_("Yes"), to(may_ask, text=True, **args)),
        (_("No, I dial to see"), to(may_ask, text=False, **args)),
    )


@screen()
def may_ask(caller: Caller, _: Translator, need: str, area: str, code: str, text: bool) -> Shown:
    args = {"need": need, "area": area, "code": code, "text": text}
    if not text:
        return referred(caller, _, ask=False, **args)
    return menu(
        _("May we ask you once, later, how it went?"),
        (_("Yes"), to(referred, ask=True, **args)),
        (_("No"), to(referred, ask=False, **args)),
    )


@screen()
def referred(caller: Caller, _: Translator, need: str, area: str, code: str, text: bool, ask: bool) -> Shown:
    """The code stands on the last line, so that it can be copied."""
    found = caller.world.directory.get(code)
    if found is None or not can_be_sent_to(caller, found):
        return menu(_("This place cannot take you now."), (_("Other places"), to(places, need=need, area=area)))
    number = referral.new_code()
    said = _("{clinic} knows that you come. Tell them this code, you need not say why. Your code: {code}")
    return end(
        said.format(clinic=clip(found.name, NAME), code=number),
        do=[intents.Refer(number, need, code, area, text, ask)],
    )


@screen(owner=True)
def visits(caller: Caller, _: Translator) -> Shown:
    choices = [(_visit_line(caller, v, _), to(visit, code=v.code)) for v in caller.visits]
    return menu(_("My visit"), *choices)


def _visit_line(caller: Caller, visit: referral.Referral, _: Translator) -> str:
    mark = "! " if visit.waiting else ""
    found = caller.world.directory.get(visit.clinic)
    return f"{mark}{visit.code} {clip(found.name if found else '?', NAME)}"


@screen(owner=True)
def visit(caller: Caller, _: Translator, code: str) -> Shown:
    found = next((v for v in caller.visits if v.code == code), None)
    if found is None:
        return menu(_("This code is over."))
    states = {
        "sent": _("They have not answered yet."),
        "welcome": _("They say: you are welcome."),
        "full": _("They are full now."),
        "came": _("They say that you came."),
        "missed": _("They say that you did not come. You can still go."),
    }
    choices = []
    if found.waiting:
        choices.append((_("Read their words"), to(visit_words, code=code)))
    choices.append((_("Write to them"), to(visit_write, code=code)))
    if found.step in ("full", "sent", "missed"):
        choices.append((_("Other places"), to(places, need=found.need, area=found.area)))
    if not found.answer:
        choices.append((_("How did it go?"), to(visit_rate, code=code)))
    return menu(f"{code}. {states[found.step]}", *choices)


@screen(owner=True)
def visit_words(caller: Caller, _: Translator, code: str) -> Shown:
    found = next((v for v in caller.visits if v.code == code), None)
    words = " / ".join(found.waiting) if found else ""
    return menu(words or _("Nothing new."), (_("Write to them"), to(visit_write, code=code)), do=[intents.Heard(code)])


@screen(owner=True)
def visit_write(caller: Caller, _: Translator, code: str) -> Shown:
    return ask(_("What do you want to tell them? No names are needed."), to(visit_written, code=code), "words")


@screen(owner=True)
def visit_written(caller: Caller, _: Translator, code: str, words: str) -> Shown:
    return end(_("Thank you. We pass it on."), do=[intents.Ask(code, clip(words, LONGEST_WORDS))])


@screen(owner=True)
def visit_rate(caller: Caller, _: Translator, code: str) -> Shown:
    return menu(
        _("How did it go?"),
        (_("They treated me well"), to(visit_rated, code=code, answer="good")),
        (_("They treated me badly"), to(visit_rated, code=code, answer="bad")),
        (_("I did not go"), to(visit_rated, code=code, answer="not")),
    )


@screen(owner=True)
def visit_rated(caller: Caller, _: Translator, code: str, answer: str) -> Shown:
    return end(_("Thank you. It helps us to choose places."), do=[intents.Rate(code, answer)])
