"""`mwavuli areas` and `mwavuli clinics`: import places and the directory. The rest: `area_edits`, `clinic_edits`."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from gateway.cli import common
from gateway.cli.common import load_deployment, load_settings
from gateway.cli.enrolment import enrol_staff
from gateway.cli.place_lists import MAP_OPTION, open_list
from gateway.cli.problems import RowProgress, print_report
from gateway.cli.prompts import asks_number, read_number, refuse_numbers
from gateway.errors import BadInput
from gateway.imports import places, services
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
NO_AREAS = "there are no areas; import them first, `mwavuli areas import` takes the same list"
WORKS_CHOICE = click.Choice(list(Cooperation))
FILE_ARGUMENT = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="say what would be new, changed and left out, and change nothing"
)
MAX_NAMES_SHOWN = 20


@click.group()
def areas() -> None:
    """Import, list, rename, merge and remove areas."""


@click.group()
def clinics() -> None:
    """Import, list, check and remove clinics."""


@areas.command("import")
@FILE_ARGUMENT
@MAP_OPTION
@DRY_RUN
def import_areas(file: Path, maps: tuple[str, ...], dry_run: bool) -> None:
    """Read areas from the columns county, constituency, ward, village (or path), with aliases separated by |.

    FILE is CSV or .xlsx. Other headings are asked for, or said by --map. Two spellings of one name become one area.
    Areas that are missing in the file stay. A second import of the same file changes nothing.
    """
    store, region = load_deployment().store, load_settings().region
    atlas, mac = store.read_world().atlas, store.vault.area_digest
    opened = open_list(file, maps, places.AREAS_NEED, "areas import")
    found = places.read_areas(
        opened.source, mac, progress := RowProgress(), atlas=atlas, region=region, columns=opened.columns
    )
    progress.end()
    changes = save_areas(found.areas, dry_run)
    print_report(found.report, file)
    changes.echo(f"{len(found.areas)} areas", len(found.problems), dry_run)
    if not found.areas:
        _end_without_success("no area was taken: no row names a place")


def save_areas(found: Iterable[Area], dry_run: bool = False) -> "Changes":
    """Write areas; aliases from an earlier file stay."""
    table = load_deployment().store.world_cache.areas

    def merged(old: Area | None, new: Area) -> Area:
        if old is None:
            return new
        aliases = tuple(dict.fromkeys((*old.aliases, *new.aliases)))
        spot = (new.latitude, new.longitude) if new.latitude is not None else (old.latitude, old.longitude)
        return Area(new.id, old.path, aliases, old.parent, *spot)

    rows = [(area.id.encode(), area) for area in found]
    return save_rows(table, rows, merged, lambda area: area.full_name, dry_run)


@areas.command("list")
def list_areas() -> None:
    """List every area: its id and its name. Every `--area` takes either."""
    for area in load_deployment().store.read_world().atlas:
        click.echo(f"{area.id}  {area.full_name}")


@areas.command("rename")
@click.argument("path")
@click.argument("name")
def rename_area(path: str, name: str) -> None:
    """Give an area another name; its members stay. The old name stays as an alias."""
    if not name.strip():
        raise BadInput("the new name is empty: an area needs a name")
    area, table = common.find_area(path), load_deployment().store.world_cache.areas
    under = [a for a in table.items.values() if a.path[: len(area.path)] == area.path]
    at = len(area.path) - 1
    renamed = [replace(a, path=(*a.path[:at], name, *a.path[at + 1 :])) for a in under]
    renamed = [replace(a, aliases=(*a.aliases, area.name)) if a.id == area.id else a for a in renamed]
    rows = [(a.id.encode(), a) for a in renamed]
    click.echo(save_rows(table, rows, lambda _old, new: new, lambda a: a.full_name).counts)


@clinics.command("import")
@FILE_ARGUMENT
@MAP_OPTION
@DRY_RUN
def import_clinics(file: Path, maps: tuple[str, ...], dry_run: bool) -> None:
    """Read clinics: code, name, county, constituency, ward, latitude, longitude, open_24h, services separated by |.

    FILE is CSV or .xlsx. Other headings are asked for, or said by --map. A place may also be one column `path`.
    Columns phone, hours, fee, languages, aliases and notes may follow. New clinics are graded as
    listed; checked clinics stay checked. No clinic gets a text before `clinics check`.
    """
    values, store = load_settings(), load_deployment().store
    atlas, mac = store.read_world().atlas, store.vault.area_digest
    opened = open_list(file, maps, places.CLINICS_NEED, "clinics import")
    found = places.read_clinics(
        opened.source, mac, values.region, atlas, progress := RowProgress(), columns=opened.columns
    )
    progress.end()
    changes = save_clinics([row.clinic for row in found.rows], dry_run)
    print_report(found.report, file)
    changes.echo(f"{len(found.rows)} clinics", len(found.problems), dry_run)
    if not found.rows:
        _end_without_success(f"no clinic was taken: {NO_AREAS if not len(atlas) else 'see the lines above'}")
    if not found.shown:
        stored = "" if dry_run else "the clinics are stored, but "
        _end_without_success(f"{stored}no caller sees them: {services.how_to_name()}")


def save_clinics(found: Iterable[Clinic], dry_run: bool = False) -> "Changes":
    """Write clinics; what was checked stays checked."""
    table = load_deployment().store.world_cache.clinics
    rows = [(clinic.code.encode(), clinic) for clinic in found]
    return save_rows(
        table, rows, lambda old, new: new.updated_from_import(old) if old else new,
        lambda clinic: f"{clinic.code} {clinic.name}", dry_run,
    )  # fmt: skip


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

    CODE is the clinic's code, or its name where only one clinic has it. The number of the phone that gets the
    referrals is asked for.
    """
    number = read_number("Phone number of the clinic")
    print_activation(*grade_as_checked(code, by, number, active, police=police, immigration=immigration), active)


