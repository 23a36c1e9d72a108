"""`mwavuli clients`: members, counts, and lists exchanged with other organisations as keyed hashes."""

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace

from gateway.cli.common import configured, deployment, ring
from gateway.errors import BadInput
from gateway.exchange import Line, read_list, write_list
from gateway.model.caller import World
from gateway.model.client import MOST_LISTED, MOST_MEMBERS, MOST_TELLINGS, Harm, Listed, Telling
from gateway.numbers import Number
from gateway.store import Change
from gateway.store.marks import name_of, read_key
from gateway.store.writes_clients import forget_member, invited, put_listed, sweep_later, takes_part
from gateway.vault import Purpose, new_key

AT_ONCE = 500
DAY = 86400
MSISDN = click.argument("msisdn")
FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def clients() -> None:
    """Dangerous and non-paying clients: members, and lists shared with other organisations."""


@clients.command()
@MSISDN
def invite(msisdn: str) -> None:
    """Invite a phone among the members. Nothing is texted; its owner dials within 7 days."""
    enrol(_token(msisdn))
    click.echo("invited. Tell its owner: dial within 7 days, then 'Tell us'.")


def enrol(token: bytes) -> None:
    """Raises BadInput where nobody more can be invited, or this phone was."""
    store, lang = deployment().store, configured().languages[0]

    def write(world: World, change: Change, now: int) -> None:
        if takes_part(world.enrolled.get(token), now):
            raise BadInput("that phone is a member's already")
        if len(world.enrolled) >= MOST_MEMBERS:
            raise BadInput(f"there are {MOST_MEMBERS} members: nobody more can be invited")
        store.shelves.enrolled.put(change, token, invited(token, now, lang, ""))
        sweep_later(change, now)

    store.attempt(write)


@clients.command()
@MSISDN
def remove(msisdn: str) -> None:
    """End a membership. What others can read stays, without its author."""
    store, token = deployment().store, _token(msisdn)

    def write(world: World, change: Change, now: int) -> None:
        if token not in world.enrolled:
            raise BadInput("that phone is no member's")
        change.lasting = change.leaving = True
        forget_member(change, store.shelves, store.vault, world, token, now)

    store.attempt(write)
    click.echo("removed.")


@clients.command("list")
def list_() -> None:
    """How many members and entries there are, by kind. Nobody is ranked, and nobody can be found from this."""
    world = deployment().store.world()
    active = sum(member.active for member in world.enrolled.values())
    click.echo(f"members: {active}; invited and not come yet: {len(world.enrolled) - active}")
    told = [each for each in world.clients.values() if each.tellings]
    shown = [each for each in told if each.shown]
    click.echo(f"numbers and plates that members can read: {len(shown)}; waiting: {len(told) - len(shown)}")
    for harm, count in Counter(told.harm for each in shown for told in each.tellings).most_common():
        click.echo(f"  {harm}: {count}")
    for source, count in Counter(told.source for each in shown for told in each.tellings if told.source).items():
        click.echo(f"  of these from {source}: {count}")


@clients.command()
@FILE
def key(file: Path) -> None:
    """Make the key of a shared list. Every organisation needs the same file; hand it over in person."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput(f"{file} cannot be made ({error.strerror}): right is a new file") from None
    with open(handle, "w", encoding="ascii") as out:
        out.write(new_key() + "\n")
    click.echo(f'written. In MWAVULI_SETTINGS: [clients] list_key = "{file.resolve()}"')


@clients.command()
@FILE
def export(file: Path) -> None:
    """Write what members can read as keyed hashes, for organisations that have the same list key."""
    shared, world, now = _key(), deployment().store.world(), deployment().store.now()
    kept = [each.lasting(int(now // DAY)) for each in world.clients.values()]
    own = [each for each in kept if each.shown and not all(told.source for told in each.tellings)]
    ours = [each for each in own if each.shared and each.key == name_of(shared)]
    lines = [line for each in ours for line in _lines(world, each)]
    write_list(file, name_of(shared), lines)
    click.echo(f"exported: {len({line.mark for line in lines})} numbers and plates")
    if len(ours) < len(own):
        click.echo(f"left out, told before there was this list key: {len(own) - len(ours)}")


def _lines(world: World, listed: Listed) -> list[Line]:
    """Kind, month, district of what our own members told; no day, no words, and nobody's."""
    found = []
    for told in listed.tellings:
        area = world.atlas.get(told.district)
        if not told.source:
            path = area.full_name if area else ""
            found.append(Line(listed.shared, listed.plate, told.harm, told.month, path))
    return sorted(set(found))


