"""The policy: which person may do what. Actions check it before they write, and menus check it to hide choices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.model.alert import Alert, AlertState
from gateway.model.area import Atlas
from gateway.model.caller import Caller
from gateway.model.client_report import ClientReport
from gateway.model.intents import ConfirmReport, RemoveClientReport
from gateway.model.intents.intent import Intent, Rule, Scope, SecondVoice, TextAuthority
from gateway.model.referral import Referral
from gateway.model.sos import Sos, SosTier
from gateway.model.staff import NEEDED_ROLES, VERIFIER_ROLES, Role, Staff
from gateway.model.world import World


class Actor(msgspec.Struct, frozen=True):
    """The person who acts, with the person's records from the same read."""

    staff: Staff | None = None
    """as in the roster that guards the commit"""
    own_reports: frozenset[int] = frozenset()
    """numbers of the alerts that this phone reported"""
    member_token: bytes = b""
    """token of purpose member: the author of client reports"""
    sos_by_code: Mapping[str, Sos] = {}
    clinic_referrals: Mapping[str, Referral] = {}
    is_operator: bool = False
    """works at the server's command line"""


def text_authority_table() -> str:
    """Return the table of what a text may do, in Markdown. The last row has every intent that no other row names."""
    kinds = sorted(Intent.__subclasses__(), key=lambda kind: kind.__name__)
    named = {a: ", ".join(f"`{kind.__name__}`" for kind in kinds if kind.by_text is a) for a in TextAuthority}
    named[TextAuthority.USSD_ONLY] = "every other intent"
    rows = "".join(f"| {authority.value} | {names} |\n" for authority, names in named.items())
    return f"| By text or missed call | Intents |\n|---|---|\n{rows}"


def second_voice_table() -> str:
    """Return the table of which intents need a second person, in Markdown. The last row has every other intent."""
    kinds = sorted(Intent.__subclasses__(), key=lambda kind: kind.__name__)
    named = {v: ", ".join(f"`{kind.__name__}`" for kind in kinds if kind.second_voice is v) for v in SecondVoice}
    named[SecondVoice.NONE] = "every other intent"
    rows = "".join(f"| {named[voice]} | {voice.value} |\n" for voice in reversed(SecondVoice))
    return f"| Intents | Who must agree |\n|---|---|\n{rows}"


def needs_second_verifier(world: World, first: Staff) -> bool:
    """Whether the team has an active verifier besides this one, so that `SecondVoice.IF_ANY` asks for two."""
    return any(person.may_verify and person.id != first.id for person in world.roster.people)


def is_second_voice(world: World, staff: Staff, first_id: str) -> bool:
    """Whether this person may agree to what another active verifier asked for."""
    first = world.roster.by_id(first_id)
    return first is not None and first.may_verify and first.id != staff.id


def needs_second_rejection(world: World, staff: Staff, alert: Alert, subscribers: Mapping[str, int]) -> bool:
    """Whether another verifier must reject this report too: where two are asked for, and the area has another one."""
    if alert.state is not AlertState.REPORTED or not world.needs_approval(alert.area, subscribers):
        return False
    others = (p for p in world.roster.people if p.may_verify and p.id != staff.id)
    has_other = any(covers_area(world.atlas, person, alert.area) for person in others)
    return has_other and not is_second_voice(world, staff, alert.rejected_by)


def actor_of(caller: Caller) -> Actor:
    """Return the caller as an actor, for a screen."""
    return Actor(
        staff=caller.staff,
        own_reports=caller.own_reports,
        member_token=caller.member.token if caller.member else b"",
        sos_by_code=caller.sos_by_code,
        clinic_referrals={referral.code: referral for referral in caller.clinic_referrals},
    )


def is_allowed(intent: Intent, actor: Actor, world: World) -> bool:
    """Whether this person may request this intent now. The action decides whether it is still applicable."""
    rule = intent.rule
    if actor.is_operator:
        return rule.operator_may
    if not _has_role(rule, actor.staff) or not _SCOPE_TESTS[rule.scope](intent, actor, world):
        return False
    return not (rule.excludes_own and _OWN_TESTS[rule.scope](intent, actor, world))


