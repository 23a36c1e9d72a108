"""The staff's menu, behind their PIN: what is to check, what is live, duty and locked colleagues."""

from gateway.model import intents
from gateway.model.alert import Alert, State
from gateway.model.caller import Caller
from gateway.model.referral import is_code
from gateway.model.staff import Role, Staff
from gateway.wording import clock, kind_name, where
from menus import compose
from menus.places import area_name
from menus.screen import Refused, Shown, Translator, ask, end, menu, screen, to

LONGEST_WORDS = 100


def me(caller: Caller) -> Staff:
    """The staff member calling. Screens for staff are entered by nobody else."""
    if caller.staff is None:
        raise Refused("")
    return caller.staff


def in_scope(caller: Caller, area: str) -> bool:
    """Staff act in their own area and what lies under it."""
    own = me(caller).area
    return not own or caller.world.atlas.contains(own, area)


def to_check(caller: Caller) -> list[Alert]:
    """Cases this person may decide: in scope, or handed to her; never her own. Most reported first."""
    staff = me(caller)
    found = [a for a in caller.world.alerts.values() if a.waits and may_decide(caller, staff, a)]
    return sorted(found, key=lambda a: (-a.raised, a.at))


def may_decide(caller: Caller, staff: Staff, case: Alert) -> bool:
    if case.number in caller.own_reports or case.author == staff.id or not staff.sends:
        return False
    report = caller.world.report(case.number)
    asked = report is not None and staff.id in report.asked
    return asked or (in_scope(caller, case.area) and (staff.verifies or case.state is State.PROPOSED))


@screen(staff=True)
def team(caller: Caller, _: Translator) -> Shown:
    staff = me(caller)
    alarms = (
        [_("Alarm: {names}").format(names=", ".join(sorted(caller.world.alarms.values())))]
        if caller.world.alarms
        else []
    )
    if staff.role is Role.CLINIC:
        return menu("\n".join(alarms) or staff.name, (_("Answer a code"), to(visitor)))
    waiting, live = to_check(caller), live_here(caller)
    locked = [p for p in caller.world.roster.people if p.locked(caller.now) and p.id != staff.id]
    choices = [
        (_("To check: {n}").format(n=len(waiting)), to(check_list)),
        (_("Send a warning"), to(compose.kind)),
        (_("Live: {n}").format(n=len(live)), to(live_list)),
        (_("I go off duty"), to(duty, on=False)) if on_duty(caller) else (_("I go on duty"), to(duty, on=True)),
    ]
    if locked:
        choices.append((_("Unlock a colleague"), to(locked_list)))
    if staff.role is Role.ADMIN:
        choices.append((_("Words to us: {n}").format(n=len(caller.world.words)), to(words)))
    return menu("\n".join(alarms), *choices)


def on_duty(caller: Caller) -> bool:
    staff = me(caller)
    return staff in caller.world.roster.on_duty((staff,), caller.local)


def live_here(caller: Caller) -> list[Alert]:
    return [a for a in caller.world.alerts.values() if a.live(caller.now) and in_scope(caller, a.area)]


@screen(staff=True)
def check_list(caller: Caller, _: Translator) -> Shown:
    choices = [(_line(caller, a, _), to(case, number=a.number)) for a in to_check(caller)]
    return menu("" if choices else _("Nothing to check."), *choices)


def _line(caller: Caller, found: Alert, _: Translator) -> str:
    return f"{found.number} {kind_name(found.kind, _)}, {area_name(caller, found.area)} {clock(caller.world.local(found.at))}"


@screen(staff=True)
def case(caller: Caller, _: Translator, number: int) -> Shown:
    """What was reported, in the reporters' words; or what a colleague proposes."""
    found = caller.world.case(number)
    if found is None or not found.waits:
        return menu(_("Somebody has already decided this one."), (_("To check"), to(check_list)))
    report = caller.world.report(number)
    heard = "; ".join(p for p in report.places if p) if report else where(found, area_name(caller, found.area))
    raised = _("{n} people told us").format(n=found.raised) if found.raised > 1 else ""
    text = "\n".join(t for t in (_line(caller, found, _), heard, found.text, raised) if t)
    if found.number in caller.own_reports or found.author == me(caller).id:
        return menu(text + "\n" + _("Yours: somebody else decides."))
    yes = to(proposal_confirmed, number=number) if found.state is State.PROPOSED else to(compose.place, **_start(found))
    return menu(text, (_("Confirm"), yes), (_("Reject"), to(reject, number=number)))


