"""`mwavuli staff`: phones with a role. PINs and codes are printed once and kept only as keyed hashes."""

import secrets

import click
from msgspec.structs import replace

from gateway.cli import common
from gateway.cli.common import configured, deployment
from gateway.errors import BadInput
from gateway.gsm import clip
from gateway.model.caller import World
from gateway.model.hours import Hours
from gateway.model.message import Ground, Lane, Message
from gateway.model.staff import Role, Staff
from gateway.numbers import Number
from gateway.store import Change, left
from gateway.store.turn import secret_hash
from gateway.vault import Purpose

CODES = 20
MSISDN = click.argument("msisdn")


@click.group()
def staff() -> None:
    """Phones with a role: sender, verifier, clinic, admin, responder."""


@staff.command()
@MSISDN
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([r.value for r in Role]))
@click.option("--area", "path", default="", help="acts in this area and under it; everywhere if not given")
@click.option("--clinic", default="", help="the clinic's code, for role clinic")
@click.option("--lang", default="", help="language of its texts and menu")
@click.option("--active", is_flag=True, help="skip the activation text")
def add(msisdn: str, name: str, role: str, path: str, clinic: str, lang: str, active: bool) -> None:
    """Give a phone a role. Prints its PIN, once."""
    where = common.area(path).id if path else ""
    number = Number.typed(msisdn, configured().region)
    pin, activation = enrol(number, name, Role(role), area=where, clinic=clinic, lang=lang, active=active)
    click.echo(f"PIN {pin}")
    if not active:
        click.echo(f"A text asks the phone to answer {activation}; until then it has no role.")


def enrol(
    number: Number, name: str, role: Role, area: str = "", clinic: str = "", lang: str = "", active: bool = False,
    pin: str = "",
) -> tuple[str, str]:  # fmt: skip
    """Write a member of staff; returns PIN and activation code. The same phone again gets a new role and PIN."""
    values, store = configured(), deployment().store
    if not name.strip():
        raise BadInput("--name is what colleagues call this person; it cannot be empty")
    lang = lang or values.languages[0]
    if lang not in values.languages:
        raise BadInput(f"--lang is one of {', '.join(values.languages)}")
    store.world()
    if role is Role.CLINIC and store.shelves.clinics.get(clinic.encode()) is None:
        raise BadInput("role clinic needs --clinic with the code of an imported clinic")
    token = store.vault.token(number, Purpose.STAFF)
    pin, activation = pin or _digits(4), "" if active else _digits(6)
    person = Staff(
        secrets.token_hex(4), clip(name, 20), role, token, area=area, clinic=clinic, lang=lang, active=active,
        pin=secret_hash(store.vault, number, "pin", pin),
        activation=secret_hash(store.vault, number, "activation", activation) if activation else b"",
    )  # fmt: skip

    def write(world: World, change: Change, now: int) -> None:
        old = world.roster.phones.get(token)
        store.shelves.staff.put(change, token, replace(person, id=old.id) if old else person)
        if activation:
            _ = deployment().languages[lang].translator
            text = _("Please answer this text with {code} to go on.").format(code=activation)
            message = Message(number.to_int(), text, Lane.ALERTS, Ground.INVITE, now + values.times.message)
            store.queue(change, message, now)

    store.attempt(write)
    common.ring({"alerts"})
    return pin, activation


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


@staff.command("list")
def list_() -> None:
    """Names, roles and duty; never numbers."""
    world = deployment().store.world()
    for person in sorted(world.roster.people, key=lambda p: p.name):
        area = world.atlas.get(person.area)
        state = "active" if person.active else "not active"
        duty = {True: "on duty", False: "off duty", None: person.duty or "no roster"}[person.duty_now]
        where = area.full_name if area else person.clinic or "everywhere"
        click.echo(f"{person.id}  {person.name}  {person.role}  {where}  {state}  {duty}")


@staff.command()
@MSISDN
def remove(msisdn: str) -> None:
    """Take a phone's role away, at once."""
    person = _find(msisdn)
    store = deployment().store

    def drop(world: World, change: Change, now: int) -> None:
        store.shelves.staff.drop(change, person.token)
        left.note(change, store.vault, person.token, now)

    store.attempt(drop)
    click.echo(f"{person.name} has no role any more.")


@staff.command()
@MSISDN
def pin(msisdn: str) -> None:
    """Give a new PIN and unlock. Prints it, once."""
    person, store = _find(msisdn), deployment().store
    number, new = store.number(person.token, Purpose.STAFF), _digits(4)
    _change(person.token, pin=secret_hash(store.vault, number, "pin", new), wrong=0, locked_until=0)
    click.echo(f"PIN {new}")


@staff.command()
@MSISDN
def codes(msisdn: str) -> None:
    """Print a list of one-use codes for texts; the old list is void. Needs MWAVULI_STAFF_SMS."""
    person, store = _find(msisdn), deployment().store
    number, new = store.number(person.token, Purpose.STAFF), [_digits(6) for _ in range(CODES)]
    _change(person.token, codes=tuple(secret_hash(store.vault, number, "code", code) for code in new))
    for start in range(0, CODES, 4):
        click.echo("  ".join(new[start : start + 4]))


@staff.command()
@MSISDN
def unlock(msisdn: str) -> None:
    """Unlock a phone after wrong PINs."""
    _change(_find(msisdn).token, wrong=0, locked_until=0)
    click.echo("unlocked")


@staff.command()
@MSISDN
@click.argument("when")
def duty(msisdn: str, when: str) -> None:
    """Duty: on, off, none, or a roster as 'Mon-Fri 18:00-06:00; Sat 09:00-13:00'."""
    person = _find(msisdn)
    if when in ("on", "off"):
        _change(person.token, duty_now=when == "on")
    else:
        roster = "" if when == "none" else Hours.parse(when).text
        _change(person.token, duty=roster, duty_now=None)
    click.echo(f"{person.name}: {when}")


def _find(msisdn: str) -> Staff:
    store = deployment().store
    store.world()
    person = store.shelves.staff.get(store.vault.token(Number.typed(msisdn, configured().region), Purpose.STAFF))
    if person is None:
        raise BadInput("that phone has no role; `mwavuli staff list` shows who has")
    return person


def _change(token: bytes, **fields: object) -> None:
    store = deployment().store

    def write(world: World, change: Change, now: int) -> None:
        person = world.roster.phones.get(token)
        if person:
            store.shelves.staff.put(change, token, replace(person, **fields))

    store.attempt(write)
