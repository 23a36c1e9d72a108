"""The staff's menu, behind their PIN: what is to check, what is live, duty and locked colleagues."""

from gateway.model import intents
from gateway.model.alert import Alert, State
from gateway.model.caller import Caller, World
from gateway.model.staff import Role, Staff
from gateway.wording import clock, kind_name, where
from menus import compose, moderation, responding, visitors
from menus.authority import may_change, may_decide, me
from menus.places import area_name
from menus.screen import Link, Shown, Translator, end, menu, name_of, screen, to
from menus.session import Session


def to_check(caller: Caller) -> list[Alert]:
    """Cases that this person may decide, most reported first."""
    found = [a for a in caller.world.alerts.values() if may_decide(caller, a)]
    return sorted(found, key=lambda a: (-a.raised, a.at))


@screen(staff=True)
def team(caller: Caller, _: Translator) -> Shown:
    staff = me(caller)
    names = ", ".join(sorted(map(_, caller.world.alarms.values())))
    alarm = _("Alarm: {names}").format(names=names) if names else ""
    if staff.role is Role.CLINIC:
        return menu(alarm or staff.name, (_("Answer a code"), to(visitors.visitor)))
    if staff.role is Role.RESPONDER:
        return menu(alarm or staff.name, *_calls(caller, _), _duty(caller, _))
    choices = [
        *_calls(caller, _),
        (_("To check: {n}").format(n=len(to_check(caller))), to(check_list)),
        (_("Send a warning"), to(compose.kind)),
        (_("Live: {n}").format(n=len(live_here(caller))), to(live_list)),
        _duty(caller, _),
    ]
    if members := moderation.entry(caller, _):
        choices.append(members)
    if locked_colleagues(caller):
        choices.append((_("Unlock a colleague"), to(locked_list)))
    if staff.role is Role.ADMIN:
        choices.append((_("Words to us: {n}").format(n=len(caller.world.words)), to(words)))
    return menu(alarm, *choices)


def _duty(caller: Caller, _: Translator) -> tuple[str, Link]:
    return (_("I go off duty"), to(duty, on=False)) if on_duty(caller) else (_("I go on duty"), to(duty, on=True))


