"""Lists as ministries publish them: each file in `tests/data/awkward` failed once, and has its right value here."""

import hmac
import io
from pathlib import Path

import openpyxl
import pytest

from gateway.errors import BadInput
from gateway.imports.columns import as_choice, choose_columns, guess_columns
from gateway.imports.coordinates import read_cell, read_pair
from gateway.imports.places import AreasFile, ClinicsFile, read_areas, read_clinics
from gateway.imports.services import read_services
from gateway.imports.source import Source, open_bytes
from gateway.model.area import Atlas

FILES = Path(__file__).parents[1] / "data/awkward"
HEADER = "code,name,county,constituency,ward,latitude,longitude,open_24h,services"
ROW = "1,Banja Clinic,Chitipa,North,Misuku,-9.70,33.27,no,hiv_test"


def mac(data: bytes) -> bytes:
    return hmac.digest(b"a key for tests", data, "sha256")


def both(data: bytes, region: str = "MW", /, **choice: str) -> tuple[AreasFile, ClinicsFile]:
    """Import the areas of a list, then its clinics, as a person does."""

    def source() -> Source:
        return open_bytes(data)

    labels = source().labels
    columns = choose_columns(labels, as_choice(labels, guess_columns(labels)) | choice) if choice else None
    areas = read_areas(source(), mac, region=region, columns=columns)
    return areas, read_clinics(source(), mac, region, Atlas(areas.areas), columns=columns)


def listed(name: str, region: str = "MW", /, **choice: str) -> tuple[AreasFile, ClinicsFile]:
    return both((FILES / name).read_bytes(), region, **choice)


def names(areas: AreasFile) -> list[str]:
    return [area.full_name for area in areas.areas]


def clinic_names(clinics: ClinicsFile) -> list[str]:
    return [row.clinic.name for row in clinics.rows]


def reasons(file: AreasFile | ClinicsFile) -> list[tuple[int, str]]:
    return [(problem.line, problem.reason) for problem in file.problems]


MISUKU = ["Chitipa", "Chitipa/North", "Chitipa/North/Misuku"]


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_the_counts_of_every_file_add_up(name: str) -> None:
    choice = {"county": "Admin1"} if name == "who_as_it_is.csv" else {}
    choice = {"county": "District"} if name == "malawi_as_it_is.csv" else choice
    for file in listed(name, **choice):
        report = file.report
        assert report.read == report.taken + report.lost + report.skipped
        assert report.lost == sum(problem.is_row_lost for problem in report.problems)
        rows = [line for line in (FILES / name).read_text().splitlines() if line.strip(",")]
        if "cell_with" not in name:
            assert report.read == len(rows) - (2 if name == "title_row.csv" else 1)


@pytest.mark.parametrize("name", ["cell_with_fs.csv", "cell_with_u2028.csv"])
def test_only_a_line_end_ends_a_row(name: str) -> None:
    areas, clinics = listed(name)
    assert names(areas) == MISUKU
    assert clinic_names(clinics) == ["Banja Clinic", "Chambo Health Centre"]
    assert areas.problems == clinics.problems == ()
    assert clinics.rows[1].clinic.latitude == -9.94


@pytest.mark.parametrize("sign", "\v\f\x1c\x1d\x1e\x85\u2028\u2029")
def test_no_sign_but_a_line_end_ends_a_row(sign: str) -> None:
    _, clinics = both(f"{HEADER}\r\n{ROW.replace(' ', sign)}\r{ROW.replace('1', '2', 1)}\n".encode())
    assert clinic_names(clinics) == ["Banja Clinic"] * 2


def test_one_stray_quotation_mark_costs_one_row() -> None:
    areas, clinics = listed("open_quote.csv")
    assert names(areas) == MISUKU
    assert len(clinics.rows) == 59
    assert reasons(clinics) == [
        (3, "a quotation mark is left open, or stands where none can; the row was left out")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "changes", "lost"),
    [
        ("two rows each open one", {3: ',"F', 60: ',"F'}, {3, 60}),
        ("one row opens it, a later row closes it", {3: ',"F', 30: None}, {3}),
        ("the last row", {61: ',"F'}, {61}),
        ("neighbours", {3: ',"F', 4: ',"F'}, {3, 4}),
    ],
)
def test_stray_marks(what: str, changes: dict[int, str | None], lost: set[int]) -> None:
    lines = [HEADER, *(f"{n},Facility {n},Chitipa,North,Misuku,-9.9,33.3,no,hiv_test" for n in range(1, 61))]
    for line, start in changes.items():
        text = lines[line - 1]
        lines[line - 1] = text.replace(",F", start, 1) if start else text.replace(",Chitipa", '",Chitipa', 1)
    _, clinics = both("\n".join(lines).encode())
    assert {problem.line for problem in clinics.problems} == lost, what
    assert len(clinics.rows) == 60 - len(lost), what


