"""The sheet of a reader: written, filled in, and brought back; nothing is computed and nothing gets lost."""

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from gateway.cli import language as language_command
from gateway.cli.sheet import HEADINGS, REMARK, SHOWN, TEXT
from gateway.cli.sheet_files import Row, read_sheet, write_sheet
from gateway.errors import BadInput
from tests.harness.languages import SHIPPED
from translations import load
from translations.catalog import catalog_path
from translations.languages import TRANSLATIONS_DIR
from translations.review import list_strings

KINDS = ("xlsx", "csv")
DONE, PLACES = "Done.", "Areas chosen: {n}"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(language_command.language, [str(one) for one in arguments])


def written(tmp_path: Path, code: str, kind: str = "csv") -> tuple[Path, list[Row]]:
    path = tmp_path / f"sheet.{kind}"
    tmp_path.mkdir(exist_ok=True)
    assert run(code, "--to", tmp_path / "ours", "--sheet", path).exit_code == 0
    return path, read_sheet(path, HEADINGS)


def save(path: Path, rows: list[Row]) -> None:
    write_sheet(path, HEADINGS, [[row[heading] for heading in HEADINGS] for row in rows])


def row_of(rows: list[Row], english: str) -> Row:
    return next(row for row in rows if row["English"] == english)


def bring(path: Path, code: str, tmp_path: Path) -> Result:
    return run(code, "--to", tmp_path / "ours", "--from-sheet", path)


def refused(result: Result) -> str:
    assert isinstance(result.exception, BadInput), result.output
    return str(result.exception)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", SHIPPED)
def test_an_unchanged_sheet_changes_nothing_and_a_changed_one_its_strings_alone(
    tmp_path: Path, code: str, kind: str
) -> None:
    path, rows = written(tmp_path, code, kind)
    assert len({row["string"] for row in rows}) == len(rows)
    assert "0 texts changed, 0 remarks" in bring(path, code, tmp_path).output
    assert not (tmp_path / "ours" / catalog_path(code)).exists()
    before = load([code], for_paper=True)[code].messages
    row_of(rows, DONE)[TEXT] = "Word one"
    row_of(rows, DONE)[REMARK] = "Short, as\npeople say it: été, да, 好"
    save(path, rows)
    assert "1 texts changed, 1 remarks" in bring(path, code, tmp_path).output
    after = load([code], tmp_path / "ours", for_paper=True)[code].messages
    assert after == before | {("", DONE): ("Word one",)}
    catalog = (tmp_path / "ours" / catalog_path(code)).read_text("utf-8")
    assert "# Reader: Short, as people say it: été, да, 好\n" in catalog
    assert "0 texts changed" in bring(path, code, tmp_path).output, "the same sheet again changes nothing"
    assert (tmp_path / "ours" / catalog_path(code)).read_text("utf-8") == catalog


@pytest.mark.parametrize("code", SHIPPED)
def test_each_row_says_what_a_reader_needs(tmp_path: Path, code: str) -> None:
    _path, rows = written(tmp_path, code)
    strings = list_strings(code, [TRANSLATIONS_DIR])
    assert [row[SHOWN] for row in rows] == [string.now.strip() for string in strings]
    for row in rows:
        assert row["where it stands"] and row["room"] and row["English"] and row["as a phone shows it"]
        assert row[TEXT] == row[REMARK] == ""
        assert "{word:" not in row["as a phone shows it"]


