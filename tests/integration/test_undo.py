"""What an operator brought in can be looked at before, listed, and taken back."""

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.actions import areas
from gateway.actions.areas import merge_area
from gateway.cli import alert
from gateway.crypto.vault import Purpose
from gateway.deployment import Deployment
from gateway.model import intents
from gateway.model.staff import Role
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.store import keys
from tests.harness.cast import NUMBERS
from tests.harness.child import launch
from tests.harness.command import Said, said
from tests.harness.stack import ROOT
from tests.harness.steps_alerts import PEOPLE, send, subscribe
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town
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


def test_an_area_without_anything_is_removed(run: Run, deployment: Deployment, tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("county,constituency\nadm1 name,adm2 name\n")
    run("areas", "import", str(tmp_path / "wrong.csv"))
    count = len(deployment.store.read_world().atlas)
    assert "has 1 areas in it" in run("areas", "remove", "adm1 name")[2]
    assert run("areas", "remove", "adm1 name", "--with-inner")[0] == 0
    assert len(deployment.store.read_world().atlas) == count - 2


def test_an_area_that_is_in_use_stays_and_says_why(run: Run, crowd: Town) -> None:
    status, _, err = run("areas", "remove", "Soko Mwezi")
    assert (status, "about 250 subscribers" in err, "areas merge" in err) == (2, True, True)
    assert "staff (" in run("areas", "remove", "Kasri", "--with-inner")[2]
    clinics = [c for c in crowd.store.read_world().directory if c.area_id]
    area = crowd.store.read_world().atlas.get(clinics[0].area_id)
    assert area is not None
    assert re.search(r"\d clinics", run("areas", "remove", area.id, "--with-inner")[2])
    number = send(crowd)
    assert f"1 open warnings or reports ({number})" in run("areas", "remove", "Soko Mwezi")[2]
    assert f"first end or decide what is open there: {number}" in run("areas", "merge", "Soko Mwezi", "Zumari")[2]


def test_few_subscribers_are_not_counted_exactly(run: Run, town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)))
    assert "under 10 subscribers" in run("areas", "remove", "Soko Mwezi")[2]


def members(town: Town, area: str) -> int:
    """Return the subscribers of an area, counted in every way in which Redis has them."""
    listed = sum(
        town.store.connection.execute("HLEN", keys.area_subscribers(area, bytes([byte]))) for byte in range(256)
    )
    assert town.store.count_subscribers().get(area, 0) == listed
    return listed


def test_a_merge_moves_people_staff_clinics_and_inner_areas(run: Run, town: Town) -> None:
    atlas = town.store.read_world().atlas
    source, target = atlas.resolve("Kasri"), atlas.resolve("Zumari")
    twins = {a.name for a in atlas.children(source.id)} & {a.name for a in atlas.children(target.id)}
    inner = atlas.resolve("Soko Mwezi")
    subscribe(town, PEOPLE[:30])
    do(town, "Amina", intents.Subscribe(source.id))
    do(town, "Amina", intents.Subscribe(target.id))
    do(town, "Bahati", intents.AddTonightArea(source.id))
    in_source = len([c for c in town.store.read_world().directory if atlas.contains(source.id, c.area_id)])

    status, out, err = run("areas", "merge", "Kasri", "Zumari")
    assert status == 0, err
    assert "staff (" in out and "Vera" in out
    world = town.store.read_world()
    assert world.atlas.get(source.id) is None
    kept = world.atlas.get(target.id)
    assert kept is not None and "Kasri" in kept.aliases
    assert world.atlas.resolve("kasri") == kept
    assert members(town, source.id) == 0 and members(town, target.id) == 2
    assert members(town, inner.id) == 30, "an inner area without a twin keeps its people and its id"
    moved = world.atlas.get(inner.id)
    assert moved is not None and world.atlas.contains(target.id, moved.id)
    assert len([c for c in world.directory if world.atlas.contains(target.id, c.area_id)]) >= in_source
    assert [p.area for p in world.roster.people if p.name == "Vera"] == [target.id]
    for name in twins:
        assert len([a for a in world.atlas.children(target.id) if a.name == name]) == 1

    bahati = town.store.read_turn(Number.parse(NUMBERS["Bahati"])).subscription
    amina = town.store.read_turn(Number.parse(NUMBERS["Amina"])).subscription
    assert isinstance(bahati, Subscription) and bahati.tonight_area == target.id
    assert isinstance(amina, Subscription) and amina.areas == (target.id,)
    send_to = run("alert", "send", "--area", "Kasri", "--kind", "raid", "--place", "Gate")
    assert "goes out" in send_to[1]
    town.work()
    assert any("Gate" in text for text in town.inbox("Amina"))


