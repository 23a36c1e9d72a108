"""Which staff are asked in each round of a call for help."""

from gateway.crypto.vault import Purpose
from gateway.model.policy import covers_any_area
from gateway.model.sos import MIN_RESPONDERS, Sos, SosTier
from gateway.model.sos_evidence import SosEvidence
from gateway.model.sos_rounds import NIGHT, Asked, SosStage
from gateway.model.staff import Staff
from gateway.model.world import World
from jobs.context import JobContext
from jobs.handlers.staff_notices import on_duty

RESPONDER_GROUPS = 4
ON_DUTY_GROUPS, ORGANISATION_ON_DUTY = 2, 4
GROUPS = {Asked.RESPONDERS: RESPONDER_GROUPS, Asked.ORGANISATION: 6}
"""how many groups of `_groups` a round asks in any case; further groups only until `MIN_RESPONDERS` are found"""


def responders_to_ask(
    context: JobContext, world: World, sos: Sos, now: int, busy: frozenset[str] = frozenset()
) -> tuple[Staff, ...]:
    """Return the staff to text in this round of an open call.

    A round asks staff whom no earlier round asked, and nobody once enough responders come. Those of `busy`, whom
    another call needs, are asked where nobody else is left. A renewed call also asks the staff of earlier rounds.
    """
    asks = NIGHT[sos.stage].asks
    is_first = sos.stage in (SosStage.RAISED, SosStage.RENEWED)
    if asks is Asked.NOBODY or (not is_first and len(sos.still_coming) >= MIN_RESPONDERS):
        return ()
    groups = _groups(context, world, sos, now)
    asked_before = tuple(p for group in groups for p in group if p.id in sos.asked_staff)
    if sos.stage is SosStage.RENEWED:
        return _unique(asked_before, *groups[:RESPONDER_GROUPS])
    if asks is Asked.AGAIN:
        silent = tuple(p for p in asked_before if p.id not in (*sos.coming_staff, *sos.over_staff))
        return () if sos.evidence is SosEvidence.TEXT_ONLY else _unique(silent)
    if asks is Asked.ON_DUTY:
        return _first_round(groups, busy)
    return _next_round(sos, groups, GROUPS[asks], busy)


def everybody_to_ask(context: JobContext, world: World, sos: Sos, now: int) -> tuple[Staff, ...]:
    """Return all staff whom a call may reach, nearest first, for a caller under duress."""
    return _unique(*_groups(context, world, sos, now))


def _first_round(groups: list[tuple[Staff, ...]], busy: frozenset[str]) -> tuple[Staff, ...]:
    """Return the staff on duty: responders who are free, nearest first, then others until there are two.

    Where nobody at all is on duty, everybody is asked at once.
    """
    responders = groups[:ON_DUTY_GROUPS]
    free = [tuple(p for p in group if p.id not in busy) for group in responders]
    found: tuple[Staff, ...] = ()
    for group in (*free, *responders, groups[ORGANISATION_ON_DUTY]):
        if len(found) < MIN_RESPONDERS:
            found = _unique(found, group)
    if not _unique(*responders):  # the screen said whether anybody is on duty, so the organisation's staff are asked
        found = _unique(found, groups[ORGANISATION_ON_DUTY])
    return found or _unique(*groups)


def _next_round(sos: Sos, groups: list[tuple[Staff, ...]], depth: int, busy: frozenset[str]) -> tuple[Staff, ...]:
    found: dict[str, Staff] = {}
    for at, group in enumerate(groups):
        if at >= depth and len(found) + len(sos.asked_staff) >= MIN_RESPONDERS:
            break
        found |= {person.id: person for person in group if person.id not in sos.asked_staff}
    free = tuple(person for person in found.values() if person.id not in busy)
    return free or tuple(found.values())


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
