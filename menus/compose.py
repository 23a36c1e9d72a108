"""Staff put a warning together: kind, area, place, words, hour, one look at it, then send. Also updates."""

from msgspec.structs import replace

from gateway.gsm import clip, hints
from gateway.model import intents
from gateway.model.alert import Alert, Kind, State
from gateway.model.caller import Caller
from gateway.model.subscription import Wording
from gateway.quote import Say, quoted
from gateway.wording import clock, kind_name, next_hour, update, warning
from menus.authority import asks_anew, in_scope, may_change, may_decide, needs_second, reach
from menus.places import area_name, choose_area
from menus.screen import Args, Link, Shown, Translator, ask, end, menu, redirect, screen, to

LONGEST_PLACE = 60
LONGEST_TEXT = 80
SAME = 900
HOURS = (1, 3, 6, 12)


@screen(staff=True)
def kind(caller: Caller, _: Translator) -> Shown:
    choices = [(kind_name(k, _), choose_area(to(place, kind=k.value))) for k in Kind]
    return menu(_("What is it?"), *choices)


@screen(staff=True)
def place(caller: Caller, _: Translator, **so_far: str | int | bool) -> Shown:
    """The sender's or verifier's own words: a reporter's never go out."""
    found = caller.world.case(int(so_far.get("number", 0)))
    if so_far.get("update") and found and asks_anew(caller, found):
        return menu(send_anew(_), (_("Send a warning"), to(kind)))
    if not so_far.get("number") and not in_scope(caller, str(so_far["area"])):
        return menu(_("Not one of your areas."), (_("Send a warning"), to(kind)))
    return ask(
        _("Place to avoid? Never where to go, no names."),
        to(text, **so_far),
        "place",
        (_("No place"), to(text, **so_far, place="")),
    )


@screen(staff=True)
def text(caller: Caller, _: Translator, **so_far: str | int | bool) -> Shown:
    return ask(
        _("More words? Only plain texts and the screen show them."),
        to(hours, **so_far),
        "text",
        (_("No more words"), to(hours, **so_far, text="")),
    )


@screen(staff=True)
def hours(caller: Caller, _: Translator, **so_far: str | int | bool) -> Shown:
    choices = [
        (
            _("{hour} ({n} h)").format(hour=clock(caller.world.local(caller.now + n * 3600)), n=n),
            to(look, **so_far, hours=n),
        )
        for n in HOURS
    ]
    return menu(_("Until when?"), *choices)


@screen(staff=True)
def look(caller: Caller, _: Translator, **so_far: str | int | bool) -> Shown:
    """One look before it goes: the neutral text, whom it reaches at what cost, whether a second person must agree."""
    draft = drafted(caller, so_far)
    show = update if so_far.get("update") else warning
    dial = caller.world.house.service_code
    shown = show(draft, area_name(caller, draft.area), Wording.NEUTRAL, _, caller.world.local, dial)
    note = price(caller, draft, _, show)
    if needs_second(caller, draft.area) and not so_far.get("update"):
        note += " " + _("A second person confirms.")
    if draft.number:
        return menu(f"{shown}\n{note}", (_("Send"), to(sent, **so_far)))
    twin = twin_of(caller, draft.kind, draft.area)
    send = (_("Send"), to(sent, **so_far, twin=twin.number if twin else 0))
    instead = [(_("Update {number} instead").format(number=twin.number), to(sent, **_as(twin, so_far)))] if twin else []
    return menu(f"{shown}\n{note}", *instead, send, (_("Practice, staff only"), to(sent, **so_far, drill=True)))


def price(caller: Caller, draft: Alert, _: Translator, say: Say = warning) -> str:
    """Who would get it late, how many get it, and what it costs at most."""
    found = quoted(draft, area_name(caller, draft.area), reach(caller, draft.area), caller.world, say)
    about = _.ngettext("About {n} person", "About {n} people", found.people).format(n=found.people)
    people = about if found.people else _("<10 people")
    # Translators: {people}, each of whom gets at most so many text messages, which cost {cost} together at most.
    cost = _("{people} x {n} SMS, max {cost}.")
    cost = cost.format(people=people, n=found.segments, cost=caller.world.house.tariff.amount(found.cost))
    return "\n".join(line for line in (held(caller, _), cost, costly(draft, _)) if line)


