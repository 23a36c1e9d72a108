"""Imports: what spreadsheets and ministries really send. No error message contains a number."""

import hmac
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from gateway.errors import BadInput
from gateway.imports.places import CLINIC_COLUMNS, AreasFile, ClinicsFile, read_areas, read_clinics
from gateway.model.area import Atlas
from gateway.model.needs import NEEDS

HERE = Path(__file__).parents[1]
KENYA = HERE.parents[1] / "shared/data/kenya_facilities.csv"
SAMPLE = (HERE / "data/facilities_sample.csv").read_text(encoding="utf-8").splitlines()
DEMO = HERE.parent / "gateway/cli"
HEADER = ",".join(CLINIC_COLUMNS)
GOOD = "1,Clinic,Mombasa,Kisauni,Junda,-4.01,39.68,no,sti"


def mac(data: bytes) -> bytes:
    return hmac.digest(b"a key for tests", data, "sha256")


def clinics(*rows: str, header: str = HEADER) -> ClinicsFile:
    return read_clinics([header, *rows], mac, "KE")


def areas(*rows: str, header: str = "county,constituency,ward,aliases") -> AreasFile:
    return read_areas([header, *rows], mac)


def reasons(file: AreasFile | ClinicsFile) -> list[tuple[int, str]]:
    return [(problem.line, problem.reason) for problem in file.problems]


def test_the_sample_is_imported_and_its_odd_rows_are_reported() -> None:
    atlas = Atlas(read_areas(SAMPLE, mac).areas)
    file = read_clinics(SAMPLE, mac, "KE", atlas)
    assert len(file.rows) == 33 + 3
    assert reasons(file) == [
        (23, "the coordinates are impossible; taken as unknown"),
        (24, "the coordinates are impossible; taken as unknown"),
        (24, "the service 'massage_##########' is not known; taken without it"),
        (25, "the same code as line 2; the row was left out"),
        (26, "no name; the row was left out"),
        (27, "no place is named; the row was left out"),
        (28, "the coordinates are impossible; taken as unknown"),
        (28, "open_24h is neither yes nor no; taken as no"),
        (29, "more cells than columns; the row was left out"),
    ]
    by_code = {row.clinic.code: row.clinic for row in file.rows}
    assert by_code["90001"].latitude is None
    assert by_code["90002"].name == "Clinic, Two Names with a tab"
    assert by_code["90005"].services == {"sti", "hiv_test"}
    assert by_code["90005"].area_id == atlas.resolve("Kisauni/Junda").id


def test_the_ministrys_list_is_imported_whole() -> None:
    if not KENYA.exists():
        pytest.skip("the ministry's full list is not beside this checkout")
    lines = KENYA.read_text(encoding="utf-8").splitlines()
    file = read_areas(lines, mac)
    assert len(file.areas) == len({area.id for area in file.areas}) == 8 + 50 + 248
    assert file.problems == ()
    assert read_areas(lines, mac) == file
    atlas = Atlas(file.areas)
    assert [area.name for area in atlas.children()][:3] == ["Kilifi", "Kisumu", "Kwale"]
    rows: list[int] = []
    clinics = read_clinics(lines, mac, "KE", atlas, rows.append)
    assert len(clinics.rows) == rows[-1] == 2365
    assert clinics.problems == ()
    assert {area.full_name for area in atlas.find("shella")} == {
        "Kilifi/Malindi/Shella",
        "Lamu/Lamu West/Shella",
    }


def test_areas_form_a_tree_with_parents_first() -> None:
    file = areas("Mombasa,Kisauni,Junda,", "MOMBASA,kisauni,Mjambere,")
    assert [area.path for area in file.areas] == [
        ("Mombasa",),
        ("Mombasa", "Kisauni"),
        ("Mombasa", "Kisauni", "Junda"),
        ("Mombasa", "Kisauni", "Mjambere"),
    ]
    assert [area.parent for area in file.areas][:2] == [None, file.areas[0].id]
    assert file.areas[3].parent == file.areas[1].id


