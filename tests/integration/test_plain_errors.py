"""What the machine refuses reaches the operator as one plain sentence that says what to do next."""

import errno
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gateway.crypto.vault import new_key
from gateway.deployment import Deployment
from gateway.os_errors import describe_os_error
from tests.harness.command import said
from tests.harness.command_process import run_command
from tests.harness.stack import ROOT

SYSTEM_WORDS = re.compile(r"Errno|Traceback|\bE[A-Z]{4,}\b|Error\b|CRITICAL")


def one_sentence(done: "subprocess.CompletedProcess[str]") -> str:
    """Return what a refused command said last. Assert that it is one line without words of the system."""
    assert done.returncode in (1, 2), (done.returncode, done.stderr)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, done.stderr
    assert not SYSTEM_WORDS.search(lines[0]), done.stderr
    return lines[0]


@pytest.mark.parametrize(
    "command", [("areas", "list"), ("check",), ("worker", "alerts"), ("clock",), ("demo",)], ids=" ".join
)
@pytest.mark.parametrize(
    ("folder", "wanted"),
    [
        ("/proc/nothing-here", "no such file or folder"),
        ("{file}", "a file of that name is there already|a part of this path is a file"),
        ("{file}/data", "a part of this path is a file and no folder"),
    ],
)
def test_a_data_folder_that_cannot_be_made(
    environ: dict[str, str], tmp_path: Path, command: tuple[str, ...], folder: str, wanted: str
) -> None:
    (tmp_path / "file").write_text("")
    folder = folder.format(file=tmp_path / "file")
    done = run_command(*command, **environ | {"MWAVULI_DATA_DIR": folder})
    report = done.stdout if command == ("check",) else one_sentence(done)
    lines = [line for line in report.splitlines() if "MWAVULI_DATA_DIR: " in line]
    assert len(lines) == 1, (report, done.stderr)
    assert re.search(wanted, lines[0])
    assert not SYSTEM_WORDS.search(lines[0])


def test_a_full_disk_leaves_no_empty_file(environ: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "areas", "list"],
        env=os.environ | environ | {"MWAVULI_KEY": new_key(), "MWAVULI_DATA_DIR": str(tmp_path / "data")},
        capture_output=True, text=True, cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )  # fmt: skip
    assert "may not write a file of that size" in one_sentence(done)
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_terminal_of_another_alphabet_ends_no_command(
    deployment: Deployment, environ: dict[str, str], tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "thai.csv").write_text("county\nเชียงใหม่\n", encoding="utf-8")
    assert run_command("areas", "import", str(tmp_path / "thai.csv"), **environ).returncode == 0
    done = run_command("areas", "list", **environ, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u0e40" in done.stdout
    assert "Kasri" in done.stdout


def test_a_number_in_another_encoding_is_refused(deployment: Deployment, environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "staff", "remove"], env=os.environ | environ, cwd=ROOT,
        input=b"\xff\xfe0712345678\n", capture_output=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"a phone number has" in done.stderr
    assert b"0712345678" not in done.stderr


def test_several_processes_without_a_folder_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environ: dict[str, str]
) -> None:
    served = []
    monkeypatch.setattr("gateway.cli.processes.serve", lambda *arguments: served.append(arguments))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    status, _, err = said("web", "--processes", "2", monkeypatch=monkeypatch, capsys=capsys)
    assert (status, "set TMPDIR" in err, "--processes 1" in err, served) == (2, True, True, [])
    assert said("web", monkeypatch=monkeypatch, capsys=capsys)[0] == 0
    assert len(served) == 1, "one process needs no such folder"


def test_a_port_in_use(environ: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        words = one_sentence(run_command("web", **environ | {"PORT": str(port)}))
    assert f"127.0.0.1:{port}: another program uses this port" in words


@pytest.mark.parametrize("code", errno.errorcode)
def test_every_code_of_the_system_has_words(code: int) -> None:
    words = describe_os_error(OSError(code, os.strerror(code)))
    assert len(words) > 10
    assert errno.errorcode[code] not in words


def test_the_version(environ: dict[str, str]) -> None:
    done = run_command("--version", **environ)
    assert re.fullmatch(r"mwavuli \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("command", ["unlock", "staff list", "areas list", "check"])
def test_without_a_key_the_way_to_one_is_said(tmp_path: Path, command: str) -> None:
    """Without any setting, as in a second terminal in the wrong folder."""
    done = run_command(*command.split(), MWAVULI_DATA_DIR=str(tmp_path / "none"))
    said_there = done.stdout + done.stderr
    assert done.returncode in (1, 2)
    assert f"none runs in {tmp_path / 'none'}; `mwavuli demo` starts one" in said_there
    if command == "unlock":
        assert "no key was given. Type the last line that `mwavuli keygen` printed" in said_there
    assert not (tmp_path / "none").exists()
