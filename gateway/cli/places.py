"""`mwavuli areas` and `mwavuli clinics`: the tree of places and the directory."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from gateway.cli.common import load_deployment, load_settings
from gateway.cli.enrolment import enrol_staff
from gateway.cli.place_lists import MAP_OPTION, open_list
from gateway.cli.prompts import asks_number, read_number, refuse_numbers
from gateway.errors import BadInput
from gateway.imports import places, services
from gateway.imports.report import ImportReport
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
ROWS_PER_PROGRESS = 2000
NO_AREAS = "there are no areas; import them first, `mwavuli areas import` takes the same list"
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
@MAP_OPTION
def import_areas(file: Path, maps: tuple[str, ...]) -> None:
    """Read areas from the columns county, constituency, ward, village (or path), with aliases separated by |.

    FILE is CSV or .xlsx. Other headings are asked for, or said by --map. Two spellings of one name become one area.
    Areas that are missing in the file stay. A second import of the same file changes nothing.
    """
    store, mac = load_deployment().store, load_deployment().store.vault.area_digest
    atlas, region = store.read_world().atlas, load_settings().region
    opened = open_list(file, maps, places.AREAS_NEED, "areas import")
    found = places.read_areas(opened.source, mac, _show_progress, atlas=atlas, region=region, columns=opened.columns)
    counts = save_areas(found.areas)
    _print_summary(found.report, f"{len(found.areas)} areas: {counts}")
    if not found.areas:
        _end_without_success("no area was taken: no row names a place")


def save_areas(found: Iterable[Area]) -> str:
    """Write areas; aliases from an earlier file stay."""
    table = load_deployment().store.world_cache.areas

    def merged(old: Area | None, new: Area) -> Area:
        if old is None:
            return new
        aliases = tuple(dict.fromkeys((*old.aliases, *new.aliases)))
        spot = (new.latitude, new.longitude) if new.latitude is not None else (old.latitude, old.longitude)
        return Area(new.id, old.path, aliases, old.parent, *spot)

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
@MAP_OPTION
def import_clinics(file: Path, maps: tuple[str, ...]) -> None:
    """Read clinics: code, name, county, constituency, ward, latitude, longitude, open_24h, services separated by |.

    FILE is CSV or .xlsx. Other headings are asked for, or said by --map. A place may also be one column `path`.
    Columns phone, hours, fee, languages, aliases and notes may follow. New clinics are graded as
    listed; checked clinics stay checked. No clinic gets a text before `clinics check`.
    """
    values, store = load_settings(), load_deployment().store
    atlas, mac = store.read_world().atlas, store.vault.area_digest
    opened = open_list(file, maps, places.CLINICS_NEED, "clinics import")
    found = places.read_clinics(opened.source, mac, values.region, atlas, _show_progress, columns=opened.columns)
    counts = save_clinics([row.clinic for row in found.rows])
    _print_summary(found.report, f"{len(found.rows)} clinics: {counts}")
    if not found.rows:
        _end_without_success(f"no clinic was taken: {NO_AREAS if not len(atlas) else 'see the lines above'}")
    if not found.shown:
        _end_without_success(f"the clinics are stored, but no caller sees them: {services.how_to_name()}")


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


def _show_progress(count: int) -> None:
    """Print the number of rows so far."""
    if count % ROWS_PER_PROGRESS == 0:
        click.echo(f"{count} rows", err=True)


def _print_summary(report: ImportReport, summary: str) -> None:
    for note in report.notes:
        click.echo(note, err=True)
    problems = report.problems
    for problem in problems[:MAX_PROBLEMS_SHOWN]:
        click.echo(f"line {problem.line}: {problem.reason}", err=True)
    if len(problems) > MAX_PROBLEMS_SHOWN:
        click.echo(f"... and {len(problems) - MAX_PROBLEMS_SHOWN} more", err=True)
    click.echo(report.counts())
    click.echo(f"{summary}, {len(problems)} problems")


def _end_without_success(reason: str) -> None:
    """End with a status that tells scripts that the list reached nobody."""
    click.echo(f"mwavuli: {reason}", err=True)
    sys.exit(1)
