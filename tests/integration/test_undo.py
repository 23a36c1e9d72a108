"""What an operator brought in can be looked at before, listed, and taken back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli import alert
from gateway.crypto.vault import Purpose
from gateway.deployment import Deployment
from gateway.model.staff import Role
from gateway.numbers import Number
from tests.harness.cast import NUMBERS
from tests.harness.command import Said, said
from tests.integration.test_commands import SAMPLE, stored_data

Run = Callable[..., Said]
SEND = ("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Gate")


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(alert, "load_deployment", lambda: deployment)
    monkeypatch.setattr(alert, "load_settings", lambda: deployment.settings)
    return lambda *words, typed="": said(*words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)


def test_a_dry_run_says_what_an_import_would_do_and_writes_nothing(run: Run, deployment: Deployment) -> None:
    before = stored_data(deployment)
    status, out, _ = run("areas", "import", str(SAMPLE), "--dry-run")
    assert (status, stored_data(deployment)) == (0, before)
    counts = re.search(r"^(\d+ areas: (\d+) new, .* problems); nothing was written$", out, re.MULTILINE)
    assert counts
    assert out.count("\nnew: ") + out.startswith("new: ") == min(int(counts[2]), 20) + (int(counts[2]) > 20)
    assert run("areas", "import", str(SAMPLE))[1].strip() == counts[1]

    before = stored_data(deployment)
    status, out, err = run("clinics", "import", str(SAMPLE), "--dry-run")
    assert (status, stored_data(deployment)) == (0, before)
    assert "line 26: no name; the row was left out" in err
    assert "36 clinics: 36 new, 0 changed, 0 as they were, 9 problems; nothing was written" in out
    run("clinics", "import", str(SAMPLE))
    assert "nothing was written" in run("clinics", "import", str(SAMPLE), "--dry-run")[1]


def test_a_dry_run_names_what_would_change(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("county,constituency,aliases\nPwani Ndoto,Kasri,Old Kasri\nMpya,,\n")
    out = run("areas", "import", str(file), "--dry-run")[1]
    assert "new: Mpya\n" in out
    assert "changed: Pwani Ndoto/Kasri\n" in out


def test_all_problems_stand_in_a_file_that_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("county,latitude,longitude\n" + "Kasri,999,1\n" * 557)
    err = run("areas", "import", str(file))[2]
    lines = err.split("\n")
    assert lines[0].strip() == "500 rows", "the progress ends its line before the first problem"
    assert sum(line.startswith("line ") for line in lines) == 20
    [named] = re.findall(r"and 537 more; all of them are in (\S+)", err)
    assert len(Path(named).read_text().splitlines()) == 557


def test_a_list_in_a_folder_that_cannot_be_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "list.csv"
    file.write_text("county,latitude,longitude\n" + "Kasri,999,1\n" * 30)
    (tmp_path / "list.csv.problems.txt").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    err = run("areas", "import", str(file))[2]
    assert f"all of them are in {tmp_path / 'here' / 'list.csv.problems.txt'}" in err
    (tmp_path / "here" / "list.csv.problems.txt").unlink()
    (tmp_path / "here" / "list.csv.problems.txt").mkdir()
    status, _, err = run("areas", "import", str(file))
    assert (status, "no file could be written" in err) == (0, True)


def test_each_list_prints_what_the_other_commands_take(run: Run, deployment: Deployment) -> None:
    for line in run("areas", "list")[1].splitlines()[:5]:
        id_, name = line.split("  ")
        for given in (id_, name):
            assert (
                "nothing" not in run("alert", "send", "--area", given, "--kind", "raid", "--place", "x", "--dry-run")[2]
            )
            assert run("areas", "rename", given, name.rpartition("/")[2])[0] == 0
    code, name = run("clinics", "list")[1].splitlines()[0].split("  ")[:2]
    for given in (code, name, name.upper()):
        assert run("clinics", "uncheck", given)[0] == 0, given
    for line in run("staff", "list")[1].splitlines():
        id_, name = line.split("  ")[:2]
        for given in (id_, name, name.lower()):
            assert run("staff", "duty", "on", given)[1] == f"{name}: on\n"


def test_staff_are_named_or_their_number_is_asked_for(run: Run, deployment: Deployment) -> None:
    assert run("staff", "duty", "off", "Vera")[1] == "Vera: off\n"
    assert run("staff", "duty", "on", typed=NUMBERS["Vera"])[1] == "Vera: on\n"
    assert "nobody has that id or name" in run("staff", "remove", "Veronica")[2]
    assert "name one colleague" in run("staff", "remove", "Vera", "Rehema")[2]
    assert "no phone number belongs on the command line" in run("staff", "remove", NUMBERS["Vera"])[2]
    assert run("staff", "remove", "Nurse")[0] in (0, 2)


def test_the_list_of_staff_says_who_is_on_duty_now(run: Run, deployment: Deployment) -> None:
    def line(name: str) -> str:
        return next(line for line in run("staff", "list")[1].splitlines() if f"  {name}  " in line)

    assert "on duty now, no roster" in line("Vera")
    run("staff", "duty", "off", "Vera")
    assert "not on duty now, until changed" in line("Vera")
    run("staff", "duty", "Mon-Sun 00:00-24:00", "Vera")
    assert "on duty now, roster" in line("Vera")
    assert "D01 Ndoto County Hospital" in run("staff", "list")[1]


def test_a_clinic_is_listed_unchecked_and_removed(run: Run, deployment: Deployment) -> None:
    line = next(line for line in run("clinics", "list")[1].splitlines() if line.startswith("D01  "))
    assert re.search(r"D01  Ndoto County Hospital  \S.*  checked on [\d-]+ by Zuhura  texts reach 1 of 1", line)
    assert run("clinics", "list", "--area", "Kasri")[1].count("\n") < run("clinics", "list")[1].count("\n")

    assert run("clinics", "uncheck", "D01")[0] == 0
    found = deployment.store.read_world().directory.get("D01")
    assert found is not None and not found.is_checked and not found.checked_by

    number = deployment.store.vault.token(Number.parse(NUMBERS["Nurse"]), Purpose.STAFF)
    assert "with the role clinic of 1 people" in run("clinics", "remove", "Ndoto County Hospital")[1]
    world = deployment.store.read_world()
    assert world.directory.get("D01") is None
    assert number not in world.roster.by_token
    assert "no clinic has that code or name" in run("clinics", "remove", "D01")[2]


def test_a_nurse_with_another_role_keeps_it(run: Run, deployment: Deployment) -> None:
    run("staff", "add", "--name", "Imani", "--role", "clinic,responder", "--clinic", "D01", "--active",
        typed=NUMBERS["Amina"])  # fmt: skip
    assert run("clinics", "remove", "D01")[0] == 0
    [imani] = [person for person in deployment.store.read_world().roster.people if person.name == "Imani"]
    assert (imani.roles, imani.clinic) == ({Role.RESPONDER}, "")
