"""Alerts near me: what is on now, what was, and joining and leaving."""

from gateway.model import intents
from gateway.model.alert import Alert
from gateway.model.caller import Caller
from gateway.model.subscription import MOST_AREAS
from gateway.wording import clock, day_and_month, kind_name, where
from menus.places import area_name, choose_area
from menus.screen import Link, Shown, Translator, menu, screen, to

Choices = list[tuple[str, Link]]


@screen(owner=True)
def alerts(caller: Caller, _: Translator) -> Shown:
    """Live warnings first; they are what this is dialled for."""
    live = caller.world.live_alerts(caller.areas, caller.now)
    choices: Choices = [(_live_line(caller, a), to(alert, number=a.number)) for a in live[:4]]
    if caller.areas:
        text = "" if live else _("No alert in your areas now. That does not mean safe.")
        choices.append((_("Last 7 days"), to(past)))
    else:
        text = _("You get no alerts yet.")
    choices += [
        (_("Get alerts"), choose_area(to(join))),
        (_("Look up a place"), choose_area(to(look))),
        (_("I am elsewhere tonight"), choose_area(to(tonight))),
    ]
    if caller.areas:
        choices.append((_("Leave an area"), to(leave)))
    return menu(text, *choices)


def _live_line(caller: Caller, found: Alert) -> str:
    local = caller.world.local
    return f"! {area_name(caller, found.area)} {clock(local(found.at))}-{clock(local(found.until))}"


@screen()
def alert(caller: Caller, _: Translator, number: int) -> Shown:
    """All that is known, by kind, place and hour."""
    found = caller.world.case(number)
    if found is None or not found.warned:
        return menu(_("This alert is over."))
    local = caller.world.local
    facts = {
        "kind": kind_name(found.kind, _),
        "where": where(found, area_name(caller, found.area)),
        "at": clock(local(found.at)),
        "until": clock(local(found.until)),
    }
    if not found.live(caller.now):
        return menu(_("{kind}, {where}, {at}: has ended. Stay careful.").format(**facts))
    text = _("{kind}: {where}. Since {at}, until {until}.").format(**facts)
    return menu(
        f"{text} {found.text}".strip(),
        (_("My rights"), Link("rights.rights")),
        (_("Talk to someone"), Link("talk.talk")),
    )


@screen(neutral=True)
def look(caller: Caller, _: Translator, area: str) -> Shown:
    """A place looked up without joining; nothing is kept."""
    name = area_name(caller, area)
    live = caller.world.live_alerts((area,), caller.now)
    choices: Choices = [(_live_line(caller, a), to(alert, number=a.number)) for a in live[:4]]
    text = "" if live else _("{area}: no alert now. That does not mean safe.").format(area=name)
    return menu(text, *choices, (_("Last 7 days"), to(past, area=area)), (_("Get alerts"), to(join, area=area)))


@screen(owner=True)
def past(caller: Caller, _: Translator, area: str = "") -> Shown:
    """Kind, area and part of day: no counts and no words."""
    areas = (area,) if area else caller.areas
    lines = [_past_line(caller, a, _) for a in caller.world.past_alerts(areas, caller.now)[:8]]
    return menu("\n".join(lines) if lines else _("Nothing in the last 7 days."))


def _past_line(caller: Caller, found: Alert, _: Translator) -> str:
    when = caller.world.local(found.at)
    part = [_("night"), _("morning"), _("afternoon"), _("evening")][when.hour // 6]
    return f"{day_and_month(when, _)} {part}: {kind_name(found.kind, _)}, {area_name(caller, found.area)}"


def too_many(areas: int, _: Translator) -> str:
    said = _.ngettext("You have {n} area. Leave it first.", "You have {n} areas. Leave one first.", areas)
    return said.format(n=areas)


def no_room(_: Translator) -> str:
    return _("We cannot add anything just now. Please try again later.")


@screen(neutral=True)
def join(caller: Caller, _: Translator, area: str, tonight: bool = False) -> Shown:
    """What to know before saying yes. Change its meaning, and CONSENT_WORDING must rise."""
    if caller.opened and len(caller.areas) >= MOST_AREAS:
        return menu(too_many(len(caller.areas), _), (_("Leave an area"), to(leave)))
    if caller.world.full:
        return menu(no_room(_))
    text = _(
        "Alerts for {area} come as texts and stay on the phone. Your network and we can see that you use this. "
        "An alert can be late or missing: no alert does not mean safe. To leave send STOP. Join?"
    )
    yes = to(joined, area=area, tonight=tonight)
    return menu(text.format(area=area_name(caller, area)), (_("Yes, join"), yes), (_("No"), Link("home.home")))


@screen()
def joined(caller: Caller, _: Translator, area: str, tonight: bool = False) -> Shown:
    if caller.world.full:
        return menu(no_room(_))
    live = caller.world.live_alerts((area,), caller.now)
    said = _("Done. You get alerts for {area} until tomorrow.") if tonight else _("Done. You get alerts for {area}.")
    text = said.format(area=area_name(caller, area))
    choices: Choices = [(_live_line(caller, a), to(alert, number=a.number)) for a in live[:2]]
    more = [(_("One more area"), choose_area(to(join))), (_("How alerts are worded"), Link("settings.wording"))]
    return menu(text, *choices, *more, do=[intents.Tonight(area) if tonight else intents.Join(area)])


@screen(neutral=True)
def tonight(caller: Caller, _: Translator, area: str) -> Shown:
    """For somebody who is seen to have said yes; anybody else reads what to know first."""
    if not (caller.subscription and caller.opened):
        return join(caller, _, area, tonight=True)
    return joined(caller, _, area, tonight=True)


@screen(owner=True)
def leave(caller: Caller, _: Translator) -> Shown:
    choices = [(area_name(caller, id_) or "?", to(left, area=id_)) for id_ in caller.areas]
    return menu(_("Which area do you leave?") if choices else _("You have no areas."), *choices)


@screen(owner=True)
def left(caller: Caller, _: Translator, area: str) -> Shown:
    text = _("Done. No more alerts for {area}.").format(area=area_name(caller, area))
    return menu(text, (_("Leave an area"), to(leave)), do=[intents.Leave(area)])
