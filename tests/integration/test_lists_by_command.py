"""`mwavuli areas import` and `clinics import` with lists as they come: headings, counts, and what callers see."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from gateway.cli import place_lists
from gateway.deployment import Deployment
from gateway.model.clinic import Clinic
from tests.harness.command import Said, said

FILES = Path(__file__).parents[1] / "data/awkward"
Run = Callable[..., Said]


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(place_lists, "load_settings", lambda: deployment.settings)
    return lambda *words, typed="": said(*words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)


def clinic(deployment: Deployment, code: str) -> Clinic:
    found = deployment.store.read_world().directory.get(code)
    assert found is not None
    return found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_lists, "is_terminal", lambda: True)


def test_foreign_headings_without_a_terminal(run: Run) -> None:
    status, out, err = run("clinics", "import", FILES / "who_as_it_is.csv")
    assert (status, out) == (2, "")
    assert "the first line lacks the columns: name, county. It has: 'Country', 'Admin1', 'Facility name'" in err
    assert "--map name='Facility name' --map latitude=Lat --map longitude=Long --map county=Admin1" in err


def test_one_mapping_is_remembered(run: Run, deployment: Deployment) -> None:
    who = FILES / "who_as_it_is.csv"
    status, out, err = run("areas", "import", who, "--map", "name=Facility name")
    assert (status, out) == (0, "1 areas: 1 new, 0 changed, 0 as they were, 0 problems\n")
    assert "1 rows read: 1 taken, 0 left out" in err
    status, out, err = run("clinics", "import", who)
    assert (status, out) == (1, "1 clinics: 1 new, 0 changed, 0 as they were, 0 problems\n")
    assert "columns as chosen before: --map name='Facility name'" in err
    assert "the clinics are stored, but no caller sees them" in err
    assert "hiv_test (HTS" in err
    status, out, _ = run("clinics", "import", who, "--map", "services==ART|HTS")
    assert (status, out) == (0, "1 clinics: 0 new, 1 changed, 0 as they were, 0 problems\n")
    assert run("clinics", "import", who)[:2] == (0, "1 clinics: 0 new, 0 changed, 1 as they were, 0 problems\n")


def test_a_person_is_asked_which_column_is_which(run: Run, deployment: Deployment, terminal: None) -> None:
    status, _, err = run("areas", "import", FILES / "malawi_as_it_is.csv", typed="\n")
    assert status == 0
    assert "    1  District  [Chitipa]  county" in err
    assert "    5  Facility Name  [Banja La Mtsogolo Clinic]  name" in err
    assert "Is that right? [Y/n]" in err
    assert deployment.store.read_world().atlas.resolve("Chitipa").latitude == -9.70176
    assert "Is that right?" not in run("areas", "import", FILES / "malawi_as_it_is.csv")[2]


def test_a_person_says_it_column_by_column(run: Run, deployment: Deployment, terminal: None, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Wo,Was,Angebot\nKisauni Nord,Praxis,ART\n")
    answers = {"name": "2", "county": "1", "services": "3"}
    typed = "".join(f"{answers.get(field, '')}\n" for field in place_lists.FIELDS) + "y\n"
    for command in ("areas", "clinics"):
        status, _, err = run(command, "import", tmp_path / "list.csv", typed=typed)
        assert status == 0, err
        typed = ""
    assert "Still missing: county." in run("areas", "import", _other(tmp_path), typed=typed + "\n" * 17 + "y\n")[2]
    [found] = [c for c in deployment.store.read_world().directory if c.name == "Praxis"]
    assert found.services == {"hiv_care"}


def _other(folder: Path) -> Path:
    (folder / "other.csv").write_text("Foo,Bar\na,b\n")
    return folder / "other.csv"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("name", "--map takes a column of ours and a heading"),
        ("nam=Facility name", "there is no column 'nam' of ours; there are: code, name, path, county"),
        ("name=Facility", "the file has no heading 'Facility'; it has: Country, Admin1, Facility name"),
    ],
)
def test_a_wrong_mapping_says_what_is_right(run: Run, option: str, words: str) -> None:
    status, _, err = run("clinics", "import", FILES / "who_as_it_is.csv", "--map", option)
    assert (status, words in err) == (2, True), err


def test_a_stray_mark_and_the_count_of_rows(run: Run) -> None:
    run("areas", "import", FILES / "open_quote.csv")
    status, out, err = run("clinics", "import", FILES / "open_quote.csv")
    assert (status, out) == (0, "59 clinics: 59 new, 0 changed, 0 as they were, 1 problems\n")
    assert "line 3: a quotation mark is left open" in err
    assert "60 rows read: 59 taken, 1 left out" in err


def test_clinics_before_their_areas(run: Run) -> None:
    status, _, err = run("clinics", "import", FILES / "path_clinics.csv")
    assert status == 1
    assert "its place is not among the areas: import those first" in err
    assert "mwavuli: no clinic was taken: see the lines above" in err


def test_an_alert_can_name_each_spelling(run: Run) -> None:
    run("areas", "import", FILES / "two_spellings_ken_zmb_tcd_ben.csv")
    for name in ("Muranga", "Murang'a", "North Western", "North-Western"):
        assert run("areas", "rename", name, name)[0] == 0


def test_a_list_that_shows_nothing_is_no_success_and_check_says_so(run: Run, deployment: Deployment) -> None:
    for name in [c.code for c in deployment.store.read_world().directory]:
        run("clinics", "remove", name, typed="y\n")
    run("areas", "import", FILES / "no_services.csv")
    status, _, err = run("clinics", "import", FILES / "no_services.csv")
    assert status == 1
    assert "the clinics are stored, but no caller sees them: none has a service that we know" in err
    assert "no caller sees any of the 1 clinics: none has a service that we know" in run("check")[1]
    run("clinics", "import", FILES / "services_in_words.csv")
    run("clinics", "import", FILES / "no_services.csv", "--map", "code==2")
    assert "1 of 2 clinics have no service that we know: no caller sees them" in run("check")[1]


def test_a_doubtful_place_is_offered_last(run: Run, deployment: Deployment) -> None:
    swapped = FILES / "swapped_one.csv"
    run("areas", "import", swapped)
    assert run("clinics", "import", swapped)[0] == 0
    world = deployment.store.read_world()
    area = world.atlas.resolve("Mombasa/Kisauni")
    offered = world.directory.nearest("hurt", area.id, datetime.fromtimestamp(deployment.store.now()), 99)  # noqa: DTZ006
    assert [match.clinic.code for match in offered][-1] == "2"
    assert offered[-1].distance_km is None
    assert {match.clinic.code for match in offered[:2]} == {"1", "3"}
    assert (
        "clinics whose coordinates cannot be right, offered after all others: Swapped next door (2)" in run("check")[1]
    )


def test_a_workbook_with_the_name_of_another_kind(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("code", "name", "county", "services"), (7, "Banja", "Chitipa", "HTS")):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "list.xlsx").rename(tmp_path / "list.csv")
    assert run("areas", "import", tmp_path / "list.csv")[0] == 0
    assert run("clinics", "import", tmp_path / "list.csv")[:2] == (
        0, "1 clinics: 1 new, 0 changed, 0 as they were, 0 problems\n",
    )  # fmt: skip


def test_the_memory_of_columns_that_cannot_be_read_or_written_is_no_harm(run: Run, deployment: Deployment) -> None:
    memory = deployment.settings.data_dir / place_lists.REMEMBERED_FILE
    memory.write_text("[1, 2")
    assert run("areas", "import", FILES / "who_as_it_is.csv")[0] == 2
    memory.unlink()
    memory.mkdir()
    status, _, err = run("areas", "import", FILES / "who_as_it_is.csv", "--map", "county=Admin1")
    assert (status, "could not be remembered" in err) == (0, True)
