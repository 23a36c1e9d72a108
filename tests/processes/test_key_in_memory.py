"""The key in a running process is not to be had by another program of the same account, from a core file or a child."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.process_hardening import may_lock_memory
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS
from tests.harness.child import processes_below
from tests.harness.demo import Demo, children, gone
from tests.harness.stack import ROOT, started
from tests.harness.waiting import until

NOBODY = 65534
PR_SET_DUMPABLE = 4
DROP = f"""
import ctypes, os, sys
from gateway.process_start import protect_memory
if os.geteuid() == 0:  # root reads everything
    os.setgid({NOBODY})
    os.setuid({NOBODY})
    ctypes.CDLL(None).prctl({PR_SET_DUMPABLE}, 1)  # as a process that had this account from its start
"""
HOLD = "print('ready', flush=True); sys.stdin.read()"
READ = """
found = []
for name in ("mem", "environ", "maps"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").close()
        found.append(name)
    except PermissionError:
        pass
print(found)
"""


def readable(code: str) -> str:
    """Return the files under /proc of a process that runs this code that another process of its account can read."""
    holder = subprocess.Popen(
        [sys.executable, "-c", DROP + code + HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        env=os.environ | {"MWAVULI_KEY": "a-secret-key"},
    )  # fmt: skip
    try:
        assert holder.stdout and holder.stdout.readline() == b"ready\n"
        reader = [sys.executable, "-c", DROP + READ, str(holder.pid)]
        return subprocess.run(reader, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    finally:
        holder.communicate()


def test_another_program_of_the_same_account_cannot_read_the_memory() -> None:
    """The adversary runs a program as the service's account: a library in another service, or a stolen shell."""
    assert "mem" in readable(""), "the search itself works"
    assert readable("protect_memory()\n") == "[]\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can read what is protected")
def test_no_process_shows_the_key_in_its_environment_or_in_a_core_file() -> None:
    """The adversary reads `/proc` as root, as a backup tool or a support script does, or makes a process crash."""
    with started() as stack:
        key = stack.environ["MWAVULI_KEY"].encode()
        stack.kill("web")
        stack.commands["web"] += ["--processes", "2"]
        stack.start("web")
        stack["Chiku"].dial()
        assert "0711000099" not in stack["Chiku"].screen, "the children of `web` have the key"
        found = processes_below(Path(stack.environ["MWAVULI_DATA_DIR"]))
        assert len(found) >= 10, "five services, two children and a helper of `web`, Redis, the simulated network"
        assert [line for pid, line in found.items() if key in Path(f"/proc/{pid}/environ").read_bytes()] == []
        for pid in (pid for pid, line in found.items() if "gateway.cli" in line):
            limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
            assert next(line for line in limits if "core file" in line).split()[4:6] == ["0", "0"]
            if may_lock_memory():
                assert "VmLck:\t       0 kB" not in Path(f"/proc/{pid}/status").read_text()
        stack.command("wipe", "--yes")
        until(lambda: stack.running["web"].poll() == WIPED_EXIT_STATUS, what="the end of the parent")
        until(lambda: gone([pid for pid, line in found.items() if "gateway.sim" not in line and "redis" not in line]))


def test_the_demo_ends_with_a_wipe_and_starts_nothing_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The adversary takes the machine while the supervisor would start the killed processes again, with the key."""
    demo = Demo(tmp_path_factory.mktemp("d"))
    try:
        process = demo.start()
        running = children(process.pid)
        demo.command("wipe", "--yes")
        assert process.wait(10) == 0, demo.said()
        assert gone(list(running.values()))
        assert "started again" not in demo.said()
        assert not (demo.folder / "data" / "demo.json").exists(), "MWAVULI_KEY of the demo lay there"
    finally:
        demo.close()
