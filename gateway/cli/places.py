"""`mwavuli areas` and `mwavuli clinics`: the tree of places and the directory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from gateway.cli.common import load_deployment, load_settings
from gateway.cli.enrolment import enrol_staff
from gateway.cli.prompts import asks_number, read_number, refuse_numbers
from gateway.errors import BadInput
from gateway.imports import places
from gateway.imports.csv_table import Problem
from gateway.model.area import Area
from gateway.model.clinic import Clinic
from gateway.model.clinic_state import ClinicState
from gateway.model.helper import Cooperation
from gateway.model.staff import Role
from gateway.numbers import Number
from gateway.store import Transaction
from gateway.store.cached_table import CachedTable

T = TypeVar("T")
ROWS_PER_COMMIT = 200
MAX_PROBLEMS_SHOWN = 20
WORKS_CHOICE = click.Choice(list(Cooperation))
FILE_ARGUMENT = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def areas() -> None:
    """Import, list and rename areas."""


@click.group()
def clinics() -> None:
    """Import and check clinics."""


@areas.command("import")
@FILE_ARGUMENT
def import_areas(file: Path) -> None:
    """Read areas from the columns county, constituency, ward (or path), with aliases separated by |.

    Areas that are missing in the file stay. A second import of the same file changes nothing.
    """
    store = load_deployment().store
    store.read_world()
    found = places.read_areas(_read_lines(file), store.vault.area_digest, _show_progress)
    counts = save_areas(found.areas)
    _print_summary(found.problems, f"{len(found.areas)} areas: {counts}")


def save_areas(found: Iterable[Area]) -> str:
    """Write areas; aliases from an earlier file stay."""
    table = load_deployment().store.world_cache.areas

    def merged(old: Area | None, new: Area) -> Area:
        if old is None:
            return new
        aliases = tuple(dict.fromkeys((*old.aliases, *new.aliases)))
        spot = (new.latitude, new.longitude) if new.latitude is not None else (old.latitude, old.longitude)
        return Area(new.id, new.path, aliases, new.parent, *spot)

    return _save_rows(table, [(area.id.encode(), area) for area in found], merged)


@areas.command("list")
def list_areas() -> None:
    """List every area, as `--area` takes it."""
    for area in load_deployment().store.read_world().atlas:
        click.echo(area.full_name)


@areas.command("rename")
@click.argument("path")
@click.argument("name")
def rename_area(path: str, name: str) -> None:
    """Give an area another name; its members stay. The old name stays as an alias."""
    table = load_deployment().store.world_cache.areas
    area = load_deployment().store.read_world().atlas.resolve(path)
    under = [a for a in table.items.values() if a.path[: len(area.path)] == area.path]
    at = len(area.path) - 1
    renamed = [replace(a, path=(*a.path[:at], name, *a.path[at + 1 :])) for a in under]
    renamed = [replace(a, aliases=(*a.aliases, area.name)) if a.id == area.id else a for a in renamed]
    click.echo(_save_rows(table, [(a.id.encode(), a) for a in renamed], lambda _old, new: new))


@clinics.command("import")
@FILE_ARGUMENT
def import_clinics(file: Path) -> None:
    """Read clinics: code, name, county, constituency, ward, latitude, longitude, open_24h, services separated by |.

    Columns phone, hours, fee, languages, aliases and notes may follow. New clinics are graded as
    listed; checked clinics stay checked. No clinic gets a text before `clinics check`.
    """
    values, store = load_settings(), load_deployment().store
    atlas = store.read_world().atlas
    found = places.read_clinics(_read_lines(file), store.vault.area_digest, values.region, atlas, _show_progress)
    counts = save_clinics([row.clinic for row in found.rows])
    _print_summary(found.problems, f"{len(found.rows)} clinics: {counts}")


def save_clinics(found: Iterable[Clinic]) -> str:
    table = load_deployment().store.world_cache.clinics
    rows = [(clinic.code.encode(), clinic) for clinic in found]
    return _save_rows(table, rows, lambda old, new: new.updated_from_import(old) if old else new)


@clinics.command("check")
@click.argument("code")
@click.option("--by", required=True, help="the person who agreed it with the clinic")
@click.option("--phone", hidden=True, expose_value=False, callback=refuse_numbers)
@click.option("--active", is_flag=True, help="skip the activation text (the phone is known to be the clinic's)")
@click.option(
    "--police", type=WORKS_CHOICE, default=Cooperation.UNKNOWN, help="whether it works with police; callers read this"
)
@click.option("--immigration", type=WORKS_CHOICE, default=Cooperation.UNKNOWN, help="whether it works with immigration")
@asks_number
def check_clinic(code: str, by: str, active: bool, police: Cooperation, immigration: Cooperation) -> None:
    """Grade a clinic *checked by us*: agreed with a named nurse, treats everyone well, answers its phone.

    The number of the phone that gets the referrals is asked for.
    """
    number = read_number("Phone number of the clinic")
    print_activation(*grade_as_checked(code, by, number, active, police=police, immigration=immigration), active)


def grade_as_checked(
    code: str, by: str, phone: Number, active: bool, pin: str = "",
    police: Cooperation = Cooperation.UNKNOWN, immigration: Cooperation = Cooperation.UNKNOWN,
) -> tuple[str, str, str]:  # fmt: skip
    """Grade a clinic as checked. Return its name, its PIN, and the activation code that its phone must answer."""
    store = load_deployment().store
    store.read_world()
    clinic = store.world_cache.clinics.get(code.encode())
    if clinic is None:
        raise BadInput("no clinic has that code; codes are in the first column of the imported file")
    today = date.today()  # noqa: DTZ011  a day, in the operator's own calendar
    checked = clinic.as_checked(by, today, police, immigration)
    _save_rows(store.world_cache.clinics, [(code.encode(), checked)], lambda _old, new: new)
    confirmed = ClinicState(code).with_report("", 0, int(store.now()))
    _save_rows(store.world_cache.clinic_states, [(code.encode(), confirmed)], _confirm)
    pin, activation = enrol_staff(phone, clinic.name, Role.CLINIC, clinic=code, active=active, pin=pin)
    return clinic.name, pin, activation


def _confirm(old: ClinicState | None, new: ClinicState) -> ClinicState:
    """Return what the clinic told, as of a clinic that was checked just now."""
    return old.with_report("", 0, new.confirmed_at) if old else new


def print_activation(name: str, pin: str, activation: str, active: bool) -> None:
    click.echo(f"{name}: checked. PIN for its USSD menu: {pin}")
    if not active:
        click.echo(f"A text asks the phone to answer {activation}; until then it gets no referrals.")


def _save_rows(table: CachedTable[T], rows: Sequence[tuple[bytes, T]], merge: Callable[[T | None, T], T]) -> str:
    """Write new and changed rows, a few hundred a commit. Return the counts; running processes read the table again."""
    store = load_deployment().store
    new = changed = 0
    for start in range(0, len(rows), ROWS_PER_COMMIT):
        store.read_world()
        transaction = Transaction()
        for field, row in rows[start : start + ROWS_PER_COMMIT]:
            old = table.get(field)
            item = merge(old, row)
            if item == old:
                continue
            new, changed = new + (old is None), changed + (old is not None)
            table.put(transaction, field, item)
        if not store.commit(transaction):
            raise BadInput("another import is running; start this one again")
    return f"{new} new, {changed} changed, {len(rows) - new - changed} as they were"


def _read_lines(file: Path) -> list[str]:
    """Return the lines of a file in UTF-8. Raises BadInput for another encoding."""
    try:
        return file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        raise BadInput("the file is not in UTF-8; save it as CSV UTF-8") from None


def _show_progress(count: int) -> None:
    """Print the number of rows so far."""
    if count % 500 == 0:
        click.echo(f"\r{count} rows", nl=False, err=True)


def _print_summary(problems: Sequence[Problem], summary: str) -> None:
    for problem in problems[:MAX_PROBLEMS_SHOWN]:
        click.echo(f"line {problem.line}: {problem.reason}", err=True)
    if len(problems) > MAX_PROBLEMS_SHOWN:
        click.echo(f"... and {len(problems) - MAX_PROBLEMS_SHOWN} more", err=True)
    click.echo(f"{summary}, {len(problems)} problems")
