"""Tests that guard the whole: nothing is declared in one place and forgotten in another."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.actions.apply import _handlers
from gateway.model import intents
from gateway.model.message import Lane
from gateway.settings import Settings
from gateway.store import store
from gateway.store.records import KINDS
from gateway.store.records.kind import CallerRecord
from jobs.dispatch import HANDLERS
from jobs.notify import LANES
from tests.harness.stack import ROOT, procfile

PACKAGES = ("gateway", "menus", "jobs", "translations")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LONGEST = 300


def test_every_lane_has_a_worker_in_the_procfile() -> None:
    served = [words[-1] for words in procfile().values() if "worker" in words]
    assert sorted(served) == sorted(LANES) == sorted(Lane)
    assert {"web", "clock"} <= set(procfile())


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def start(node: ast.expr) -> str:
    """How a string begins: plain, formatted, or added together; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return start(node.values[0])
    if isinstance(node, ast.BinOp):
        return start(node.left)
    value = node.value if isinstance(node, ast.Constant) else ""
    return value.decode() if isinstance(value, bytes) else value if isinstance(value, str) else ""


def verbs_written() -> Iterator[str]:
    """Yield the tasks of `schedule(lane, "task:...")`, `schedule_if_absent`, `ZADD keys.due(lane)` and of timers."""
    for path in SOURCES:
        for call in calls(path):
            words = [start(a) for a in call.args]
            called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if called in ("schedule", "schedule_if_absent") and len(words) == 3:
                yield words[1].split(":")[0]
            elif words[:1] == ["ZADD"] and ast.unparse(call.args[1]).startswith("keys.due("):
                yield words[-1].split(":")[0]
    yield from (k.timer.task for k in KINDS.values() if isinstance(k, CallerRecord) and k.timer and k.timer.at)


def test_everything_that_becomes_due_has_a_handler() -> None:
    written = set(verbs_written()) - {""}
    assert written >= {"verify", "rewrite", "bc", "tonight"}, "the search itself works"
    assert written == {*HANDLERS}


def test_every_intent_has_a_writer() -> None:
    assert store.ACTION_MODULES, "the modules that register them are imported"
    assert set(_handlers) == set(intents.Intent.__subclasses__())


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
