"""Fault row 57: another account of the machine reads `/proc/PID/cmdline`, a shell's history or an audit log.

It must find no number of a member, of staff or of a clinic there, and no secret.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from gateway.cli import alert, cli, clients, common, phone
from gateway.cli.prompts import REFUSED
from gateway.deployment import Deployment
from gateway.simulator.__main__ import build_parser
from tests.harness.cast import NUMBERS
from tests.harness.child import launch
from tests.harness.command import Said, said
from tests.harness.stack import ROOT

AMINA, VERA, NURSE = NUMBERS["Amina"], NUMBERS["Vera"], NUMBERS["Nurse"]
SEND = ("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Gate", "--dry-run", "--as")
COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "clients invite": (("clients", "invite"), AMINA),
    "clients remove": (("clients", "remove"), AMINA),
    "staff add": (("staff", "add", "--name", "Imani", "--role", "sender"), AMINA),
    "staff change": (("staff", "change", "--role", "sender"), VERA),
    "staff pin": (("staff", "pin"), VERA),
    "staff codes": (("staff", "codes"), VERA),
    "staff unlock": (("staff", "unlock"), VERA),
    "staff duty": (("staff", "duty", "on"), VERA),
    "staff remove": (("staff", "remove"), VERA),
    "clinics check": (("clinics", "check", "D01", "--by", "Zuhura"), NURSE),
    "alert send --as": (SEND, NUMBERS["Wema"]),
    "alert update --as": (("alert", "update", "9999", "--expires", "2h", "--as"), VERA),
    "alert clear --as": (("alert", "clear", "9999", "--as"), VERA),
    "phone": (("phone",), AMINA),
}
"""each command that is about one phone; `remove` comes last of its kind"""


def every_command(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path}{name} ")
        else:
            yield path + name, command


def test_no_command_takes_a_number_or_a_secret() -> None:
    """A command that is added later is found as well."""
    words = re.compile(r"\b(phones?|msisdn|pin|tokens?|passwords?|keys?|secrets?)\b", re.IGNORECASE)
    taking = [
        (name, option.opts)
        for name, command in every_command(cli)
        for option in command.params
        if isinstance(option, click.Option) and option.expose_value and not option.is_flag
        and words.search(f"{' '.join(option.opts).replace('-', ' ')} {option.help or ''}")
    ]  # fmt: skip
    page_port, columns = ("demo", ["--page-port"]), [(f"{name} import", ["--map"]) for name in ("areas", "clinics")]
    assert taking == [page_port, *columns], "a port of the page with the phones; `--map` names columns of a list"
    arguments = {p.name for _name, c in every_command(cli) for p in c.params if isinstance(p, click.Argument)}
    expected = {"file", "path", "name", "code", "number", "lane", "when", "numbers", "folder", "ids"}
    expected |= {"lang", "langs", "texts", "word"}
    assert arguments == expected, "`number` is an alert's, `ids` are of staff; `texts` are invented ones to try"
    assert not [a.option_strings for a in build_parser()._actions if "token" in str(a.option_strings)]


@pytest.fixture
def run(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    for module in (alert, phone, clients):
        monkeypatch.setattr(module, "load_deployment", lambda: deployment)
    for module in (alert, clients):
        monkeypatch.setattr(module, "load_settings", lambda: deployment.settings)
    return lambda *words, typed="": said(*words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)


@pytest.mark.parametrize(("words", "number"), COMMANDS.values(), ids=COMMANDS)
def test_a_number_that_is_typed_as_before_is_refused_with_the_way_to_give_it(
    run: Callable[..., Said], words: tuple[str, ...], number: str
) -> None:
    """An operator's habit must not go on unnoticed. Nothing is done, and nothing is repeated."""
    first = len(words) if words[0] == "phone" else 2
    for given in ((*words, number), (*words, number[1:]), (*words[:first], number, *words[first:])):
        status, out, err = run(*given, typed=number)
        assert (status, out) == (2, ""), given
        assert REFUSED in err
        assert not re.search(r"\d{7}", err)
    if words[0] == "clinics":
        assert REFUSED in run(*words, "--phone", number)[2]


def test_a_dash_stands_for_standard_input(run: Callable[..., Said]) -> None:
    assert run("clients", "invite", "-", typed=f"{AMINA}\nmore lines")[0] == 0
    assert run("staff", "duty", "on", "-", typed=f"{VERA}\n")[1] == "Vera: on\n"


@pytest.mark.parametrize(("words", "number"), COMMANDS.values(), ids=COMMANDS)
def test_nobody_reads_the_number_in_the_list_of_processes(
    environ: dict[str, str], deployment: Deployment, words: tuple[str, ...], number: str
) -> None:
    """Look at the command, and at all that it starts, from its start to its end."""
    command = [sys.executable, "-m", "gateway.cli", *words]
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = launch(command, env=os.environ | environ, cwd=ROOT, **pipe)
    process.stdin.write(f"{number}\n".encode())
    process.stdin.close()
    seen = b""
    while process.poll() is None:
        seen += _command_lines(process.pid)
        time.sleep(0.01)
    assert b"gateway.cli" in seen
    assert not re.search(rb"\d{7}", seen)
    assert b"Traceback" not in process.stderr.read()


def _command_lines(pid: int) -> bytes:
    """Return the command lines of a process and its children."""
    found = b""
    for folder in (Path(f"/proc/{pid}"), *Path("/proc").glob("[0-9]*")):
        try:
            is_child = f"\nPPid:\t{pid}\n" in (folder / "status").read_text()
            if folder.name == str(pid) or is_child:
                found += (folder / "cmdline").read_bytes() + b"\n"
        except OSError:  # it has ended meanwhile
            continue
    return found


def test_at_a_terminal_the_number_is_asked_for(environ: dict[str, str], deployment: Deployment) -> None:
    """Without a number on the command line and without a pipe."""
    primary, secondary = os.openpty()
    command = [sys.executable, "-m", "gateway.cli", "clients", "invite"]
    process = launch(command, env=os.environ | environ, cwd=ROOT, stdin=secondary, stdout=secondary, stderr=secondary,
                     start_new_session=True)  # fmt: skip
    os.close(secondary)
    shown = b""
    while b"Phone number:" not in shown:
        shown += os.read(primary, 1000)
    os.write(primary, f"{AMINA}\n".encode())
    assert process.wait(20) == 0
    os.close(primary)
    assert deployment.store.read_world().members


def test_ending_the_question_changes_nothing(environ: dict[str, str], deployment: Deployment) -> None:
    command = [sys.executable, "-m", "gateway.cli", "clients", "invite"]
    process = launch(command, env=os.environ | environ, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) != 0
    assert not deployment.store.read_world().members
    assert common.load_settings().region == "KE"