def test_line_breaks_in_quoted_cells_are_no_stray_marks() -> None:
    row = '1,"Banja, the\r\nClinic ""A""",Chitipa,North,Misuku,-9.70,33.27,no,"hiv_test\nART"'
    _, clinics = both(f"{HEADER}\r\n{row}\r\n{ROW.replace('1', '2', 1)}\r\n".encode())
    assert clinic_names(clinics) == ['Banja, the Clinic "A"', "Banja Clinic"]
    assert clinics.rows[0].clinic.services == {"hiv_test", "hiv_care"}


def test_a_row_of_tags_is_no_place() -> None:
    areas, clinics = listed("hxl_row.csv")
    assert (names(areas), clinic_names(clinics)) == (MISUKU, ["Banja Clinic"])
    assert clinics.report.notes == ("line 2 has tags alone (#adm1), and no place",)
    assert (clinics.report.read, clinics.report.taken, clinics.report.skipped) == (2, 1, 1)


def test_a_title_is_no_heading() -> None:
    areas, clinics = listed("title_row.csv")
    assert (names(areas), clinic_names(clinics)) == (MISUKU, ["Banja Clinic"])
    assert "line 1 stands above the headings, and no place is there" in areas.report.notes


@pytest.mark.parametrize("sign", ["#N/A", "N/A", "NULL", "-", "--", "nan", "NaN", "None", "NA", "#REF!", "?", "n.a."])
def test_a_sign_for_no_value_is_no_place(sign: str) -> None:
    data = (FILES / "na_cells.csv").read_bytes().replace(b"#N/A", sign.encode())
    areas, clinics = both(data, "PH")
    assert names(areas) == ["Eastern Samar", "Eastern Samar/Guiuan"]
    assert clinics.rows[0].clinic.area_id == areas.areas[1].id
    assert f"1 cells with {sign!r} were taken as empty; the first is in line 2" in areas.report.notes
    paths = read_areas(["path", f"Samar/Guiuan/{sign}"], mac)
    assert names(paths) == ["Samar", "Samar/Guiuan"]


def test_headings_again_blank_rows_and_a_line_for_spreadsheets() -> None:
    lines = ["sep=;", HEADER, ROW, ",,,,,,,,", HEADER.upper(), ROW.replace("1", "2", 1)]
    areas, clinics = both("\r\n".join([lines[0], *(line.replace(",", ";") for line in lines[1:])]).encode())
    assert (names(areas), len(clinics.rows)) == (MISUKU, 2)
    assert clinics.report.notes == (
        "line 1 says that ';' separates cells",
        "line 5 has the headings again, and no place",
        "1 blank rows",
    )
    assert clinics.report.counts() == "3 rows read: 2 taken, 0 left out, 1 skipped"


def test_of_a_column_that_is_there_twice_the_first_counts() -> None:
    _, clinics = listed("name_twice.csv")
    assert clinic_names(clinics) == ["Kituo cha Afya Chambo"]
    assert "the column 'name' is there twice: the first was taken; the other is 'name (2)'" in clinics.report.notes
    assert clinic_names(listed("name_twice.csv", name="name (2)")[1]) == ["CHC-2"]


def test_two_spellings_are_one_place_and_told() -> None:
    areas, clinics = listed("two_spellings_ken_zmb_tcd_ben.csv", "KE")
    assert [(area.name, area.aliases) for area in areas.areas] == [
        ("Murang'a", ("Muranga",)),
        ("North-Western", ("North Western",)),
    ]
    assert "'Muranga' was taken as another spelling of Murang'a" in areas.report.notes
    assert [row.clinic.area_id for row in clinics.rows] == [areas.areas[i].id for i in (0, 0, 1, 1)]
    atlas = Atlas(areas.areas)
    assert atlas.resolve("Muranga") == atlas.resolve("Murang'a") == areas.areas[0]


def test_one_level_and_four() -> None:
    assert names(listed("one_level.csv")[0]) == ["Chitipa"]
    assert clinic_names(listed("one_level.csv")[1]) == ["Banja"]
    areas, clinics = listed("path_clinics.csv")
    assert names(areas)[-1] == "Northern/Chitipa/TA Mwabulambya/Misuku"
    assert clinics.rows[0].clinic.area_id == areas.areas[-1].id
    four = both(b"name,county,constituency,ward,village\nBanja,Northern,Chitipa,TA Mwabulambya,Misuku")
    assert names(four[0]) == names(areas)
    assert four[1].rows[0].clinic.area_id == areas.areas[-1].id


