"""`mwavuli alert` at a terminal and in a script: asked before it leaves, refused where it cannot go out, listed."""

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest

from gateway.cli import alert
from gateway.deployment import Deployment
from gateway.model import intents
from tests.harness.child import launch
from tests.harness.command import Said, said
from tests.harness.stack import ROOT
from tests.harness.steps_alerts import send
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

Run = Callable[..., Said]
SEND = ("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Gate")


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(alert, "load_deployment", lambda: deployment)
    monkeypatch.setattr(alert, "load_settings", lambda: deployment.settings)
    return lambda *words, typed="": said(*words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)


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
        (("--place", "x" * 61), "--place is too long: at most 60 letters"),
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
    assert "fewer than 10 people" in at_terminal(environ, "n", *SEND)[1]


def test_at_a_terminal_nothing_is_taken_back_before_a_yes(environ: dict[str, str], town: Town) -> None:
    for words in (("clinics", "remove", "D01"), ("areas", "merge", "Kasri", "Zumari")):
        assert at_terminal(environ, "n", *words)[0] == 130
    world = town.store.read_world()
    assert world.directory.get("D01")
    assert world.atlas.resolve("Kasri").name == "Kasri"