def held(caller: Caller, _: Translator) -> str:
    """Networks whose people get it later only: the sender's class there keeps hours."""
    # Translators: {network} is a mobile operator, which delivers our texts from that hour on.
    said = _("{network}: texts wait until {hour}.")
    closed = caller.world.house.tariff.closed(caller.local)
    return " ".join(said.format(network=c.name, hour=next_hour(c.opens(caller.local), caller.local, _)) for c in closed)


def costly(draft: Alert, _: Translator) -> str:
    """Letters of the place and words that make the text dear, with what to write instead."""
    letters = [f"{char} = {instead}" if instead else char for char, instead in hints(f"{draft.place} {draft.text}")]
    # Translators: letters that make a text cost more, some with others to write instead.
    return _("These cost more: {letters}").format(letters=", ".join(letters)) if letters else ""


def drafted(caller: Caller, so_far: Args) -> Alert:
    """The warning as it would go out."""
    return Alert(
        number=int(so_far.get("number", 0)),
        kind=Kind(str(so_far["kind"])),
        area=str(so_far["area"]),
        state=State.LIVE,
        at=caller.now,
        until=caller.now + int(so_far["hours"]) * 3600,
        place=clip(str(so_far["place"]), LONGEST_PLACE),
        text=clip(str(so_far["text"]), LONGEST_TEXT),
    )


def twin_of(caller: Caller, kind: Kind, area: str) -> Alert | None:
    """A live warning of the same kind, area and quarter of an hour is the same event, if it may be updated."""
    live = (a for a in caller.world.alerts.values() if a.live(caller.now) and not a.drill)
    same = (a for a in live if (a.kind, a.area) == (kind, area))
    return next((a for a in same if caller.now - a.at < SAME and not asks_anew(caller, a)), None)


def proposal_of(caller: Caller, kind: Kind, area: str) -> Alert | None:
    """What a colleague proposes just now, of the same kind and area: to be decided rather than proposed once more."""
    asked = (a for a in caller.world.alerts.values() if a.state is State.PROPOSED and may_decide(caller, a))
    return next((a for a in asked if (a.kind, a.area) == (kind, area) and caller.now - a.at < SAME), None)


def _as(twin: Alert, so_far: Args) -> Args:
    return {**so_far, "number": twin.number, "update": True}


@screen(staff=True)
def sent(caller: Caller, _: Translator, **so_far: str | int | bool) -> Shown:
    """Asked again at the last moment: somebody else may have decided, or sent the same, meanwhile."""
    draft, drill = drafted(caller, so_far), bool(so_far.get("drill"))
    if so_far.get("update"):
        return _updated(caller, _, draft)
    seen = so_far.pop("twin", 0)
    twin = None if draft.number or drill else twin_of(caller, draft.kind, draft.area)
    if twin and twin.number != seen:
        return redirect(to(look, **so_far), caller, _)
    propose = needs_second(caller, draft.area) and not drill
    if propose and not draft.number and (proposed := proposal_of(caller, draft.kind, draft.area)):
        return redirect(Link("team.case", {"number": proposed.number}), caller, _)
    said = going_out(propose, _)
    if draft.number:
        case = caller.world.case(draft.number)
        if case is None or not may_decide(caller, case):
            return menu(_("Somebody has already decided this one."))
        return end(said, do=[intents.Confirm(draft.number, draft.place, draft.text, draft.until, propose)])
    return end(said, do=[intents.Send(draft.kind, draft.area, draft.place, draft.text, draft.until, drill, propose)])


def seconded(case: Alert, now: int) -> intents.Confirm:
    """A proposal as it stands, with at least a quarter of an hour to live."""
    return intents.Confirm(case.number, case.place, case.text, max(case.until, now + SAME))


def send_anew(_: Translator) -> str:
    return _("New words need a second person: send them as a new warning.")


def going_out(propose: bool, _: Translator) -> str:
    """What the sender reads last."""
    return _("Waits for a second person.") if propose else _("It goes out now. A text tells you how far it is.")


def _updated(caller: Caller, _: Translator, draft: Alert) -> Shown:
    found = caller.world.case(draft.number)
    if found is None or not may_change(caller, found):
        return menu(_("This alert is over."))
    new = replace(found, place=draft.place or found.place, text=draft.text or found.text)
    words = clip(found.place, LONGEST_PLACE), clip(found.text, LONGEST_TEXT)  # as `drafted` carries them along
    if asks_anew(caller, found) and (draft.place or words[0], draft.text or words[1]) != words:
        return menu(send_anew(_), (_("Send a warning"), to(kind)))
    return end(going_out(False, _), do=[intents.Update(new.number, new.place, new.text, draft.until)])