def test_services_in_the_words_of_lists() -> None:
    assert listed("services_in_words.csv", "UG")[1].rows[0].clinic.services == {"hiv_care", "hiv_test", "pmtct"}
    assert listed("services_in_words.csv", "UG")[1].shown == 1
    assert listed("no_services.csv", "UG")[1].shown == 0


@pytest.mark.parametrize(
    ("cell", "found", "unknown"),
    [
        ("ART, HTS; PMTCT", {"hiv_care", "hiv_test", "pmtct"}, []),
        ("ART HTS PMTCT", {"hiv_care", "hiv_test", "pmtct"}, []),
        ("art/hts & pmtct", {"hiv_care", "hiv_test", "pmtct"}, []),
        ("VCT|HTC|HTS", {"hiv_test"}, []),
        ("GBV + PRC", {"violence_care"}, []),
        ("FP, ANC, MNCH", {"family_planning", "pmtct"}, []),
        ("OST; NSP", {"harm_reduction"}, []),
        ("STI Services", {"sti"}, []),
        ("Antiretroviral therapy and HIV testing", {"hiv_care", "hiv_test"}, []),
        ("Planning familial et PTME, IST", {"family_planning", "pmtct", "sti"}, []),
        ("Planificación familiar y prueba de VIH", {"family_planning", "hiv_test"}, []),
        ("TARV, planeamento familiar e saúde mental", {"hiv_care", "family_planning", "mental_health"}, []),
        ("TB/HIV", {"tb"}, []),
        ("hiv_test|dentist", {"hiv_test"}, ["dentist"]),
        ("no ART", set(), ["no ART"]),
        ("", set(), []),
    ],
)
def test_service_words(cell: str, found: set[str], unknown: list[str]) -> None:
    assert read_services(cell) == (found, unknown)


def test_an_unknown_service_is_told_with_those_we_know() -> None:
    _, clinics = both(f"{HEADER}\n{ROW}|dentist".encode())
    assert reasons(clinics) == [(2, "the service 'dentist' is not known; taken without it")]
    told = " ".join(clinics.report.notes)
    assert "the services that we know: family_planning" in told
    assert "hiv_care (ART" in told


@pytest.mark.parametrize("cell", ["Open 24h", "open_24h", "24/7", "24 hours", "24 HRS", "Open 24 hours", "yes", "24h"])
def test_words_for_always_open(cell: str) -> None:
    _, clinics = both(f"{HEADER}\n{ROW.replace(',no,', f',{cell},')}".encode())
    assert (clinics.rows[0].clinic.open_24h, clinics.problems) == (True, ())
    _, clinics = both(f"{HEADER},hours\n{ROW},24/7".encode())
    assert clinics.rows[0].clinic.open_24h


def test_a_swapped_place_is_told_and_known_to_be_doubtful() -> None:
    areas, clinics = listed("swapped_one.csv", "KE")
    assert [line for line, _ in reasons(clinics)] == [line for line, _ in reasons(areas)] == [3]
    assert "latitude and longitude seem exchanged" in clinics.problems[0].reason
    assert [row.clinic.is_doubtful for row in clinics.rows] == [False, True, False]
    assert clinics.rows[1].clinic.latitude is None
    assert (areas.areas[1].latitude, areas.areas[1].longitude) == pytest.approx((-4.025, 39.70))


COAST = [(-4.02, 39.70), (-4.03, 39.71), (-4.04, 39.69), (-4.01, 39.70), (-4.00, 39.68)]


@pytest.mark.parametrize(
    ("what", "bad", "words"),
    [
        ("swapped", (39.70, -4.02), "exchanged"),
        ("south as north", (4.02, 39.70), "minus sign of the latitude"),
        ("east as west", (-4.02, -39.70), "minus sign of the longitude"),
        ("equal", (8.634022, 8.634022), "equal|another country"),
        ("another continent", (48.85, 2.35), "another country"),
        ("another town", (-1.29, 36.82), "km from the places around"),
    ],
)
@pytest.mark.parametrize("region", ["KE", ""])
def test_coordinates_are_held_against_their_neighbours(
    what: str, bad: tuple[float, float], words: str, region: str
) -> None:
    rows = [f"{i},C{i},Mombasa,Kisauni,,{n},{e},yes,sti" for i, (n, e) in enumerate([*COAST, bad])]
    areas, clinics = both("\n".join([HEADER, *rows]).encode(), region)
    assert [row.clinic.is_doubtful for row in clinics.rows] == [False] * 5 + [True], what
    assert any(word in clinics.problems[0].reason for word in (*words.split("|"), "km from")), what
    assert (areas.areas[1].latitude, areas.areas[1].longitude) == pytest.approx((-4.02, 39.70)), what