@clients.command("import")
@FILE
@click.option("--from", "source", required=True, help="whose list it is; a newer one of theirs replaces the older")
def import_(file: Path, source: str) -> None:
    """Take in another organisation's list. What they took off since their last one goes here too."""
    if not source.strip():
        raise BadInput("--from is whose list it is; it cannot be empty")
    lines = read_list(file, name_of(_key()))
    others = [each for each in deployment().store.world().clients.values() if not _only_from(each, source.strip())]
    room = MOST_LISTED - len(others)
    if (theirs := len({line.mark for line in lines})) > room:
        raise BadInput(f"{file} lists {theirs} numbers and plates and there is room for {room}: nothing was taken in")
    marks = {deployment().store.marker.imported(line.mark) for line in lines}
    gone = _taken_back(marks, source.strip())
    off = _taken_in(lines, source.strip())
    ring({"bulk"})
    click.echo(f"imported: {len(marks)} numbers and plates, {len(lines)} lines; gone since their last list: {gone}")
    if off:
        click.echo(f"left out of these, taken off here: {off}")


def _only_from(listed: Listed, source: str) -> bool:
    return bool(listed.tellings) and all(told.source == source for told in listed.tellings)


def _taken_in(lines: list[Line], source: str) -> int:
    """Returns how many were left out because moderators here took them off."""
    store, off = deployment().store, set[bytes]()
    theirs: dict[bytes, list[Line]] = {}
    for each in lines:
        theirs.setdefault(store.marker.imported(each.mark), []).append(each)

    def merge(part: dict[bytes, list[Line]], world: World, change: Change, now: int) -> None:
        refused = {
            store.marker.imported(each.shared) for each in world.clients.values() if each.refused and each.shared
        }
        for mark, some in part.items():
            before = world.clients.get(mark) or Listed(plate=some[0].plate)
            taken_off = mark in refused or before.refused
            off.update({mark} if taken_off else ())
            others = tuple(told for told in before.tellings if told.source != source)
            known = {(t.harm, t.month, t.district): t.day for t in before.tellings if t.source == source}
            told = (_telling(world, each, source, now, known) for each in some[:MOST_TELLINGS])
            after = replace(before, tellings=(*others, *(() if taken_off else told)))
            if after != before:
                put_listed(change, store.shelves, mark, after)
        sweep_later(change, now)

    _in_parts(theirs, merge)
    return len(off)


def _telling(world: World, each: Line, source: str, now: int, known: dict[tuple[Harm, int, str], int]) -> Telling:
    """Repeated in a newer list it does not become younger: it ends 12 months after it first came."""
    found = next((area.id for area in world.atlas if area.full_name == each.district), "")
    day = known.get((each.harm, each.month, found), int(now // DAY))
    return Telling(b"", each.harm, each.month, found, day, met=True, read=True, source=source)


def _taken_back(marks: set[bytes], source: str) -> int:
    store = deployment().store
    old = {
        mark: each
        for mark, each in store.world().clients.items()
        if mark not in marks and any(told.source == source for told in each.tellings)
    }

    def drop(part: dict[bytes, Listed], world: World, change: Change, now: int) -> None:
        for mark in part:
            if before := world.clients.get(mark):
                kept = tuple(told for told in before.tellings if told.source != source)
                put_listed(change, store.shelves, mark, replace(before, tellings=kept))

    _in_parts(old, drop)
    return len(old)


def _in_parts(items: dict[bytes, list[Line]] | dict[bytes, Listed], write: Callable[..., None]) -> None:
    """A portion a commit; cut off, it is simply run again."""
    pairs = list(items.items())
    for start in range(0, len(pairs), AT_ONCE):
        part = dict(pairs[start : start + AT_ONCE])
        deployment().store.attempt(partial(write, part))
        click.echo(f"{min(start + AT_ONCE, len(pairs))} of {len(pairs)}", err=True)


def _token(msisdn: str) -> bytes:
    return deployment().store.vault.token(Number.typed(msisdn, configured().region), Purpose.MEMBER)


def _key() -> bytes:
    shared = read_key(configured().tuning.clients.list_key)
    if not shared:
        raise BadInput("no list key: `mwavuli clients key FILE` makes one, [clients] list_key in the settings names it")
    return shared
