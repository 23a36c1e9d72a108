"""A test run that is ended by SIGTERM leaves no server."""

import os
import sys
from pathlib import Path

import pytest

from gateway.cli import redis_server
from tests.harness.child import child_process, processes_below
from tests.harness.stack import ROOT
from tests.harness.waiting import until

STACK_TEST = "tests/processes/test_processes.py"
SERVERS = (Path(redis_server.find_executable()).name, "gateway.simulator", "gateway.cli web", "gateway.cli work")


@pytest.mark.parametrize("workers", [0, 1])
def test_a_run_that_is_terminated_leaves_no_server(workers: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-n", str(workers), "-p", "no:cacheprovider", STACK_TEST]
    environ = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environ = {name: value for name, value in environ.items() if not name.startswith("PYTEST_")}
    with open(tmp_path / "out", "wb") as out, child_process(command, env=environ, cwd=ROOT, stdout=out) as run:
        until(
            lambda: run.poll() is not None or all(_runs(tmp_path, server) for server in SERVERS),
            seconds=180,
            what="a stack",
        )
        assert run.poll() is None, (tmp_path / "out").read_text()
        run.terminate()
        assert run.wait(120) == pytest.ExitCode.INTERRUPTED, (tmp_path / "out").read_text()
    until(lambda: not processes_below(tmp_path), what="the end of every process")


def _runs(folder: Path, server: str) -> bool:
    return any(server in line for line in processes_below(folder).values())
