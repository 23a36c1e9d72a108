"""Rules of the whole project: nothing is declared in one place and forgotten in another."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.actions.apply import handled_intents
from gateway.model import intents
from gateway.model.alert import AlertTask
from gateway.model.message import Lane, MessageTask
from gateway.model.sos_task import SosTask
from gateway.model.task import all_tasks
from gateway.settings import Settings, Times, Tuning
from jobs import dispatch
from jobs.handler import HANDLERS
from jobs.lane_queue import JOB_PATH
from jobs.notify import LANES
from tests.harness.sources import SOURCES
from tests.harness.stack import ROOT, procfile

LONGEST = 300
OPERATING, FAULTS, SECURITY = (ROOT / f".github/{name}.md" for name in ("OPERATING", "FAULTS", "SECURITY"))
PAPERS = [ROOT / "README.md", *sorted((ROOT / ".github").glob("*.md"))]
MAX_README_WORDS, MAX_SENTENCE_WORDS, MAX_LINE_CHARS = 1800, 30, 120


def test_every_lane_has_a_worker_in_the_procfile() -> None:
    served = [words[-1] for words in procfile().values() if "worker" in words]
    assert sorted(served) == sorted(LANES) == sorted(Lane)
    assert {"web", "clock"} <= set(procfile())


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def literals(path: Path) -> Iterator[str]:
    """Yield every string of a file, and every plain piece of a formatted one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            yield node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value


def test_every_task_has_a_handler() -> None:
    assert {*HANDLERS} == {*all_tasks()} - {MessageTask.SEND_MESSAGE}, (
        "texts are sent several at once, by `send_messages`"
    )


def test_tasks_and_lanes_are_named_by_their_enums() -> None:
    """`bc`, `msg` and `sos` begin keys as well, which the store names."""
    shared = {AlertTask.SEND_BROADCAST, MessageTask.SEND_MESSAGE, SosTask.ADVANCE_SOS}
    verbs = tuple(f"{task}:" for task in set(all_tasks()) - shared)
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
    assert set(re.findall(r"== '([^']*):'", script)) == {
        AlertTask.SEND_BROADCAST,
        MessageTask.SEND_MESSAGE,
        SosTask.ADVANCE_SOS,
    }


def test_the_job_that_rq_runs_exists() -> None:
    module, _dot, name = JOB_PATH.rpartition(".")
    assert getattr(importlib.import_module(module), name) is dispatch.work_lane


def test_every_intent_has_a_writer() -> None:
    assert handled_intents() == set(intents.Intent.__subclasses__())


def environment() -> list[str]:
    return sorted({str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias})


@pytest.mark.parametrize("name", [*environment(), "MWAVULI_SETTINGS"])
def test_every_variable_is_in_the_operators_guide(name: str) -> None:
    assert f"`{name}`" in OPERATING.read_text()


def settings_file_lines() -> Iterator[str]:
    """Yield the beginning of each settings line that OPERATING must show: all but the durations in [times]."""
    for name, field in Tuning.model_fields.items():
        section = section_of(field)
        yield f"[{name}" if section else f"{name} = "
        for key, inner in section.model_fields.items() if section and section is not Times else ():
            is_table = section_of(inner) or get_origin(inner.annotation) is dict
            yield f"[{name}.{key}" if is_table else f"{inner.alias or key} = "


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a section; None for a plain value."""
    types = (field.annotation, *get_args(field.annotation))
    return next((t for t in types if isinstance(t, type) and issubclass(t, BaseModel)), None)


@pytest.mark.parametrize("line", sorted({*settings_file_lines()}))
def test_every_line_of_the_settings_file_is_in_the_operators_guide(line: str) -> None:
    assert re.search(rf"^(# +)?{re.escape(line)}", OPERATING.read_text(), re.MULTILINE)


def test_no_file_is_too_long() -> None:
    long = {str(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_the_readme_is_short() -> None:
    """A word has a letter or a digit, so the lines of tables are no words."""
    assert len(re.findall(r"\S*\w\S*", (ROOT / "README.md").read_text())) <= MAX_README_WORDS


def sentences(paper: Path) -> Iterator[str]:
    """Return each sentence of a paper, without code and targets. A table cell and a list item each begin one."""
    text = re.sub(r"^```.*?^```|<!--.*?-->|\]\([^)]*\)", "", paper.read_text(), flags=re.DOTALL | re.MULTILINE)
    blocks = re.split(r"\n\s*\n|^#+ |^\s*(?:[-*]|\d+\.) |\|", text, flags=re.MULTILINE)
    return (s for block in blocks for s in re.split(r"(?<=[.!?:])[\"*)]*\s+", " ".join(block.split())))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_sentence_of_the_papers_is_short(paper: Path) -> None:
    long = [s for s in sentences(paper) if len(re.findall(r"\S*\w\S*", s)) > MAX_SENTENCE_WORDS]
    assert long == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_line_of_the_papers_fits_a_screen(paper: Path) -> None:
    """A table's row is one line, whatever its length."""
    lines = [line for line in paper.read_text().splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) > MAX_LINE_CHARS] == []


def anchors(paper: Path) -> set[str]:
    """Return the targets that a paper's headings make, as the repository's host forms them."""
    headings = re.findall(r"^#+ (.*)$", paper.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_of_the_papers_leads_somewhere(paper: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", paper.read_text()):
        name, _, anchor = link.partition("#")
        target = paper.parent / name if name else paper
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("paper", [FAULTS, SECURITY], ids=lambda paper: paper.name)
def test_every_proof_that_a_table_names_exists(paper: Path) -> None:
    found = re.findall(r"`((?:processes|unit)/)?(test_\w+\.py)(?:::(\w+))?`", paper.read_text())
    assert found
    for folder, file, name in found:
        test = ROOT / "tests" / (folder or "integration") / file
        assert test.exists() and f"def {name}" in test.read_text(), f"{file}::{name}"


def cited_rows() -> set[int]:
    """Return the rows of the fault table that tests cite."""
    rows = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
    return {int(n) for row in re.findall(r"\b[Rr]ows? (\d+(?: and \d+)?)", rows) for n in row.split(" and ")}


def test_every_row_that_a_test_cites_is_in_the_fault_table() -> None:
    rows = {int(n) for n in re.findall(r"^\| (\d+) \|", FAULTS.read_text(), re.MULTILINE)}
    assert cited_rows() and cited_rows() <= rows


def test_nothing_is_printed() -> None:
    """A print by mistake may reveal a number. Commands use `click.echo`, all other code a log."""
    printing = {path for path in SOURCES for call in calls(path) if getattr(call.func, "id", "") == "print"}
    assert printing == set()


def test_the_import_rules_know_every_module() -> None:
    """A new module must be named among the imports forbidden to the simulated network, or allowed on purpose."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    closed = next(set(c["forbidden_modules"]) for c in contracts if c.get("source_modules") == ["gateway.simulator"])
    ours = {
        f"gateway.{p.stem}" for p in (ROOT / "gateway").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    }
    assert ours - {"gateway.__init__", "gateway.simulator"} <= closed


def test_no_machine_and_no_registry_is_named() -> None:
    for name in (".ci/run", "Procfile", "pyproject.toml"):
        assert not re.search(r"https?://|/home/|/root/|index-url", (ROOT / name).read_text()), name