def test_the_page_has_the_words_of_the_country(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    for country, word in (("ES", "pulsa"), ("MX", "oprime")):
        assert run("es", "--sheet", path, "--country", country).exit_code == 0
        row = next(row for row in read_sheet(path, HEADINGS) if "{word:press}" in row[SHOWN])
        assert word in row["as a phone shows it"]


FORMULAS = ["=1+1", "+254711", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "'=1", "''-1", "＝1", "'tis"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_attackers_formula_stays_text_on_both_ways(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    rows = [[text] * len(HEADINGS) for text in FORMULAS]
    write_sheet(path, HEADINGS, rows)
    assert [list(row.values()) for row in read_sheet(path, HEADINGS)] == rows
    if kind == "csv":
        cells = [row[0] for row in csv.reader(path.read_text("utf-8-sig").splitlines())][1:]
        assert not [cell for cell in cells if cell[0] in "=+-@\t\r＝"]
    else:
        sheet = openpyxl.load_workbook(path).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
        assert all(cell.quotePrefix for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", KINDS)
def test_a_readers_formula_becomes_a_text_in_the_catalog(tmp_path: Path, kind: str) -> None:
    path, rows = written(tmp_path, "fr", kind)
    row_of(rows, DONE)[TEXT] = "=cmd|' /C calc'!A0"
    save(path, rows)
    assert bring(path, "fr", tmp_path).exit_code == 0
    assert load(["fr"], tmp_path / "ours")["fr"].gettext(DONE) == "=cmd|' /C calc'!A0"


def test_all_errors_are_listed_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    path, rows = written(tmp_path, "es")
    with_value = [row for row in rows if "{dial}" in row["English"]]
    with_value[0][TEXT] = "Marca {dail}"
    with_value[1][TEXT] = "Marca {dial"
    with_value[2][TEXT] = "Marca"
    with_value[3][TEXT] = "{word:presss} {dial}"
    row_of(rows, DONE)[TEXT] = "Ya está"
    rows.append(dict.fromkeys(HEADINGS, "") | {"string": "s00000000", TEXT: "x"})
    save(path, rows)
    said = refused(bring(path, "es", tmp_path))
    at = [rows.index(row) + 2 for row in with_value[:4]]
    assert f"line {at[0]}: the translation of" in said and "has {dail}, which the English has not" in said
    assert f"line {at[1]}: the translation of" in said and "a brace without its other half" in said
    assert f"line {at[2]}: the text lacks {{dial}}, which the English has" in said
    assert f"line {at[3]}: the translation of" in said and "there is no {word:presss}" in said
    assert f"line {len(rows) + 1}: there is no string s00000000 any more" in said
    assert not (tmp_path / "ours").exists()


def test_a_text_that_somebody_else_changed_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path, rows = written(tmp_path, "fr")
    row_of(rows, DONE)[TEXT] = "Reader"
    save(path, rows)
    other, others = written(tmp_path / "other", "fr")  # of the same catalog: there is no other yet
    row_of(others, DONE)[TEXT] = "Somebody else"
    save(other, others)
    assert bring(other, "fr", tmp_path).exit_code == 0
    said = refused(bring(path, "fr", tmp_path))
    assert "the text changed since the sheet was written; it is 'Somebody else'" in said
    assert load(["fr"], tmp_path / "ours")["fr"].gettext(DONE) == "Somebody else"


def test_the_sheet_of_a_new_language_comes_back_with_plurals(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    assert run("luo", "--name", "Dholuo", "--to", ours).exit_code == 0
    path, rows = written(tmp_path, "luo", "xlsx")
    forms = [row for row in rows if row["string"].endswith((".0", ".1"))][:2]
    for place, row in enumerate(forms):
        row[TEXT] = f"form {place} {row['English']}" if place else f"form 0 {forms[1]['English']}"
    save(path, rows)
    assert bring(path, "luo", tmp_path).exit_code == 0
    said = load(["en", "luo"], ours)["luo"].messages
    assert ("form 0 " + forms[1]["English"], "form 1 " + forms[1]["English"]) in said.values()


@pytest.mark.parametrize("kind", ["semicolons", "moved"])
def test_a_sheet_from_another_spreadsheet_is_read(tmp_path: Path, kind: str) -> None:
    path, rows = written(tmp_path, "ru")
    row_of(rows, DONE)[TEXT] = "Хорошо; да, да"
    headings = list(reversed(HEADINGS)) if kind == "moved" else list(HEADINGS)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";" if kind == "semicolons" else ",")
        table.writerows([headings, *([row[heading] for heading in headings] for row in rows)])
    assert "1 texts changed" in bring(path, "ru", tmp_path).output


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.ods", b"", "the name of a sheet ends in .xlsx or .csv"),
        ("x.csv", b"a,b\n", "its first line lacks the heading 'string'"),
        ("x.csv", "string;été".encode("latin-1"), "is to be saved as UTF-8"),
        ("x.xlsx", b"no workbook", "is no workbook"),
        ("x.csv", b"", "lacks the heading"),
    ],
)
def test_refuses_a_file(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert expected in refused(bring(tmp_path / name, "fr", tmp_path))


def test_refuses_what_is_unclear(tmp_path: Path) -> None:
    assert "--to FOLDER" in refused(run("fr", "--from-sheet", tmp_path / "x.csv"))
    assert "give one of them" in refused(run("fr", "--sheet", "a.csv", "--from-sheet", "b.csv"))
    assert "say which language" in refused(run("--sheet", "a.csv"))
    assert "cannot read" in refused(bring(tmp_path / "absent.csv", "fr", tmp_path))
    assert "there is no language luo yet" in refused(run("luo", "--sheet", tmp_path / "x.csv"))
