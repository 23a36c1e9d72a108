"""Staff put a warning together: kind, area, place, words, hour, one look at it, then send. Also updates."""

from msgspec.structs import replace

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.alert import Alert, Kind, State
from gateway.model.caller import Caller
from gateway.model.subscription import Wording
from gateway.wording import clock, kind_name, update, warning
from menus.places import area_name, choose_area
from menus.screen import Args, Shown, Translator, ask, end, menu, screen, to

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
    """One look before it goes: the neutral text, whom it reaches, and whether a second person must agree."""
    draft = drafted(caller, so_far)
    show = update if so_far.get("update") else warning
    dial = caller.world.house.service_code
    shown = show(draft, area_name(caller, draft.area), Wording.NEUTRAL, _, caller.world.local, dial)
    people = reach(caller, draft.area)
    note = _("About {n} people.").format(n=people) if people >= 10 else _("Fewer than 10 people.")
    if needs_second(caller, people, so_far):
        note += " " + _("A second person must confirm.")
    choices = [(_("Send"), to(sent, **so_far))]
    twin = _twin(caller, draft) if not so_far.get("number") else None
    if twin:
        choices.insert(
            0, (_("Update {number} instead").format(number=twin.number), to(sent, **_as_update(so_far, twin)))
        )
    if not so_far.get("number"):
        choices.append((_("Practice, staff only"), to(sent, **so_far, drill=True)))
    return menu(f"{shown}\n{note}", *choices)


def drafted(caller: Caller, so_far: Args) -> Alert:
    """The warning as it would go out."""
    return Alert(
        number=int(so_far.get("number", 0)),
        kind=Kind(str(so_far["kind"])),
        area=str(so_far["area"]),
        state=State.LIVE,
        at=caller.now,
        until=caller.now + int(so_far["hours"]) * 3600,
        place=clip(str(so_far["place"]), 60),
        text=clip(str(so_far["text"]), LONGEST_TEXT),
    )


def reach(caller: Caller, area: str) -> int:
    """Opt-ins to this area, what lies under it and above it; somebody in two of them counts twice."""
    return sum(caller.members.get(id_, 0) for id_ in caller.world.atlas.audience_areas(area))


def needs_second(caller: Caller, people: int, so_far: Args) -> bool:
    if so_far.get("drill") or so_far.get("update"):
        return False
    reported = bool(so_far.get("number"))  # then the reporter is the first, the verifier the second
    house = caller.world.house
    return people > house.proposal_audience or (house.approvals > 1 and not reported) or house.approvals > 1


def _twin(caller: Caller, draft: Alert) -> Alert | None:
    """A live warning of the same kind, area and quarter of an hour is the same event."""
    same = (
        a for a in caller.world.alerts.values() if a.live(caller.now) and a.kind == draft.kind and a.area == draft.area
    )
    return next((a for a in same if caller.now - a.at < SAME), None)


def _as_update(so_far: Args, twin: Alert) -> Args:
    return {**so_far, "number": twin.number, "update": True}


@screen(staff=True)
def sent(caller: Caller, _: Translator, **so_far: str | int | bool) -> Shown:
    draft = drafted(caller, so_far)
    if so_far.get("update"):
        return _updated(caller, _, draft)
    propose = needs_second(caller, reach(caller, draft.area), so_far)
    said = _("Waits for a second person.") if propose else _("It goes out now. A text tells you how far it is.")
    if draft.number:
        case = caller.world.case(draft.number)
        if case is None or not case.waits:
            return menu(_("Somebody has already decided this one."))
        return end(said, do=[intents.Confirm(draft.number, draft.place, draft.text, draft.until, propose)])
    drill = bool(so_far.get("drill"))
    return end(said, do=[intents.Send(draft.kind, draft.area, draft.place, draft.text, draft.until, drill, propose)])


def _updated(caller: Caller, _: Translator, draft: Alert) -> Shown:
    found = caller.world.case(draft.number)
    if found is None or not found.live(caller.now):
        return menu(_("This alert is over."))
    new = replace(found, place=draft.place or found.place, text=draft.text or found.text)
    return end(
        _("It goes out now. A text tells you how far it is."),
        do=[intents.Update(new.number, new.place, new.text, draft.until)],
    )