def _calls(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """First of all, where somebody calls for help; always for those who are there for it."""
    mine = caller.staff is not None and caller.staff.role is Role.RESPONDER
    return [(_("Calls: {n}").format(n=len(caller.calls)), to(responding.calls))] if caller.calls or mine else []


def locked_colleagues(caller: Caller) -> list[Staff]:
    return [p for p in caller.world.roster.people if p.locked(caller.now) and p.id != me(caller).id]


def on_duty(caller: Caller) -> bool:
    staff = me(caller)
    return staff in caller.world.roster.on_duty((staff,), caller.local)


def live_here(caller: Caller) -> list[Alert]:
    found = (a for a in caller.world.alerts.values() if may_change(caller, a))
    return sorted(found, key=lambda a: (a.drill, -a.at, a.number))


@screen(staff=True)
def check_list(caller: Caller, _: Translator) -> Shown:
    choices = [(_line(caller, a, _), to(case, number=a.number)) for a in to_check(caller)]
    return menu("" if choices else _("Nothing to check."), *choices)


def _line(caller: Caller, found: Alert, _: Translator) -> str:
    hour = clock(caller.world.local(found.at))
    line = f"{found.number} {kind_name(found.kind, _)}, {area_name(caller, found.area)} {hour}"
    return _("Practice only. {text}").format(text=line) if found.drill else line


@screen(staff=True)
def case(caller: Caller, _: Translator, number: int) -> Shown:
    """What was reported, in the reporters' words; what a colleague proposes, as it would go out."""
    found = caller.world.case(number)
    if found is None or not found.waits:
        return menu(_("Somebody has already decided this one."), (_("To check"), to(check_list)))
    several = _.ngettext("{n} person told us", "{n} people told us", found.raised).format(n=found.raised)
    proposed = where(found, area_name(caller, found.area)) if found.state is State.PROPOSED else ""
    raised = several if found.raised > 1 else ""
    price = compose.price(caller, found, _) if proposed else ""
    lines = (_line(caller, found, _), _heard(caller, number), raised, proposed, found.text, price)
    text = "\n".join(line for line in lines if line)
    if not may_decide(caller, found):
        return menu(text + "\n" + _("Yours: somebody else decides."))
    yes = to(proposal_confirmed, number=number) if proposed else to(compose.place, **_start(found))
    return menu(text, (_("Confirm"), yes), (_("Reject"), to(reject, number=number)))


def _heard(caller: Caller, number: int, least: int = 1) -> str:
    """The reporters' words, if there are at least so many of them."""
    report = caller.world.report(number)
    return "; ".join(report.places) if report and len(report.places) >= least else ""


def _start(found: Alert) -> dict[str, str | int]:
    return {"number": found.number, "kind": found.kind.value, "area": found.area}


@screen(staff=True)
def proposal_confirmed(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or found.state is not State.PROPOSED or not may_decide(caller, found):
        return menu(_("Somebody has already decided this one."), (_("To check"), to(check_list)))
    said = _("Warning {number} goes out now.").format(number=number)
    return end(said, do=[compose.seconded(found, caller.now)])


def at_hand(session: Session, world: World) -> set[str]:
    """The areas whose people the next screen may speak of: of the warning being put together, of cases listed."""
    links = [session.here, *(choice.to for choice in session.choices if choice.to.screen == name_of(case))]
    cases = (world.case(int(link.args["number"])) for link in links if link.screen == name_of(case))
    areas = {found.area for found in cases if found and found.state is State.PROPOSED}
    if session.here.screen in (name_of(compose.hours), name_of(compose.look)):
        areas.add(str(session.here.args["area"]))
    return areas


@screen(staff=True)
def reject(caller: Caller, _: Translator, number: int) -> Shown:
    return menu(
        _("Reject {number}? Nobody will be warned.").format(number=number), (_("Reject"), to(rejected, number=number))
    )


@screen(staff=True)
def rejected(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or not may_decide(caller, found):
        return menu(_("Somebody has already decided this one."), (_("To check"), to(check_list)))
    return menu(_("Rejected."), (_("To check"), to(check_list)), do=[intents.Reject(number)])


@screen(staff=True)
def live_list(caller: Caller, _: Translator) -> Shown:
    choices = [(_line(caller, a, _), to(live, number=a.number)) for a in live_here(caller)]
    return menu("" if choices else _("Nothing is live."), *choices)


@screen(staff=True)
def live(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or not may_change(caller, found):
        return menu(_("This alert is over."), (_("Live"), to(live_list)))
    until = _("Until {until}").format(until=clock(caller.world.local(found.until)))
    lines = (_line(caller, found, _), _heard(caller, number, least=2), f"{found.place} {found.text}".strip(), until)
    return menu(
        "\n".join(line for line in lines if line),
        (_("New place or words"), to(compose.place, **_start(found), update=True)),
        (_("Longer"), to(compose.hours, **_start(found), place=found.place, text=found.text, update=True)),
        (_("It has ended"), to(clear, number=number)),
    )


@screen(staff=True)
def clear(caller: Caller, _: Translator, number: int) -> Shown:
    text = _("Tell everyone who was warned that {number} has ended?").format(number=number)
    return menu(text, (_("Yes, it has ended"), to(cleared, number=number)))


@screen(staff=True)
def cleared(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or not may_change(caller, found):
        return menu(_("This alert is over."), (_("Live"), to(live_list)))
    return menu(_("Done. The ending goes out now."), (_("Live"), to(live_list)), do=[intents.Clear(number)])


@screen(staff=True)
def duty(caller: Caller, _: Translator, on: bool) -> Shown:
    text = _("You are on duty.") if on else _("You are off duty. You get no texts.")
    return menu(text, (_("Team"), to(team)), do=[intents.Duty(on)])


@screen(staff=True)
def locked_list(caller: Caller, _: Translator) -> Shown:
    choices = [(p.name, to(unlocked, staff_id=p.id)) for p in locked_colleagues(caller)]
    return menu(_("Who is with you?"), *choices)


@screen(staff=True)
def unlocked(caller: Caller, _: Translator, staff_id: str) -> Shown:
    return menu(_("Unlocked."), (_("Team"), to(team)), do=[intents.Unlock(staff_id)])


@screen(staff=True)
def words(caller: Caller, _: Translator) -> Shown:
    """Callers' words to the service, without their numbers."""
    if me(caller).role is not Role.ADMIN:
        return menu("")
    return menu("\n".join(f"- {said}" for said in caller.world.words.values()) or _("Nothing new."))