def grade_as_checked(
    code: str, by: str, phone: Number, active: bool, pin: str = "",
    police: Cooperation = Cooperation.UNKNOWN, immigration: Cooperation = Cooperation.UNKNOWN,
) -> tuple[str, str, str]:  # fmt: skip
    """Grade a clinic as checked. Return its name, its PIN, and the activation code that its phone must answer."""
    store, clinic = load_deployment().store, common.find_clinic(code)
    code = clinic.code
    today = date.today()  # noqa: DTZ011  a day, in the operator's own calendar
    checked = clinic.as_checked(by, today, police, immigration)
    save_rows(store.world_cache.clinics, [(code.encode(), checked)], lambda _old, new: new)
    confirmed = ClinicState(code).with_report("", 0, int(store.now()))
    save_rows(store.world_cache.clinic_states, [(code.encode(), confirmed)], _confirm)
    pin, activation = enrol_staff(phone, clinic.name, Role.CLINIC, clinic=code, active=active, pin=pin)
    return clinic.name, pin, activation


def _confirm(old: ClinicState | None, new: ClinicState) -> ClinicState:
    """Return what the clinic told, as of a clinic that was checked just now."""
    return old.with_report("", 0, new.confirmed_at) if old else new


def print_activation(name: str, pin: str, activation: str, active: bool) -> None:
    click.echo(f"{name}: checked. PIN for its USSD menu: {pin}")
    if not active:
        click.echo(f"A text asks the phone to answer {activation}; until then it gets no referrals.")


@dataclass
class Changes:
    """What writing some rows changed, or would change."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def counts(self) -> str:
        return f"{len(self.new)} new, {len(self.changed)} changed, {self.unchanged} as they were"

    def echo(self, read: str, problems: int, dry_run: bool) -> None:
        """Print the summary of an import; of a dry run also the names."""
        for word, names in (("new", self.new), ("changed", self.changed)) if dry_run else ():
            for name in names[:MAX_NAMES_SHOWN]:
                click.echo(f"{word}: {name}")
            if len(names) > MAX_NAMES_SHOWN:
                click.echo(f"{word}: and {len(names) - MAX_NAMES_SHOWN} more")
        end = "; nothing was written" if dry_run else ""
        click.echo(f"{read}: {self.counts}, {problems} problems{end}")


def save_rows(
    table: CachedTable[T], rows: Sequence[tuple[bytes, T]], merge: Callable[[T | None, T], T],
    name_of: Callable[[T], str] = str, dry_run: bool = False,
) -> Changes:  # fmt: skip
    """Write new and changed rows, a few hundred a commit; running processes read the table again."""
    store, changes = load_deployment().store, Changes()
    for start in range(0, len(rows), ROWS_PER_COMMIT):
        store.read_world()
        transaction = Transaction()
        for key, row in rows[start : start + ROWS_PER_COMMIT]:
            old = table.get(key)
            item = merge(old, row)
            if item == old:
                changes.unchanged += 1
                continue
            (changes.new if old is None else changes.changed).append(name_of(item))
            table.put(transaction, key, item)
        if not dry_run and not store.commit(transaction):
            raise BadInput("another import is running; start this one again")
    return changes


def _end_without_success(reason: str) -> None:
    """End with a status that tells scripts that the list reached nobody."""
    click.echo(f"mwavuli: {reason}", err=True)
    sys.exit(1)