def may(caller: Caller, intent: Intent) -> bool:
    """Whether the caller may request this intent, for screens that hide what is refused."""
    return is_allowed(intent, actor_of(caller), caller.world)


def may_moderate(caller: Caller, report: ClientReport) -> bool:
    """Whether the caller may moderate this client report. It decides as `may`, without a search for the code."""
    actor = actor_of(caller)
    is_near_and_foreign = _may_reach((report,), actor, caller.world) and not _is_own((report,), actor)
    return _has_role(RemoveClientReport.rule, caller.staff) and is_near_and_foreign


def _has_role(rule: Rule, staff: Staff | None) -> bool:
    if not rule.roles:
        return True
    return staff is not None and bool(rule.roles & staff.roles) and (staff.active or not rule.must_be_active)


def covers_area(atlas: Atlas, staff: Staff, area: str) -> bool:
    """Whether an area (an id) is this person's area or is under it. A person without an area acts everywhere."""
    return not staff.area or atlas.contains(staff.area, area)


def covers_any_area(atlas: Atlas, staff: Staff, areas: Iterable[str]) -> bool:
    """Whether one of these areas is in scope. Without areas the place is unknown, so it is in every person's scope."""
    listed = tuple(areas)
    return not listed or any(covers_area(atlas, staff, area) for area in listed)


def is_near(atlas: Atlas, staff: Staff, district: str) -> bool:
    """Whether a district is in scope or around it. Members name districts, and a person's area may be smaller."""
    return covers_area(atlas, staff, district) or atlas.get(district) is None or atlas.contains(district, staff.area)


def sole_roles(world: World, leaving: Staff, changed: Staff | None = None) -> frozenset[Role]:
    """Return the roles of an active person that nobody who gets texts would have in this person's area any more.

    `changed` is the person after a change of roles, area or state; None: the person leaves. An admin verifies too.
    A clinic's phone, and a person who only sends, can always leave.
    """
    others = (*(p for p in world.roster.people if p.id != leaving.id), *((changed,) if changed else ()))
    remaining = _roles_in_area(world.atlas, [p for p in others if p.gets_texts], leaving.area)
    return (leaving.roles & NEEDED_ROLES) - remaining if leaving.active else frozenset()


def _roles_in_area(atlas: Atlas, people: Iterable[Staff], area: str) -> frozenset[Role]:
    """Return the roles that these people have in the whole of this area."""
    here = (p for p in people if not p.area or (area and atlas.contains(p.area, area)))
    found: frozenset[Role] = frozenset().union(*(p.roles for p in here))
    return found | VERIFIER_ROLES if Role.ADMIN in found else found


def may_read_sos(atlas: Atlas, staff: Staff, sos: Sos) -> bool:
    """Whether this person may read a call: a person who was asked, or a responder of the area.

    When the call is widened, all responders may read it. Under duress everybody was asked at once. A new call of that
    phone, which may be forged, takes it from nobody.
    """
    is_near = sos.is_widened or sos.is_under_duress or covers_any_area(atlas, staff, sos.areas)
    was_asked = staff.id in sos.asked_staff
    if sos.is_under_duress and SosTier.ORGANISATION in sos.tiers:
        was_asked |= staff.may_verify
    return was_asked or (Role.RESPONDER in staff.roles and is_near)


def _in_area(intent: Any, actor: Actor, world: World) -> bool:
    return actor.staff is not None and covers_area(world.atlas, actor.staff, intent.area)


def _in_area_of_alert(intent: Any, actor: Actor, world: World) -> bool:
    alert = world.alert(intent.number)
    return alert is not None and actor.staff is not None and covers_area(world.atlas, actor.staff, alert.area)


def _may_decide(intent: Any, actor: Actor, world: World) -> bool:
    """Whether the person was asked, or is a verifier of the area. Senders of the area may decide a proposal too.

    A person who corrects the area warns there, and needs that area.
    """
    alert, staff = world.alert(intent.number), actor.staff
    if alert is None or staff is None:
        return False
    new_area = intent.area if isinstance(intent, ConfirmReport) else ""
    if new_area not in ("", alert.area) and not covers_area(world.atlas, staff, new_area):
        return False
    report = world.report(alert.number)
    if report is not None and staff.id in report.asked_verifiers:
        return True
    is_theirs = staff.may_verify or alert.state is AlertState.PROPOSED
    return is_theirs and covers_area(world.atlas, staff, alert.area)


