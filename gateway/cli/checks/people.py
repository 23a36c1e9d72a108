"""People and places: verifiers on duty in every area, admins, and clinics with active phones."""

from gateway.cli.checks.finding import Findings, abbreviate, must, or_ok, should
from gateway.deployment import Deployment
from gateway.imports.services import how_to_name
from gateway.model.area import Area
from gateway.model.staff import Staff
from gateway.model.world import World


def check(deployment: Deployment) -> Findings:
    store = deployment.store
    world, now = store.read_world(), store.now()
    on_duty = world.roster.on_duty(tuple(p for p in world.roster.people if p.may_verify), world.local_time(now))
    yield from or_ok(_check_areas(world, on_duty), "every area has a verifier on duty")
    yield from or_ok(_check_staff(world, deployment), "there are admins, and enough people to decide on warnings")
    yield from or_ok(_check_clinics(world), "there are clinics, checked by us, whose phones answer")
    if world.alarms:
        yield must(f"active alarm: {abbreviate(sorted(world.alarms.values()))}")


def _check_areas(world: World, on_duty: tuple[Staff, ...]) -> Findings:
    if not len(world.atlas):
        yield must("there are no areas: run `mwavuli areas import`")
    never = _areas_without(world, tuple(p for p in world.roster.people if p.may_verify))
    if never:
        yield must(f"areas without any verifier: {_area_names(_topmost_areas(world, never))}")
    off = _areas_without(world, on_duty) - never
    if off:
        yield must(f"areas with nobody on duty now: {_area_names(_topmost_areas(world, off))}")


def _areas_without(world: World, people: tuple[Staff, ...]) -> set[str]:
    """Return the ids of the areas in which none of these people may act."""
    acts_in = {person.area for person in people}
    if "" in acts_in:
        return set()
    return {area.id for area in world.atlas if not acts_in.intersection((area.id, *world.atlas.ancestors(area.id)))}


def _topmost_areas(world: World, ids: set[str]) -> list[Area]:
    """Return the areas; where a whole branch is among them, only its top."""
    whole = {id_ for id_ in ids if ids.issuperset(world.atlas.subtree(id_))}
    return [area for area in world.atlas if area.id in ids and area.parent not in whole]


def _area_names(areas: list[Area]) -> str:
    return abbreviate(area.full_name for area in areas)


def _check_staff(world: World, deployment: Deployment) -> Findings:
    if not world.roster.admins():
        yield must("there is no admin: nobody gets alarms, messages to the service or reports of silent clinics")
    waiting = [person for person in world.roster.people if not person.gets_texts]
    if waiting:
        yield should(
            f"{len(waiting)} staff phones get no texts: they did not answer with their code, or they sent STOP"
        )
    deciding = world.roster.senders()
    if deployment.settings.approvals > 1 and len(deciding) < 2:
        yield must("MWAVULI_APPROVALS is 2 and there are fewer than two people who may send: no warning can go out")


def _check_clinics(world: World) -> Findings:
    yield from _check_services(world)
    checked = [clinic for clinic in world.directory if clinic.is_checked]
    if not checked:
        yield should("no clinic is checked: callers get no referrals; run `mwavuli clinics check`")
    silent = [clinic.code for clinic in checked if not world.roster.nurses(clinic.code)]
    if silent:
        yield should(f"checked clinics without an active phone: {abbreviate(silent)}")


def _check_services(world: World) -> Findings:
    """Find clinics that no caller ever reads of, because none of their services is known."""
    clinics = tuple(world.directory)
    unseen = [clinic.code for clinic in clinics if not clinic.services]
    if clinics and len(unseen) == len(clinics):
        yield must(f"no caller sees any of the {len(clinics)} clinics: {how_to_name()}")
    elif unseen:
        yield should(f"{len(unseen)} of {len(clinics)} clinics have no service that we know: no caller sees them")
    doubtful = [f"{clinic.name} ({clinic.code})" for clinic in clinics if clinic.is_doubtful]
    if doubtful:
        yield should(f"clinics whose coordinates cannot be right, offered after all others: {abbreviate(doubtful)}")
