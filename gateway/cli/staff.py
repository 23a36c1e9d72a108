"""`mwavuli staff`: phones with a role. PINs and codes are printed once and stored only as keyed hashes."""

from datetime import datetime

import click
from msgspec.structs import replace

from gateway.cli import common
from gateway.cli.common import load_deployment
from gateway.cli.enrolment import enrol_staff, queue_activation, random_digits, require_new, require_not_last
from gateway.cli.prompts import asks_number, asks_person, find_named_staff, find_staff, read_number
from gateway.crypto.secrets import hash_secret
from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model.hours import WeeklyHours
from gateway.model.message import Lane
from gateway.model.staff import Role, Roster, Staff
from gateway.model.world import World
from gateway.store import Transaction, tombstones

CODE_COUNT = 20
even_if_last_option = click.option(
    "--even-if-last", is_flag=True, help="take the role also from the last verifier, responder or admin of an area"
)


@click.group()
def staff() -> None:
    """Manage staff and their roles. ID is the id or the name of a colleague; without it the number is asked for."""


@staff.command()
@asks_number
@click.option("--name", required=True)
@click.option("--role", "roles", required=True, multiple=True, help=f"one or several of: {', '.join(Role)}")
@click.option("--area", "path", default="", help="the area of work, with all areas in it; everywhere if not given")
@click.option("--clinic", default="", help="the clinic's code, for role clinic")
@click.option("--lang", default="", help="language of its texts and menu")
@click.option("--active", is_flag=True, help="skip the activation text")
def add(name: str, roles: tuple[str, ...], path: str, clinic: str, lang: str, active: bool) -> None:
    """Give a new phone its roles. Prints its PIN, once. Refuses a phone that has a role, and a colleague's name."""
    where, number = common.find_area(path).id if path else "", read_number()
    require_new(number, name)
    pin, activation = enrol_staff(
        number, name, *_parse_roles(roles), area=where, clinic=clinic, lang=lang, active=active
    )
    click.echo(f"PIN {pin}")
    if not active:
        click.echo(f"A text asks the phone to answer {activation}; until then it has no role.")


@staff.command()
@asks_person
@click.option("--role", "roles", multiple=True, help="every role from now on")
@click.option("--area", "path", default="", help="the new area of work")
@click.option("--everywhere", is_flag=True, help="no area: the phone works everywhere")
@even_if_last_option
def change(roles: tuple[str, ...], path: str, everywhere: bool, even_if_last: bool) -> None:
    """Change roles or area of a phone, which keeps its PIN. Takes no role from the last person who has it there."""
    person, store = find_staff(), load_deployment().store
    new = frozenset(_parse_roles(roles)) or person.roles
    if Role.CLINIC in new and not person.clinic:
        raise BadInput("role clinic needs a clinic: enrol its phone with `mwavuli staff add --clinic`")
    area = common.find_area(path).id if path else "" if everywhere else person.area

    def write(world: World, transaction: Transaction, now: int) -> None:
        found = world.roster.by_token.get(person.token)
        if found is None:
            raise BadInput(f"{person.name} was removed meanwhile")
        changed = replace(found, roles=new, area=area, change=None)
        if not even_if_last:
            require_not_last(world, transaction, found, changed)
        store.world_cache.staff.put(transaction, person.token, changed)

    store.transact(write)
    click.echo(f"{person.name}: {', '.join(sorted(new))}")


def _parse_roles(typed: tuple[str, ...]) -> list[Role]:
    """Read `sender,responder` as two roles. Raises BadParameter for a role that does not exist."""
    names = [name.strip() for listed in typed for name in listed.split(",")]
    if unknown := [name for name in names if name not in set(Role)]:
        raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join(map(repr, map(str, Role)))}")
    return [Role(name) for name in names]


@staff.command("list")
def list_staff() -> None:
    """List id, name, roles, place, state and duty now; never numbers. Every command takes the id or the name."""
    store = load_deployment().store
    world, when = store.read_world(), store.world_cache.world.local_time(store.now())
    for person in sorted(world.roster.people, key=lambda p: p.name):
        where, duty = _where(world, person), _duty(world.roster, person, when)
        click.echo(f"{person.id}  {person.name}  {person.role_names}  {where}  {_state(person)}  {duty}")


def _where(world: World, person: Staff) -> str:
    area, clinic = world.atlas.get(person.area), world.directory.get(person.clinic)
    at = f"{person.clinic} {clinic.name}" if clinic else person.clinic
    return ", ".join(filter(None, (at, area.full_name if area else ""))) or "everywhere"