def test_a_remote_place_of_a_list_that_is_mostly_of_one_town_is_right() -> None:
    far = [("Kisumu,Seme", -0.10, 34.58), ("Kisumu,Nyando", -0.16, 35.07), ("Kisumu,Nyando", -0.18, 35.08)]
    rows = [f"{i},C{i},Mombasa,Kisauni,,{n},{e},yes,sti" for i, (n, e) in enumerate(COAST * 3)]
    rows += [f"9{i},F{i},{place},,{n},{e},yes,sti" for i, (place, n, e) in enumerate(far)]
    for count in (1, 3):
        _, clinics = both("\n".join([HEADER, *rows[: 15 + count]]).encode(), "KE")
        assert clinics.problems == ()


def test_two_of_four_in_one_area_are_wrong() -> None:
    spots = [(-4.02, 39.70), (39.70, -4.02), (8.634022, 8.634022), (-4.03, 39.70)]
    rows = [f"{i},C{i},Mombasa,Kisauni,,{n},{e},yes,sti" for i, (n, e) in enumerate(spots)]
    areas, clinics = both("\n".join([HEADER, *rows]).encode(), "KE")
    assert [row.clinic.is_doubtful for row in clinics.rows] == [False, True, True, False]
    assert areas.areas[1].latitude == pytest.approx(-4.025)


def test_whole_columns_are_swapped() -> None:
    rows = [f"{i},C{i},Mombasa,Kisauni,,{e},{n},yes,sti" for i, (n, e) in enumerate(COAST)]
    areas, clinics = both("\n".join([HEADER, *rows]).encode(), "KE")
    assert all(row.clinic.is_doubtful for row in clinics.rows)
    assert any(note.startswith("latitude and longitude stand in each other's column") for note in areas.report.notes)
    assert areas.areas[0].latitude is None


def test_a_list_of_another_country_is_taken_as_it_is() -> None:
    _, clinics = both(
        f"{HEADER}\n1,Guiuan,Samar,,,11.03,125.72,no,sti\n2,Borongan,Samar,,,11.6,125.43,no,sti".encode(), "KE"
    )
    assert not any(row.clinic.is_doubtful for row in clinics.rows)
    assert "most places lie far from KE (MWAVULI_REGION); their coordinates were taken as given" in clinics.report.notes


@pytest.mark.parametrize(
    ("north", "east"),
    [
        ("9.70S", "33.27E"), ("S 9.70", "E 33.27"), ("9°42'0\"S", "33°16'12\"E"), ("9 42 0 S", "33 16 12 E"),
        ("9º42.0'S", "33º16.2'E"), ("-9,70", "33,27"), ("−9.70", "33.27"), ("33.27E", "9.70S"),
    ],
)  # fmt: skip
def test_coordinates_in_two_cells(north: str, east: str) -> None:
    assert read_pair(north, east) == pytest.approx((-9.70, 33.27))


@pytest.mark.parametrize(
    "cell",
    ["-9.70, 33.27", "-9.70,33.27", "(-9.70 33.27)", "-9,70; 33,27", "-9,70, 33,27", "9.70S 33.27E",
     "9°42'0\"S, 33°16'12\"E", "POINT(33.27 -9.70)", "SRID=4326;POINT (33.27 -9.70)"],
)  # fmt: skip
def test_coordinates_in_one_cell(cell: str) -> None:
    assert read_cell(cell) == pytest.approx((-9.70, 33.27))
    for column in ("coordinates", "latitude", "longitude"):
        data = f'code\tname\tcounty\t{column}\tservices\n1\tBanja\tChitipa\t"{cell.replace(chr(34), chr(34) * 2)}"\tsti'
        assert both(data.encode())[1].rows[0].clinic.latitude == pytest.approx(-9.70)


def test_coordinates_that_cannot_be_read_are_told_with_how_to_write_them() -> None:
    _, clinics = both(f"{HEADER}\n{ROW.replace('-9.70', 'near the market')}".encode())
    assert reasons(clinics) == [
        (2, "the coordinates cannot be read; taken as unknown; "
         "write them as degrees, south and west with a minus, as in -9.70 and 33.27"),
    ]  # fmt: skip
    assert read_pair("-9.70 33.27", "1") is None


