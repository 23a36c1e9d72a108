"""`mwavuli areas` and `mwavuli clinics`: the tree of places and the directory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from gateway import importing
from gateway.cli.common import configured, deployment
from gateway.cli.staff import enrol
from gateway.errors import BadInput
from gateway.model.area import Area
from gateway.model.clinic import Clinic
from gateway.model.helper import Works
from gateway.model.staff import Role
from gateway.numbers import Number
from gateway.store import Change
from gateway.store.shelf import Shelf
from gateway.table import Problem

T = TypeVar("T")
AT_ONCE = 200
SHOWN = 20
WORKS = click.Choice(list(Works))
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def areas() -> None:
    """Places people can choose."""


@click.group()
def clinics() -> None:
    """Places of care."""


@areas.command("import")
@FILE
def import_areas(file: Path) -> None:
    """Read areas from the columns county, constituency, ward (or path), with aliases apart by |.

    Rows gone from the file change nothing. Twice changes nothing.
    """
    store = deployment().store
    store.world()
    found = importing.read_areas(_rows(file), store.vault.place_digest, _counted)
    counts = put_areas(found.areas)
    _tell(found.problems, f"{len(found.areas)} areas: {counts}")


def put_areas(found: Iterable[Area]) -> str:
    """Write areas; aliases given by an earlier file stay."""
    shelf = deployment().store.shelves.areas

    def merged(old: Area | None, new: Area) -> Area:
        if old is None:
            return new
        aliases = tuple(dict.fromkeys((*old.aliases, *new.aliases)))
        spot = (new.latitude, new.longitude) if new.latitude is not None else (old.latitude, old.longitude)
        return Area(new.id, new.path, aliases, new.parent, *spot)

    return _put(shelf, [(area.id.encode(), area) for area in found], merged)


@areas.command("list")
def list_areas() -> None:
    """Every area, as `--area` takes it."""
    for area in deployment().store.world().atlas:
        click.echo(area.full_name)


@areas.command("rename")
@click.argument("path")
@click.argument("name")
def rename(path: str, name: str) -> None:
    """Give an area another name; its members stay. The old name stays as an alias."""
    shelf = deployment().store.shelves.areas
    area = deployment().store.world().atlas.resolve(path)
    under = [a for a in shelf.items.values() if a.path[: len(area.path)] == area.path]
    at = len(area.path) - 1
    renamed = [replace(a, path=(*a.path[:at], name, *a.path[at + 1 :])) for a in under]
    renamed = [replace(a, aliases=(*a.aliases, area.name)) if a.id == area.id else a for a in renamed]
    click.echo(_put(shelf, [(a.id.encode(), a) for a in renamed], lambda _old, new: new))


@clinics.command("import")
@FILE
def import_clinics(file: Path) -> None:
    """Read clinics: code, name, county, constituency, ward, latitude, longitude, open_24h, services apart by |.

    Columns phone, hours, fee, languages, aliases and notes may follow. New clinics are graded listed; what was
    checked stays checked. No clinic is texted before `clinics check` says so.
    """
    values, store = configured(), deployment().store
    atlas = store.world().atlas
    found = importing.read_clinics(_rows(file), store.vault.place_digest, values.region, atlas, _counted)
    counts = put_clinics([row.clinic for row in found.rows])
    _tell(found.problems, f"{len(found.rows)} clinics: {counts}")


def put_clinics(found: Iterable[Clinic]) -> str:
    shelf = deployment().store.shelves.clinics
    rows = [(clinic.code.encode(), clinic) for clinic in found]
    return _put(shelf, rows, lambda old, new: new.imported_over(old) if old else new)


@clinics.command("check")
@click.argument("code")
@click.option("--by", required=True, help="who agreed it with the clinic")
@click.option("--phone", required=True, help="the phone that referrals go to")
@click.option("--active", is_flag=True, help="skip the activation text (the phone is known to be the clinic's)")
@click.option("--police", type=WORKS, default=Works.UNKNOWN, help="does it work with police? callers read it")
@click.option("--immigration", type=WORKS, default=Works.UNKNOWN, help="does it work with immigration?")
def check_clinic(code: str, by: str, phone: str, active: bool, police: Works, immigration: Works) -> None:
    """Grade a clinic *checked by us*: agreed with a named nurse, treats everyone well, answers its phone."""
    number = Number.typed(phone, configured().region)
    print_enrolled(*grade(code, by, number, active, police=police, immigration=immigration), active)


def grade(
    code: str, by: str, phone: Number, active: bool, pin: str = "",
    police: Works = Works.UNKNOWN, immigration: Works = Works.UNKNOWN,
) -> tuple[str, str, str]:  # fmt: skip
    """Returns the clinic's name, its PIN, and the activation code its phone must answer."""
    store = deployment().store
    store.world()
    clinic = store.shelves.clinics.get(code.encode())
    if clinic is None:
        raise BadInput("no clinic has that code; codes are in the first column of the imported file")
    today = date.today()  # noqa: DTZ011  a day, in the operator's own calendar
    checked = clinic.check(by, today, police, immigration)
    _put(store.shelves.clinics, [(code.encode(), checked)], lambda _old, new: new)
    pin, activation = enrol(phone, clinic.name, Role.CLINIC, clinic=code, active=active, pin=pin)
    return clinic.name, pin, activation


def print_enrolled(name: str, pin: str, activation: str, active: bool) -> None:
    click.echo(f"{name}: checked. PIN for its USSD menu: {pin}")
    if not active:
        click.echo(f"A text asks the phone to answer {activation}; until then nobody is sent there.")


def _put(shelf: Shelf[T], rows: Sequence[tuple[bytes, T]], merge: Callable[[T | None, T], T]) -> str:
    """Write what is new or changed, a few hundred a time; running processes read the shelf again."""
    store = deployment().store
    new = changed = 0
    for start in range(0, len(rows), AT_ONCE):
        store.world()
        change = Change()
        for field, row in rows[start : start + AT_ONCE]:
            old = shelf.get(field)
            item = merge(old, row)
            if item == old:
                continue
            new, changed = new + (old is None), changed + (old is not None)
            shelf.put(change, field, item)
        if not store.commit(change):
            raise BadInput("another import is running; start this one again")
    return f"{new} new, {changed} changed, {len(rows) - new - changed} as they were"


def _rows(file: Path) -> list[str]:
    """The lines of a file in UTF-8. Raises BadInput for another encoding."""
    try:
        return file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        raise BadInput("the file is not in UTF-8; save it as CSV UTF-8") from None


def _counted(count: int) -> None:
    """Shows how many rows were read so far."""
    if count % 500 == 0:
        click.echo(f"\r{count} rows", nl=False, err=True)


def _tell(problems: Sequence[Problem], summary: str) -> None:
    for problem in problems[:SHOWN]:
        click.echo(f"line {problem.line}: {problem.reason}", err=True)
    if len(problems) > SHOWN:
        click.echo(f"... and {len(problems) - SHOWN} more", err=True)
    click.echo(f"{summary}, {len(problems)} problems")