def test_a_parent_spelt_two_ways_is_still_the_parent() -> None:
    atlas = Atlas(areas("Mombasa,Kisauni,Junda,", "MOMBASA,kisauni,Mjambere,").areas)
    assert len(atlas.subtree(atlas.resolve("Mombasa").id)) == 4


def test_aliases_belong_to_the_lowest_place_once() -> None:
    file = areas("Mombasa,Kisauni,Junda,Kwa Bulo | Stage|junda", "Mombasa,Kisauni,Junda,kwa bulo|Bar|")
    assert [area.aliases for area in file.areas] == [(), (), ("Kwa Bulo", "Stage", "Bar")]


def test_areas_from_paths() -> None:
    file = areas("Mombasa/Kisauni,Kisa", "Mombasa/Nyali,", ",x", header="path,aliases")
    assert [area.full_name for area in file.areas] == ["Mombasa", "Mombasa/Kisauni", "Mombasa/Nyali"]
    assert file.areas[1].aliases == ("Kisa",)
    assert reasons(file) == [(4, "no place is named; the row was left out")]


def test_an_area_stands_at_the_median_of_its_facilities() -> None:
    rows = [f"{i},C{i},Mombasa,Kisauni,Junda,{lat},39.5,no," for i, lat in enumerate((-4.0, -4.2, 60.0))]
    file = read_areas([HEADER, *rows, "9,C9,Mombasa,Nyali,Kongowea,,,no,"], mac)
    spots = {area.full_name: (area.latitude, area.longitude) for area in file.areas}
    assert spots["Mombasa/Kisauni/Junda"] == spots["Mombasa"] == (-4.1, 39.5), "60.0 is nowhere near: it moves nothing"
    assert [line for line, _ in reasons(file)] == [4]
    assert spots["Mombasa/Nyali"] == (None, None)


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        ("a byte order mark", ["\ufeff" + HEADER, GOOD]),
        ("semicolons", [HEADER.replace(",", ";"), GOOD.replace(",", ";")]),
        (
            "semicolons and decimal commas",
            [HEADER.replace(",", ";"), GOOD.replace(",", ";").replace(".", ",")],
        ),
        ("tabs", [HEADER.replace(",", "\t"), GOOD.replace(",", "\t")]),
        ("line ends of Windows", [HEADER + "\r\n", "\r\n", GOOD + "\r\n"]),
        ("blank lines before the header", ["\r\n", "", HEADER, ",,,,,,,,", GOOD]),
        ("capitals in the header", [HEADER.upper().replace(",", " , "), GOOD]),
        ("quoted cells", [HEADER, ",".join(f'"{cell}"' for cell in GOOD.split(","))]),
        ("a short row", [HEADER + ",notes,fee", GOOD]),
    ],
)
def test_spreadsheets(what: str, lines: list[str]) -> None:
    file = read_clinics(lines, mac, "KE")
    assert file.problems == (), what
    assert [row.clinic for row in file.rows] == [clinics(GOOD).rows[0].clinic], what


def test_a_header_that_lacks_columns_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="lacks the columns: name, county; it has: 'code', 'constituency', 'ward'"):
        clinics(GOOD, header="code,constituency,ward,latitude,longitude,open_24h")
    with pytest.raises(BadInput, match="county"):
        areas("x", header="place")
    with pytest.raises(BadInput, match="empty"):
        read_clinics([], mac, "KE")


def test_optional_columns_in_any_order() -> None:
    file = clinics(
        f"0711 000 201,Daily 08:00-17:00,en|sw,{GOOD},free,blue gate",
        header=f"phone,hours,languages,{HEADER},fee,notes",
    )
    clinic, phone = file.rows[0].clinic, file.rows[0].phone
    assert (clinic.fee, clinic.notes, clinic.languages) == ("free", "blue gate", ("en", "sw"))
    assert clinic.hours is not None
    assert clinic.has_phone
    assert phone is not None
    assert phone.e164 == "+254711000201"
    assert "711000201" not in repr(file)


