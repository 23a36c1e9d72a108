"""Which staff are asked in each round of a call for help."""

from gateway.crypto.vault import Purpose
from gateway.model.policy import covers_any_area
from gateway.model.sos import Sos, SosStage, SosTier
from gateway.model.staff import Staff
from gateway.model.world import World
from jobs.context import JobContext
from jobs.handlers.staff_notices import on_duty

MIN_RESPONDERS = 2
"""nobody is asked to go alone"""
GROUPS_BY_STAGE = {SosStage.RAISED: 1, SosStage.ROUND_1_DONE: 4, SosStage.ROUND_2_DONE: 6}
"""how many groups of `_groups` are asked in any case; further groups only until `MIN_RESPONDERS` are found"""
ON_DUTY_GROUPS, RESPONDER_GROUPS, ORGANISATION_ON_DUTY = 2, 4, 4


def responders_to_ask(context: JobContext, world: World, sos: Sos, now: int) -> tuple[Staff, ...]:
    """Return the staff to text in this round of an open call.

    A round asks staff whom no earlier round asked, and nobody once enough responders come. The round of a renewed call
    also asks the staff of earlier rounds.
    """
    if sos.stage is SosStage.ALL_ROUNDS_DONE or (_is_waiting(sos) and len(sos.still_coming) >= MIN_RESPONDERS):
        return ()
    groups = _groups(context, world, sos, now)
    if sos.stage is SosStage.RENEWED:
        asked_before = tuple(p for group in groups for p in group if p.id in sos.asked_staff)
        return _unique(asked_before, *groups[:RESPONDER_GROUPS])
    return _next_round(sos, groups)


def everybody_to_ask(context: JobContext, world: World, sos: Sos, now: int) -> tuple[Staff, ...]:
    """Return all staff whom a call may reach, nearest first, for a caller under duress."""
    return _unique(*_groups(context, world, sos, now))


def _is_waiting(sos: Sos) -> bool:
    return sos.stage in (SosStage.ROUND_1_DONE, SosStage.ROUND_2_DONE)


def _next_round(sos: Sos, groups: list[tuple[Staff, ...]]) -> tuple[Staff, ...]:
    found: dict[str, Staff] = {}
    for depth, group in enumerate(groups):
        if depth >= GROUPS_BY_STAGE[sos.stage] and len(found) + len(sos.asked_staff) >= MIN_RESPONDERS:
            break
        found |= {person.id: person for person in group if person.id not in sos.asked_staff}
    if sos.stage is SosStage.RAISED and not any(groups[:ON_DUTY_GROUPS]):
        # the caller's screen says whether anybody is on duty, so the organisation's staff on duty must be asked
        found |= {person.id: person for person in groups[ORGANISATION_ON_DUTY]}
    return tuple(found.values())


def _unique(*groups: tuple[Staff, ...]) -> tuple[Staff, ...]:
    return tuple({person.id: person for group in groups for person in group}.values())


def _groups(context: JobContext, world: World, sos: Sos, now: int) -> list[tuple[Staff, ...]]:
    """Return the groups of staff, nearest first. The caller may be a responder, and is in no group."""
    caller = context.store.vault.token(context.store.number(sos.owner, Purpose.SAFETY), Purpose.STAFF)
    responders = tuple(p for p in world.roster.responders() if p.token != caller)
    near = tuple(p for p in responders if covers_any_area(world.atlas, p, sos.areas))
    organisation = tuple(p for p in world.roster.senders() if p.may_verify and p.token != caller)
    if SosTier.ORGANISATION not in sos.tiers:
        organisation = ()
    near_on_duty, responders_on_duty = on_duty(world, near, now), on_duty(world, responders, now)
    return [near_on_duty, responders_on_duty, near, responders, on_duty(world, organisation, now), organisation]