def _duty(roster: Roster, person: Staff, when: datetime) -> str:
    """Return whether somebody is on duty now, among the people of each role, and why."""
    if not person.gets_texts:
        return "not on duty: gets no texts"
    groups = (tuple(p for p in roster.people if p.gets_texts and role in p.roles) for role in person.roles)
    now = "on duty now" if any(person in roster.on_duty(group, when) for group in groups) else "not on duty now"
    if person.duty_override is not None:
        return f"{now}, until changed"
    return f"{now}, roster {person.duty_hours}" if person.duty_hours else f"{now}, no roster"


def _state(person: Staff) -> str:
    if person.is_locked_out:
        return "locked out by an admin"
    if not person.active:
        return "not active"
    return "active, no texts after STOP" if person.is_silenced else "active"


@staff.command()
@asks_person
@even_if_last_option
def remove(even_if_last: bool) -> None:
    """Remove a phone's role at once. Refuses the last verifier, responder or admin of an area."""
    person = find_staff()
    store = load_deployment().store

    def drop(world: World, transaction: Transaction, now: int) -> None:
        if not even_if_last:
            require_not_last(world, transaction, person)
        store.world_cache.staff.delete(transaction, person.token)
        tombstones.add_tombstone(transaction, store.vault, person.token, now)

    store.transact(drop)
    click.echo(f"{person.name} has no role any more.")


@staff.command()
@asks_person
def pin() -> None:
    """Set a new PIN and unlock the phone. Prints the PIN once."""
    person, store = find_staff(), load_deployment().store
    number, new = store.number(person.token, Purpose.STAFF), random_digits(4)
    _update_staff(person.token, pin_hash=hash_secret(store.vault, number, "pin", new), wrong_pins=0, locked_until=0)
    click.echo(f"PIN {new}")


@staff.command()
@click.argument("ids", nargs=-1, required=True)
@even_if_last_option
def activate(ids: tuple[str, ...], even_if_last: bool) -> None:
    """Text inactive staff a code to answer, and print a new PIN for each. IDS: ids or names of `staff list`.

    After a restore all staff are inactive: activate only the people whom you reached in person.
    """
    store = load_deployment().store
    roster = store.read_world().roster
    for person in [find_named_staff(roster, id_) for id_ in ids]:
        click.echo(f"{person.name}: PIN {_request_activation(person, even_if_last)}")
    common.notify_workers({Lane.ALERTS})


def _request_activation(person: Staff, even_if_last: bool) -> str:
    """Queue the activation text. Return the new PIN, which the old one and old codes give way to."""
    store = load_deployment().store
    number, new, code = store.number(person.token, Purpose.STAFF), random_digits(4), random_digits(6)

    def write(world: World, transaction: Transaction, now: int) -> None:
        found = world.roster.by_token.get(person.token)
        if found is None:
            raise BadInput(f"{person.name} was removed meanwhile")
        changed = replace(
            found, active=False, is_locked_out=False, change=None, code_hashes=(), wrong_pins=0, locked_until=0,
            pin_hash=hash_secret(store.vault, number, "pin", new),
            activation_hash=hash_secret(store.vault, number, "activation", code),
        )  # fmt: skip
        if not even_if_last:
            require_not_last(world, transaction, found, changed)
        store.world_cache.staff.put(transaction, person.token, changed)
        queue_activation(transaction, number, person.lang, code, now)

    store.transact(write)
    return new


@staff.command()
@asks_person
def codes() -> None:
    """Print a list of one-use codes for texts; the old list becomes invalid. Needs MWAVULI_STAFF_SMS."""
    person, store = find_staff(), load_deployment().store
    number, new = store.number(person.token, Purpose.STAFF), [random_digits(6) for _ in range(CODE_COUNT)]
    _update_staff(person.token, code_hashes=tuple(hash_secret(store.vault, number, "code", code) for code in new))
    for start in range(0, CODE_COUNT, 4):
        click.echo("  ".join(new[start : start + 4]))


@staff.command()
@asks_person
def unlock() -> None:
    """Unlock a phone after wrong PINs."""
    _update_staff(find_staff().token, wrong_pins=0, locked_until=0)
    click.echo("unlocked")


@staff.command()
@click.argument("when")
@asks_person
def duty(when: str) -> None:
    """Set duty: on, off, none, or a roster as 'Mon-Fri 18:00-06:00; Sat 09:00-13:00'."""
    roster = "" if when in ("on", "off", "none") else WeeklyHours.parse(when).text
    person = find_staff()
    if when in ("on", "off"):
        _update_staff(person.token, duty_override=when == "on")
    else:
        _update_staff(person.token, duty_hours=roster, duty_override=None)
    click.echo(f"{person.name}: {when}")


def _update_staff(token: bytes, **fields: object) -> None:
    store = load_deployment().store

    def write(world: World, transaction: Transaction, now: int) -> None:
        person = world.roster.by_token.get(token)
        if person:
            store.world_cache.staff.put(transaction, token, replace(person, **fields))

    store.transact(write)
