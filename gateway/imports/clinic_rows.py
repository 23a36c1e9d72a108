"""Converts the rows of a list into clinics, and tells why a row is none. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gateway.imports import cells, services
from gateway.imports.located import Located, read_path, tell_doubts
from gateway.imports.table import ListTable, Row
from gateway.imports.tree import PlaceTree, Spot
from gateway.model.area import Atlas, Mac
from gateway.model.clinic import Clinic
from gateway.model.names import normalise_name
from gateway.numbers import Number

RANKS_LAST = "taken as unknown, and the place ranks after all others"


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic and, separate from it, the phone for referral texts in its row."""

    clinic: Clinic
    phone: Number | None = field(repr=False)


class ClinicRows:
    """The clinics of a list as it is read. `region` (ISO 3166): phones are read as dialled there."""

    def __init__(self, table: ListTable, mac: Mac, region: str, atlas: Atlas | None) -> None:
        """Without an `atlas` every place of the list exists."""
        self._table, self._mac, self._region = table, mac, region
        self._tree, self._adds_places = PlaceTree(atlas or Atlas(), mac), atlas is None
        self._has_codes = "code" in table.columns.at or "code" in table.columns.constants
        self._lines: dict[str, int] = {}
        self._located: list[Located] = []
        self._located_at: list[int] = []
        self._rows: list[ClinicRow] = []

    def add(self, line: int, row: Row) -> None:
        """Take the row as a clinic, or tell why it is left out."""
        path = read_path(row)
        along = [place.id for place in self._tree.use(path)] if self._adds_places else list(self._tree.find(path))
        if not self._has_codes:
            row["code"] = _make_code(row["name"], path, self._mac)
        if reason := self._rejection_reason(row, path, along):
            self._table.lose(line, reason)
            return
        self._lines[row["code"]] = line
        if spot := cells.parse_coordinates(row, line, self._table):
            self._located.append(Located(line, spot, along))
            self._located_at.append(len(self._rows))
        self._rows.append(self._build(row, along[-1], spot, line))

    def finish(self) -> tuple[ClinicRow, ...]:
        """Return the clinics in the order of the list, without the coordinates that are doubtful."""
        for i in tell_doubts(self._located, self._region, self._table, RANKS_LAST):
            at = self._located_at[i]
            vague = replace(self._rows[at].clinic, latitude=None, longitude=None, is_doubtful=True)
            self._rows[at] = replace(self._rows[at], clinic=vague)
        if any(cells.UNKNOWN_SERVICE in problem.reason for problem in self._table.problems):
            self._table.notes.append(f"the services that we know: {services.list_services()}")
        return tuple(self._rows)

    def _rejection_reason(self, row: Row, path: Sequence[str], along: Sequence[str]) -> str:
        if missing := [column for column in ("code", "name") if not row[column]]:
            return f"no {' and no '.join(missing)}"
        if not path:
            return "no place is named"
        if row["code"] in self._lines:
            return f"the same code as line {self._lines[row['code']]}"
        return "" if len(along) == len(path) else "its place is not among the areas: import those first"

    def _build(self, row: Row, area: str, spot: Spot | None, line: int) -> ClinicRow:
        phone = cells.parse_phone(row, self._region, line, self._table)
        north, east = spot or (None, None)
        open_24h, hours = cells.parse_opening(row, line, self._table)
        clinic = Clinic(
            code=row["code"],
            name=row["name"],
            area_id=area,
            latitude=north,
            longitude=east,
            open_24h=open_24h,
            hours=hours,
            fee=row["fee"],
            languages=cells.split_cell(row["languages"]),
            notes=row["notes"],
            services=cells.parse_services(row, line, self._table),
            has_phone=phone is not None,
        )
        return ClinicRow(clinic, phone)


def _make_code(name: str, path: Sequence[str], mac: Mac) -> str:
    """Return the code of a clinic whose list has no codes: the same at each import."""
    return mac(("clinic:" + "\n".join(map(normalise_name, (name, *path)))).encode())[:4].hex()
