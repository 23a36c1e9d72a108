"""Health: from a need, by urgency, to a place; then, if wanted, sent there under a code."""

from gateway.gsm import clip
from gateway.model import intents, referral
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.directory import Found
from gateway.model.needs import NEEDS
from gateway.wording import day_and_hour, need_name, works_with
from menus import pages, visits
from menus.places import choose_area
from menus.screen import Link, Shown, Translator, end, menu, screen, to

OFFERED = 6


@screen(neutral=True)
def health(caller: Caller, _: Translator) -> Shown:
    """A text said only that an answer waits: what it is stands first, for whoever comes to read it."""
    needs = [(need_name(need, _), to(when) if NEEDS[need].urgent else _places(need)) for need in NEEDS]
    mine = []
    if caller.visits or not caller.opened:  # a line that comes and goes would tell who is behind the PIN
        mine.append((_("My visit"), to(visits.visits)))
    return menu(_("What do you need?"), *mine, *needs)


def _places(need: str) -> Link:
    return choose_area(to(places, need=need))


@screen()
def when(caller: Caller, _: Translator) -> Shown:
    """Within three days every hour counts; later it is still worth going."""
    return menu(
        _("When was it?"),
        (_("In the last 3 days"), to(soon)),
        (_("3 to 5 days ago"), to(later)),
        (_("More than 5 days ago"), to(later)),
    )


@screen()
def soon(caller: Caller, _: Translator) -> Shown:
    text = _("Medicines can still stop HIV and pregnancy. The sooner the better: go today.")
    return menu(text, (_("Find a place"), _places("hurt")))


@screen()
def later(caller: Caller, _: Translator) -> Shown:
    text = _("It is still worth going: for wounds, tests, pregnancy, and someone who listens.")
    return menu(text, (_("Find a place"), _places("hurt")))


@screen()
def places(caller: Caller, _: Translator, need: str, area: str, but: str = "") -> Shown:
    """`but`: a clinic that was full, or silent."""
    nearest = caller.world.directory.nearest(need, area, caller.local, OFFERED + 1)
    found = [f for f in nearest if f.clinic.code != but][:OFFERED]
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
    return f"{clip(found.clinic.name, visits.NAME)}: {', '.join(f for f in facts if f)}"


def _open(found: Found, _: Translator) -> str:
    if found.open_now:
        return _("open")
    if found.opens_at:
        return _("opens {hour}").format(hour=day_and_hour(found.opens_at, _))
    return _("hours unknown")


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
        names = dict(caller.world.house.languages)
        spoken = ", ".join(names.get(code, code) for code in found.languages)
        lines.append(_("Speaks: {languages}").format(languages=spoken))
    lines.append(found.notes)
    lines.append(works_with(found.police, found.immigration, _))
    lines.append(_("Checked by us.") if found.checked else _("From the ministry's list, not checked by us."))
    return "\n".join(line for line in lines if line)


@screen()
def may_text(caller: Caller, _: Translator, need: str, area: str, code: str) -> Shown:
    args = {"need": need, "area": area, "code": code}
    if caller.sent_enough:
        return _cannot(caller, _, need, area)
    return menu(
        _("They get a code, not your number. May we text you their answer, in neutral words?"),
        (_("Yes"), to(may_ask, text=True, **args)),
        (_("No, I dial to see"), to(may_ask, text=False, **args)),
    )


def _cannot(caller: Caller, _: Translator, need: str, area: str) -> Shown:
    """Enough visits are said plainly to whoever may see them: behind a PIN it looks as if the place were closed."""
    known = sum(v.open for v in caller.visits)
    if caller.sent_enough and caller.opened and known:
        said = _.ngettext(
            "{n} place knows already that you come. See what it says.",
            "{n} places know already that you come. See what they say.",
            known,
        )
        text = said.format(n=known)
        return menu(text, (_("My visit"), to(visits.visits)))
    return menu(_("This place cannot take you now."), (_("Other places"), to(places, need=need, area=area)))


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
    if caller.sent_enough or found is None or not can_be_sent_to(caller, found):
        return _cannot(caller, _, need, area)
    number = referral.new_code()
    said = _("{clinic} knows that you come. Tell them this code, you need not say why. Your code: {code}")
    whole = said.format(clinic=found.name, code=number)
    if not pages.fits(whole):
        whole = said.format(clinic=clip(found.name, visits.NAME), code=number)
    return end(
        whole,
        do=[intents.Refer(number, need, code, area, text, ask)],
    )
