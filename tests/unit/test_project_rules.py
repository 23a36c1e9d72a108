"""Tests that guard the whole: nothing is declared in one place and forgotten in another."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.actions.apply import handled_intents
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.task import Task
from gateway.settings import Settings
from gateway.store import store
from jobs import dispatch
from jobs.dispatch import HANDLERS
from jobs.notify import JOB_PATH, LANES
from tests.harness.sources import SOURCES
from tests.harness.stack import ROOT, procfile

LONGEST = 300


def test_every_lane_has_a_worker_in_the_procfile() -> None:
    served = [words[-1] for words in procfile().values() if "worker" in words]
    assert sorted(served) == sorted(LANES) == sorted(Lane)
    assert {"web", "clock"} <= set(procfile())


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def literals(path: Path) -> Iterator[str]:
    """Every string of a file, and every plain piece of a formatted one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            yield node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value


def test_every_task_has_a_handler() -> None:
    assert {*HANDLERS} == {*Task} - {Task.SEND_MESSAGE}, "texts are sent several at once, by `send_messages`"


def test_tasks_and_lanes_are_named_by_their_enums() -> None:
    """`bc`, `msg` and `sos` begin keys as well, which the store names."""
    shared = {Task.SEND_BROADCAST, Task.SEND_MESSAGE, Task.ADVANCE_SOS}
    verbs = tuple(f"{task}:" for task in set(Task) - shared)
    lanes = tuple(f"due:{lane}" for lane in Lane)
    found = [(path, text) for path in SOURCES for text in literals(path) if text.startswith((*verbs, *lanes))]
    assert found == []


def test_what_is_scheduled_is_no_literal() -> None:
    scheduling = [
        call for path in SOURCES for call in calls(path)
        if getattr(call.func, "attr", "") in ("schedule", "schedule_if_absent", "schedule_no_later", "unschedule")
    ]  # fmt: skip
    assert len(scheduling) > 30, "the search itself works"
    assert [
        ast.unparse(c) for c in scheduling if any(isinstance(a, (ast.Constant, ast.JoinedStr)) for a in c.args)
    ] == []


def test_the_script_that_claims_items_knows_its_tasks() -> None:
    script = (ROOT / "gateway/store/lua/claim_items.lua").read_text()
    assert set(re.findall(r"== '([^']*):'", script)) == {Task.SEND_BROADCAST, Task.SEND_MESSAGE, Task.ADVANCE_SOS}


def test_the_job_that_rq_runs_exists() -> None:
    module, _dot, name = JOB_PATH.rpartition(".")
    assert getattr(importlib.import_module(module), name) is dispatch.work_lane


def test_every_intent_has_a_writer() -> None:
    assert store.ACTION_MODULES, "the modules that register them are imported"
    assert handled_intents() == set(intents.Intent.__subclasses__())


def environment() -> list[str]:
    return sorted({str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias})


@pytest.mark.parametrize("name", [*environment(), "MWAVULI_SETTINGS"])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text()


def test_no_file_is_too_long() -> None:
    long = {str(p): n for p in [*SOURCES, ROOT / "README.md"] if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_nothing_is_printed() -> None:
    """What is printed by mistake may be a number: commands use `click.echo`, everything else a log."""
    printing = {path for path in SOURCES for call in calls(path) if getattr(call.func, "id", "") == "print"}
    assert printing == set()


def test_the_import_rules_know_every_module() -> None:
    """A new module must be named where the simulated network may not go, or be allowed on purpose."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    closed = next(set(c["forbidden_modules"]) for c in contracts if c.get("source_modules") == ["gateway.simulator"])
    ours = {
        f"gateway.{p.stem}" for p in (ROOT / "gateway").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    }
    assert ours - {"gateway.__init__", "gateway.simulator"} <= closed


def test_no_machine_and_no_registry_is_named() -> None:
    for name in (".ci/run", "Procfile", "pyproject.toml"):
        assert not re.search(r"https?://|/home/|/root/|index-url", (ROOT / name).read_text()), name