def _is_own_alert(intent: Any, actor: Actor, world: World) -> bool:
    """Whether the person reported or proposed this alert."""
    alert: Alert | None = world.alert(intent.number)
    is_author = alert is not None and actor.staff is not None and alert.author == actor.staff.id
    return is_author or intent.number in actor.own_reports


def _reports_with_code(intent: Any, world: World) -> list[ClientReport]:
    entries = world.client_entries.values()
    return [report for entry in entries for report in entry.reports if intent.code and report.code == intent.code]


def _reports_of_entry(intent: Any, world: World) -> tuple[ClientReport, ...]:
    entry = world.client_entries.get(intent.client_hash)
    return entry.reports if entry else ()


def _waits_for_second_voice(intent: Any, world: World) -> bool:
    entry = world.client_entries.get(intent.client_hash)
    return entry is not None and bool(entry.removal_by)


def _are_near(reports: Iterable[ClientReport], actor: Actor, world: World) -> list[bool]:
    staff = actor.staff
    return [staff is not None and is_near(world.atlas, staff, report.district) for report in reports]


def _near_client_report(intent: Any, actor: Actor, world: World) -> bool:
    return _may_reach(_reports_with_code(intent, world), actor, world)


def _may_reach(reports: Sequence[ClientReport], actor: Actor, world: World) -> bool:
    """Whether all these reports are near. One whose removal waits for a second voice is in every verifier's scope."""
    return bool(reports) and all(_are_near((r for r in reports if not r.removal_by), actor, world))


def _is_own(reports: Iterable[ClientReport], actor: Actor) -> bool:
    return any(report.author == actor.member_token for report in reports if report.author)


def _in_own_clinic(intent: Any, actor: Actor, world: World) -> bool:
    referral = actor.clinic_referrals.get(intent.code)
    return referral is not None and actor.staff is not None and referral.clinic == actor.staff.clinic


def _may_read_sos(intent: Any, actor: Actor, world: World) -> bool:
    sos = actor.sos_by_code.get(intent.code)
    return sos is not None and actor.staff is not None and may_read_sos(world.atlas, actor.staff, sos)


def _is_self(intent: Any, actor: Actor, world: World) -> bool:
    return actor.staff is not None and intent.staff_id == actor.staff.id


def _is_colleague_here(intent: Any, actor: Actor, world: World) -> bool:
    person, staff = world.roster.by_id(intent.staff_id), actor.staff
    if person is None or staff is None:
        return False
    return all(covers_area(world.atlas, staff, area) for area in (person.area, intent.area))


Test = Callable[[Any, Actor, World], bool]
_SCOPE_TESTS: Final[Mapping[Scope, Test]] = {
    Scope.ANYWHERE: lambda intent, actor, world: True,
    Scope.OWN_REPORT: lambda intent, actor, world: intent.number in actor.own_reports,
    Scope.AREA: _in_area,
    Scope.ALERT: _in_area_of_alert,
    Scope.DECISION: _may_decide,
    Scope.CLIENT_REPORT: _near_client_report,
    Scope.CLIENT_ENTRY: lambda intent, actor, world: (
        _waits_for_second_voice(intent, world) or any(_are_near(_reports_of_entry(intent, world), actor, world))
    ),
    Scope.CLINIC: _in_own_clinic,
    Scope.SOS: _may_read_sos,
    Scope.COLLEAGUE: lambda intent, actor, world: world.roster.by_id(intent.staff_id) is not None,
    Scope.COLLEAGUE_HERE: _is_colleague_here,
}
_OWN_TESTS: Final[Mapping[Scope, Test]] = {
    Scope.DECISION: _is_own_alert,
    Scope.CLIENT_REPORT: lambda intent, actor, world: _is_own(_reports_with_code(intent, world), actor),
    Scope.CLIENT_ENTRY: lambda intent, actor, world: _is_own(_reports_of_entry(intent, world), actor),
    Scope.COLLEAGUE: _is_self,
    Scope.COLLEAGUE_HERE: _is_self,
}