def test_a_merge_that_was_cut_off_is_finished_by_the_same_command(
    run: Run, crowd: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is half done, a warning in either area reaches everybody."""
    atlas = crowd.store.read_world().atlas
    source, target = atlas.resolve("Soko Mwezi"), atlas.resolve("Zumari")
    left = [60]

    def cut(*arguments: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        real(*arguments)

    real = areas._move_subscription
    monkeypatch.setattr(areas, "_move_subscription", cut)
    with pytest.raises(KeyboardInterrupt):
        merge_area(crowd.store, source, target)
    monkeypatch.setattr(areas, "_move_subscription", real)
    world, counts = crowd.store.read_world(), crowd.store.count_subscribers()
    assert (counts[source.id], counts[target.id]) == (191, 59)
    for area in (source.id, target.id):
        assert world.count_subscriptions(area, counts) == 250
    assert run("areas", "merge", source.id, target.id)[0] == 0
    assert (members(crowd, source.id), members(crowd, target.id)) == (0, 250)


def test_areas_that_cannot_be_merged(run: Run, deployment: Deployment) -> None:
    assert "both are the same area" in run("areas", "merge", "Kasri", "Kasri")[2]
    assert "merge it the other way round" in run("areas", "merge", "Kasri", "Soko Mwezi")[2]
    assert "no area has that name" in run("areas", "merge", "Kasri", "qqqqqq")[2]


def test_warnings_are_listed_and_words_of_reports_are_not(run: Run, town: Town) -> None:
    assert run("alert", "list")[1] == ""
    number = send(town)
    status, out, _ = run("alert", "list")
    assert status == 0
    assert re.search(
        rf"^{number}  live  raid  Pwani Ndoto/Kasri/Soko Mwezi, .+  \d{{4}}-\d\d-\d\d \d\d:\d\d to \d\d:\d\d", out
    )
    assert run("alert", "show", out[:4])[0] == 0
    run("alert", "clear", out[:4])
    assert "ended" in run("alert", "list")[1]
    assert run("alert", "list", "--live")[1] == ""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--place", ""), "--place is empty"),
        (("--place", "  "), "--place is empty"),
        (("--place", "x" * 41), "--place is too long: at most 40 letters"),
        (("--place", "Gate", "--text", "x" * 81), "--text is too long: at most 80 letters"),
    ],
)
def test_a_place_that_cannot_go_out_is_refused(run: Run, town: Town, words: tuple[str, ...], wanted: str) -> None:
    status, _, err = run("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", *words)
    assert (status, wanted in err) == (2, True), err
    assert not town.store.read_world().alerts
    number = send(town)
    assert wanted in run("alert", "update", str(number), *words)[2]


def at_terminal(environ: dict[str, str], answer: str, *words: str) -> tuple[int, str]:
    """Run a command at a terminal. Return its exit status, and all that was shown. Its questions get this answer."""
    primary, secondary = os.openpty()
    command = [sys.executable, "-m", "gateway.cli", *words]
    process = launch(command, env=os.environ | environ, cwd=ROOT, stdin=secondary, stdout=secondary, stderr=secondary,
                     start_new_session=True)  # fmt: skip
    os.close(secondary)
    shown = b""
    with suppress(OSError):
        while part := os.read(primary, 1000):
            shown += part
            if part.rstrip().endswith(b"[y/N]:"):
                os.write(primary, f"{answer}\n".encode())
    os.close(primary)
    return process.wait(20), shown.decode()


def test_at_a_terminal_nothing_leaves_before_a_yes(environ: dict[str, str], crowd: Town) -> None:
    status, shown = at_terminal(environ, "n", *SEND)
    assert (status, "to about 250 people in Pwani Ndoto/Kasri/Soko Mwezi" in shown) == (130, True), shown
    assert not crowd.store.read_world().alerts
    assert at_terminal(environ, "y", *SEND)[0] == 0
    status, shown = at_terminal(environ, "n", *SEND, "--yes")
    assert (status, "[y/N]" in shown) == (0, False)
    assert len(crowd.store.read_world().alerts) == 2


def test_nobody_in_an_area_is_said(environ: dict[str, str], run: Run, town: Town) -> None:
    assert "nobody has chosen this area" in run(*SEND, "--dry-run")[1]
    assert "nobody has chosen this area" in run(*SEND)[2]
    assert "to nobody in" in at_terminal(environ, "n", *SEND)[1]
    do(town, "Amina", intents.Subscribe(area_id(town)))
    assert "nobody" not in run(*SEND)[2]
    assert "under 10 people" in at_terminal(environ, "n", *SEND)[1]


def test_at_a_terminal_nothing_is_taken_back_before_a_yes(environ: dict[str, str], town: Town) -> None:
    for words in (("clinics", "remove", "D01"), ("areas", "merge", "Kasri", "Zumari")):
        assert at_terminal(environ, "n", *words)[0] == 130
    world = town.store.read_world()
    assert world.directory.get("D01")
    assert world.atlas.resolve("Kasri").name == "Kasri"