FRENCH = f"{HEADER}\n1,Hôpital de Ségou,Ségou,Pélengana,,13.43,-6.26,no,sti\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    areas, clinics = both(FRENCH.encode(encoding), "ML")
    assert (names(areas), clinic_names(clinics)) == (["Ségou", "Ségou/Pélengana"], ["Hôpital de Ségou"])
    assert bool(areas.report.notes) == (not encoding.startswith("utf-8"))


def test_thai_in_two_bytes_a_letter_without_a_mark() -> None:
    areas = read_areas(open_bytes("county,constituency\nกรุงเทพ,บางรัก\nกรงปินัง,สะเอะ\n".encode("utf-16-le")), mac)
    assert names(areas) == ["กรุงเทพ", "กรุงเทพ/บางรัก", "กรงปินัง", "กรงปินัง/สะเอะ"]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp874"])
def test_letters_that_nobody_can_know_are_refused(encoding: str) -> None:
    text = "county\nกรุงเทพมหานคร\n" if encoding == "cp874" else "county\nМосковская область\n"
    with pytest.raises(BadInput, match="line 2 is in letters that we do not recognise; save it as CSV UTF-8"):
        open_bytes(text.encode(encoding))


def test_lines_of_two_encodings() -> None:
    first, second = FRENCH.encode().splitlines()
    areas, _ = both(b"\n".join([first, second, "2,Santé,Kayes,Yélimané,,15.1,-10.5,no,sti".encode("cp1252")]), "ML")
    assert names(areas)[-1] == "Kayes/Yélimané"
    assert areas.report.notes == ("line 3 is not in UTF-8: read as Windows-1252",)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b'{"type": "FeatureCollection"}', "JSON"), (b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0abc", "old Excel"),
     (b"<html><table>", "web page"), (b"PK\x03\x04abc", "no workbook"), (b"", "empty"), (b"\n \n", "empty")],
)  # fmt: skip
def test_other_files_are_named(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        open_bytes(data)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Cover",))
    sheet = book.create_sheet("Facilities")
    for row in rows:
        sheet.append(row)
    book.save(data)
    return data.getvalue()


def test_a_workbook_is_read_by_its_bytes() -> None:
    rows = [HEADER.split(","), (101.0, "Banja\nClinic", "Chitipa", "North", None, -9.7, 33.27, True, "ART, HTS")]
    areas, clinics = both(workbook(("Ministry of Health",), (), *map(tuple, rows)))
    [row] = clinics.rows
    assert names(areas) == ["Chitipa", "Chitipa/North"]
    assert (row.clinic.code, row.clinic.name, row.clinic.latitude) == ("101", "Banja Clinic", -9.7)
    assert row.clinic.open_24h
    assert row.clinic.services == {"hiv_care", "hiv_test"}
    assert "the sheet 'Facilities' was read, not 'Sheet'" in clinics.report.notes


def test_foreign_headings_go_in_with_one_mapping() -> None:
    areas, clinics = listed("who_as_it_is.csv", "AO", name="Facility name")
    assert names(areas) == ["Bengo"]
    [row] = clinics.rows
    assert (row.clinic.name, row.clinic.latitude, row.clinic.longitude) == (
        "Hospital Barra Do Dande",
        -8.655976,
        13.491947,
    )
    assert row.clinic.code == listed("who_as_it_is.csv", "AO", name="Facility name")[1].rows[0].clinic.code
    assert areas.problems == clinics.problems == ()
    areas, clinics = listed("malawi_as_it_is.csv", name="Facility Name")
    assert names(areas) == ["Chitipa"]
    assert (clinics.rows[0].clinic.code, clinics.rows[0].clinic.name) == ("101", "Banja La Mtsogolo Clinic")


def test_a_value_for_all_rows() -> None:
    areas, clinics = listed("who_as_it_is.csv", "AO", county="=Angola", constituency="Admin1", services="=ART|HTS")
    assert names(areas) == ["Angola", "Angola/Bengo"]
    assert clinics.rows[0].clinic.services == {"hiv_care", "hiv_test"}


def test_a_heading_that_may_be_ours_is_told_with_the_way_to_say_so() -> None:
    _, clinics = both(b"code,name,county,lat,lon\n1,Banja,Chitipa,-9.7,33.2")
    assert [reason for _, reason in reasons(clinics)] == [
        "the column 'lat' is not known and was left out; if it is latitude, say --map latitude='lat'",
        "the column 'lon' is not known and was left out; if it is longitude, say --map longitude='lon'",
    ]