def test_an_unknown_column_is_reported() -> None:
    file = clinics(GOOD + ",x", header=HEADER + ",hour")
    assert reasons(file) == [(1, "the column 'hour' is not known and was left out")]
    assert len(file.rows) == 1


@pytest.mark.parametrize(
    ("what", "cells", "reason"),
    [
        ("latitude", "-94,39.6,no,sti,,", "coordinates"),
        ("no number", "north,39.6,no,sti,,", "coordinates"),
        ("not finite", "nan,39.6,no,sti,,", "coordinates"),
        ("half a pair", "-4.0,,no,sti,,", "coordinates"),
        ("the ocean", "0.0,0,no,sti,,", "coordinates"),
        ("hours", "-4.0,39.6,no,sti,,whenever", "hours are written as in"),
        ("hours and always", "-4.0,39.6,yes,sti,,Mon 08:00-17:00", "both given"),
        ("a phone with too few digits", "-4.0,39.6,no,sti,0711,", "phone"),
        ("words for a phone", "-4.0,39.6,no,sti,ask the nurse,", "phone"),
        ("a service", "-4.0,39.6,no,sti|dentist,,", "'dentist'"),
    ],
)
def test_a_bad_cell_is_reported_and_the_row_imported(what: str, cells: str, reason: str) -> None:
    file = clinics(f"1,Clinic,Mombasa,Kisauni,Junda,{cells}", header=HEADER + ",phone,hours")
    assert [line for line, _ in reasons(file)] == [2], what
    assert reason in file.problems[0].reason, what
    assert len(file.rows) == 1, what
    assert file.rows[0].clinic.services == {"sti"}, what
    assert not file.rows[0].clinic.open_24h, what


def test_a_clinic_in_a_place_the_atlas_lacks_is_left_out() -> None:
    file = read_clinics([HEADER, GOOD], mac, "KE", Atlas())
    assert file.rows == ()
    assert reasons(file) == [(2, "its place is not among the areas: import those first; the row was left out")]


def test_progress_is_reported_row_by_row() -> None:
    seen: list[int] = []
    lines = (line for line in [HEADER, *(f"{i}{GOOD}" for i in range(50))])
    read_clinics(lines, mac, "KE", on_row=seen.append)
    assert seen == list(range(1, 51))


@given(
    st.lists(st.sampled_from(["", "0711000201", "+254 711 000 201", "sti|0711000201", "yes", '"', "Mon 0711000201"])),
    st.sampled_from([HEADER, HEADER + ",phone,hours,0711000201"]),
)
def test_no_number_is_ever_in_a_reason(cells: list[str], header: str) -> None:
    row = ",".join(["1", "Clinic", "Mombasa", *cells])
    for file in (clinics(row, row, header=header), read_areas([header, row], mac)):
        assert not [p for p in file.problems if "711000201" in p.reason.replace(" ", "")]


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    read_clinics([HEADER, *lines], mac, "KE")
    read_areas(["path;aliases", *lines], mac)


def test_the_demo_country_is_whole() -> None:
    areas_file = read_areas((DEMO / "demo_areas.csv").read_text(encoding="ascii").splitlines(), mac)
    atlas = Atlas(areas_file.areas)
    lines = (DEMO / "demo_country.csv").read_text(encoding="ascii").splitlines()
    file = read_clinics(lines, mac, "KE", atlas)
    assert areas_file.problems == file.problems == ()
    assert [len(atlas.children()), len(atlas), len(file.rows)] == [2, 2 + 4 + 11, 14]
    assert len(atlas.find("Taa Mbili")) == 2
    assert {service for row in file.rows for service in row.clinic.services} >= {
        service for need in NEEDS.values() for service in need.services
    }
    phones = [row.phone.e164 for row in file.rows if row.phone]
    assert len(phones) >= 10
    assert all(phone.startswith("+2547110002") for phone in phones)