def _start(found: Alert) -> dict[str, str | int]:
    return {"number": found.number, "kind": found.kind.value, "area": found.area}


@screen(staff=True)
def proposal_confirmed(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or found.state is not State.PROPOSED or not may_decide(caller, me(caller), found):
        return menu(_("Somebody has already decided this one."), (_("To check"), to(check_list)))
    until = max(found.until, caller.now + 900)
    done = intents.Confirm(number, found.place, found.text, until)
    return end(_("Warning {number} goes out now.").format(number=number), do=[done])


@screen(staff=True)
def reject(caller: Caller, _: Translator, number: int) -> Shown:
    return menu(
        _("Reject {number}? Nobody will be warned.").format(number=number), (_("Reject"), to(rejected, number=number))
    )


@screen(staff=True)
def rejected(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or not found.waits or not may_decide(caller, me(caller), found):
        return menu(_("Somebody has already decided this one."), (_("To check"), to(check_list)))
    return menu(_("Rejected."), (_("To check"), to(check_list)), do=[intents.Reject(number)])


@screen(staff=True)
def live_list(caller: Caller, _: Translator) -> Shown:
    choices = [(_line(caller, a, _), to(live, number=a.number)) for a in live_here(caller)]
    return menu("" if choices else _("Nothing is live."), *choices)


@screen(staff=True)
def live(caller: Caller, _: Translator, number: int) -> Shown:
    found = caller.world.case(number)
    if found is None or not found.live(caller.now) or not in_scope(caller, found.area):
        return menu(_("This alert is over."), (_("Live"), to(live_list)))
    until = clock(caller.world.local(found.until))
    text = (
        f"{_line(caller, found, _)}\n{found.place} {found.text}".rstrip()
        + "\n"
        + _("Until {until}").format(until=until)
    )
    return menu(
        text,
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
    if found is None or not found.live(caller.now) or not in_scope(caller, found.area):
        return menu(_("This alert is over."), (_("Live"), to(live_list)))
    return menu(_("Done. The ending goes out now."), (_("Live"), to(live_list)), do=[intents.Clear(number)])


@screen(staff=True)
def duty(caller: Caller, _: Translator, on: bool) -> Shown:
    text = _("You are on duty.") if on else _("You are off duty. You get no texts.")
    return menu(text, (_("Team"), to(team)), do=[intents.Duty(on)])


@screen(staff=True)
def locked_list(caller: Caller, _: Translator) -> Shown:
    locked = [p for p in caller.world.roster.people if p.locked(caller.now) and p.id != me(caller).id]
    return menu(_("Who is with you?"), *[(p.name, to(unlocked, staff_id=p.id)) for p in locked])


@screen(staff=True)
def unlocked(caller: Caller, _: Translator, staff_id: str) -> Shown:
    return menu(_("Unlocked."), (_("Team"), to(team)), do=[intents.Unlock(staff_id)])


@screen(staff=True)
def words(caller: Caller, _: Translator) -> Shown:
    """Callers' words to the service, without their numbers."""
    if me(caller).role is not Role.ADMIN:
        return menu("")
    return menu("\n".join(f"- {said}" for said in caller.world.words.values()) or _("Nothing new."))


@screen(staff=True)
def visitor(caller: Caller, _: Translator) -> Shown:
    return ask(_("Which code?"), to(visitor_code), "code")


@screen(staff=True)
def visitor_code(caller: Caller, _: Translator, code: str) -> Shown:
    if not is_code(code):
        raise Refused(_("A code has 5 digits. Please check it."))
    answers = (_("Welcome"), _("We are full"), _("Came"), _("Did not come"))
    choices = [(label, to(visitor_said, code=code, answer=i)) for i, label in enumerate(answers, 1)]
    return menu(code, *choices, (_("Pass on words"), to(visitor_words, code=code)))


@screen(staff=True)
def visitor_words(caller: Caller, _: Translator, code: str) -> Shown:
    return ask(_("Your words? The visitor reads them by dialling."), to(visitor_said, code=code, answer=5), "words")


@screen(staff=True)
def visitor_said(caller: Caller, _: Translator, code: str, answer: int, words: str = "") -> Shown:
    return menu(_("Thank you."), (_("Answer a code"), to(visitor)), do=[intents.ClinicSays(code, answer, words)])
