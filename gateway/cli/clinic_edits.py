"""`mwavuli clinics list`, `uncheck` and `remove`: see the directory, and take back what stands in it."""

import click
from msgspec.structs import replace

from gateway.cli import common
from gateway.cli.common import confirm, yes_option
from gateway.cli.places import clinics
from gateway.model.clinic import Clinic
from gateway.model.staff import Role, Staff
from gateway.model.world import World
from gateway.store import Transaction, tombstones


@clinics.command("list")
@click.option("--area", "path", default="", help="only clinics in this area")
def list_clinics(path: str) -> None:
    """List code, name, area, grade and how many of its people get texts. Every command takes the code or the name."""
    world = common.load_deployment().store.read_world()
    within = common.find_area(path).id if path else ""
    for clinic in sorted(world.directory, key=lambda c: c.code):
        if within and not world.atlas.contains(within, clinic.area_id):
            continue
        area = world.atlas.get(clinic.area_id)
        where = area.full_name if area else "no area"
        click.echo(f"{clinic.code}  {clinic.name}  {where}  {_grade(world, clinic)}  {_reached(world, clinic)}")


def _grade(world: World, clinic: Clinic) -> str:
    if not clinic.is_checked:
        return "listed"
    lapsed = ", nobody confirmed it since" if world.directory.state(clinic.code).has_lapsed else ""
    return f"checked on {clinic.checked_on} by {clinic.checked_by}{lapsed}"


def _reached(world: World, clinic: Clinic) -> str:
    reached, known = len(world.roster.nurses(clinic.code)), len(world.roster.phones_of(clinic.code))
    return f"texts reach {reached} of {known}" if known else "gets no texts"


@clinics.command("uncheck")
@click.argument("code")
def uncheck(code: str) -> None:
    """Take the grade *checked by us* from a clinic at once: it stays as an address, and gets no new referrals."""
    clinic, store = common.find_clinic(code), common.load_deployment().store

    def write(world: World, transaction: Transaction, now: int) -> None:
        cache, key = store.world_cache, clinic.code.encode()
        cache.clinics.put(transaction, key, (cache.clinics.get(key) or clinic).as_listed())
        if state := cache.clinic_states.get(key):
            cache.clinic_states.put(transaction, key, replace(state, asked_at=0, has_lapsed=False))

    store.transact(write)
    click.echo(f"{clinic.code} {clinic.name}: listed. Callers read no check any more, and it gets no new referrals.")


@clinics.command("remove")
@click.argument("code")
@yes_option
def remove(code: str, yes: bool) -> None:
    """Remove a clinic from every caller's list at once, and the role *clinic* from its people.

    A later import of a list that still has it brings it back, as listed.
    """
    clinic, store = common.find_clinic(code), common.load_deployment().store
    confirm(f"Remove {clinic.code} {clinic.name}?", yes)

    def drop(world: World, transaction: Transaction, now: int) -> int:
        cache, people = store.world_cache, world.roster.phones_of(clinic.code)
        cache.clinics.delete(transaction, clinic.code.encode())
        cache.clinic_states.delete(transaction, clinic.code.encode())
        for person in people:
            _take_role(transaction, person, now)
        return len(people)

    count = store.transact(drop)
    click.echo(f"{clinic.code} {clinic.name}: removed, with the role clinic of {count} people")


def _take_role(transaction: Transaction, person: Staff, now: int) -> None:
    """Take the role clinic from a person; a person without another role is no staff any more."""
    store, left = common.load_deployment().store, person.roles - {Role.CLINIC}
    if left:
        store.world_cache.staff.put(transaction, person.token, replace(person, roles=left, clinic=""))
        return
    store.world_cache.staff.delete(transaction, person.token)
    tombstones.add_tombstone(transaction, store.vault, person.token, now)
