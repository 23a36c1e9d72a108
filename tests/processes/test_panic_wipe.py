"""The panic wipe destroys the key first, whatever else fails. Then sending stops, then the data are deleted."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.crypto import keyring
from gateway.crypto.keyring import open_vault
from gateway.crypto.vault import new_key
from gateway.errors import KeyWiped, StoreClosed
from gateway.model.broadcast import Broadcast, BroadcastKind
from gateway.model.message import Lane
from gateway.store import Connection, WorkItem, wipe
from gateway.store.connected_processes import list_connected
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS
from jobs.context import JobContext
from jobs.sending import send
from tests.harness.cast import number
from tests.harness.child import launch
from tests.harness.command_process import run_command as run
from tests.harness.scale import people
from tests.harness.stack import ROOT, TUNING, Stack, free_ports, started
from tests.harness.town import Town
from tests.harness.waiting import until

SERVICES = ("web", "alerts", "messages", "bulk", "clock", "desk")
PEOPLE = people(200_000, fewer=20_000)
SEED = f"""
from gateway.cli.common import load_deployment
from tests.bench import people
people.subscribe({PEOPLE}, [load_deployment().store.read_world().atlas.resolve("Soko Mwezi").id])
"""


def wiping(stack: Stack) -> "subprocess.Popen[str]":
    return launch(
        [sys.executable, "-m", "gateway.cli", "wipe", "--yes"], env=os.environ | stack.environ, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def sent(stack: Stack) -> int:
    return int(stack.network.get("/stats").json()["calls"])


def test_a_wipe_in_the_middle_of_a_warning() -> None:
    """No text leaves a second after the key is destroyed; the data are deleted five seconds after it."""
    with started() as stack:
        stack.run("-c", SEED)
        folder = Path(stack.environ["MWAVULI_DATA_DIR"])
        redis = Connection(stack.environ["REDIS_URL"])
        assert redis.execute("DBSIZE") > 10_000
        (folder / "settings.toml").write_text(f"proposal_audience = {PEOPLE}\n{TUNING}")
        stack.faults(latency_ms=500)  # a network as slow as real ones: the warning is not over before the wipe begins
        stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Bus stage")
        until(lambda: sent(stack) > 20, what="the warning under way")
        running = wiping(stack)
        until(lambda: not (folder / keyring.KEYRING_FILE).exists(), what="the key destroyed")
        time.sleep(1)
        after = sent(stack)
        time.sleep(4)
        assert sent(stack) == after < PEOPLE / 100
        left = set(redis.execute("KEYS", "*"))
        assert not [key for key in left if not key.startswith((b"rq:", b"clock:", b"bell:", b"door"))], left
        assert running.communicate()[0].startswith("The key is destroyed")
        assert running.returncode == 0
        files = [p for p in folder.rglob("*") if "aof" in p.name]
        assert files
        assert not any(b"sub:" in p.read_bytes() for p in files)
        closed(stack)


def closed(stack: Stack) -> None:
    """Assert that every process ended, that each ends again when it is started, and that a new keyring opens."""
    until(lambda: ended(stack, *SERVICES), what="the end of every process")
    for name in SERVICES:
        stack._spawn(name)
    until(lambda: ended(stack, *SERVICES), what="the end of every process that a supervisor started again")
    with pytest.raises(KeyWiped):
        stack.deployment()
    assert not (Path(stack.environ["MWAVULI_DATA_DIR"]) / keyring.KEYRING_FILE).exists()
    stack.command("wipe", "--new-keyring")
    stack.start(*SERVICES)
    stack.command("areas", "import", "gateway/cli/demo_areas.csv")
    until(lambda: "0711000099" not in stack["Chiku"].dial(), what="an open service")


def ended(stack: Stack, *names: str) -> bool:
    return all(stack.running[name].poll() == WIPED_EXIT_STATUS for name in names)


def test_a_thief_of_the_running_machine_finds_no_process_that_has_the_key() -> None:
    """The thief stands before the running machine a second after `wipe`, and wants the memory of any process."""
    with started() as stack:
        folder = Path(stack.environ["MWAVULI_DATA_DIR"])
        keyring.destroy_keyring(folder / keyring.KEYRING_FILE)  # the first moment of a wipe; Redis says nothing yet
        time.sleep(1)
        assert ended(stack, *SERVICES), {name: stack.running[name].poll() for name in SERVICES}
        assert holders_of(stack.environ["MWAVULI_KEY"]) == []


def holders_of(key: str) -> list[int]:
    """Return the processes whose environment has the key; this test's process is not among them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if key.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def test_the_other_machine_ends_too_and_a_process_that_hangs_is_named(tmp_path: Path) -> None:
    """The adversary has stopped one process of the other machine, to keep its memory."""
    with started() as stack:
        names = ("web", "clock")
        other = tmp_path / "other"
        other.mkdir()
        (other / "keyring").write_bytes((Path(stack.environ["MWAVULI_DATA_DIR"]) / "keyring").read_bytes())
        here = dict(stack.environ)
        stack.environ |= {"MWAVULI_DATA_DIR": str(other), "PORT": str(free_ports(1)[0])}
        machines = {name: stack.running[name] for name in SERVICES}
        for name in names:
            stack._spawn(name)
        remote = {name: stack.running[name] for name in names}
        stack.environ |= here
        connection = Connection(here["REDIS_URL"])
        until(lambda: len(list_connected(connection)) == len(SERVICES) + len(names), what="all on Redis")
        remote["clock"].send_signal(signal.SIGSTOP)
        done = run("wipe", "--yes", **here)
        assert done.returncode == 1, done.stdout
        assert f"clock on {socket.gethostname()} (process {remote['clock'].pid})" in done.stderr
        assert len(done.stderr.splitlines()) == 2, done.stderr
        assert "Switch this machine off" in done.stdout and "on each other machine" in done.stdout
        assert {p.poll() for p in (*machines.values(), remote["web"])} == {WIPED_EXIT_STATUS}
        remote["clock"].send_signal(signal.SIGCONT)
        assert remote["clock"].wait(5) == WIPED_EXIT_STATUS
        assert run("wipe", "--yes", **here).returncode == 0, "run again, it finds that all have ended"


def test_no_text_leaves_a_worker_that_had_claimed_it(context: JobContext, town: Town) -> None:
    keyring.destroy_keyring(context.deployment.settings.data_dir / keyring.KEYRING_FILE)
    with pytest.raises(KeyWiped):
        send.send_text(context, "Bus stage", [number("Amina")], Lane.ALERTS, time.time() + 60, b"x")
    assert town.network.get("/messages", params={"since": 0}).json()["messages"] == []


def test_nobody_is_claimed_once_another_machine_has_wiped(context: JobContext, town: Town) -> None:
    """A worker asks Redis just before every call, and the access state there says that all was wiped."""
    wipe.close_access(context.store.connection)
    broadcast = Broadcast(1234, 0, BroadcastKind.NEW, 2**31, 0)
    with pytest.raises(StoreClosed):
        context.store.recipients.claim(broadcast, [bytes(24)])
    with pytest.raises(StoreClosed):
        context.store.work_queue.mark_started(WorkItem("messages", b"msg:1", b"msg:1", 1, 1))


def test_with_redis_down_the_key_is_destroyed_all_the_same(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / keyring.KEYRING_FILE
    open_vault(key, path)
    before = path.read_bytes()
    with open(path, "rb") as file:
        done = run("wipe", "--yes", MWAVULI_DATA_DIR=str(tmp_path), REDIS_URL=f"unix://{tmp_path}/nothing.sock")
        assert file.read() != before, "its very bytes on the disk are gone"
    assert done.returncode == 1
    assert "Run `mwavuli wipe` again" in done.stderr
    assert "nobody knows which processes still run" in done.stderr
    assert not path.exists()
    with pytest.raises(KeyWiped, match="--new-keyring"):
        open_vault(key, path)


def test_a_wrong_setting_does_not_stop_a_wipe(redis_socket: Path, tmp_path: Path) -> None:
    """For example, the file of the key was on a stick that was removed."""
    open_vault(new_key(), tmp_path / keyring.KEYRING_FILE)
    url = f"unix://{redis_socket}"
    Connection(url).execute("SET", "rated", 1)
    done = run("wipe", "--yes", MWAVULI_DATA_DIR=str(tmp_path), MWAVULI_KEY_FILE="/nowhere/key", REDIS_URL=url)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / keyring.KEYRING_FILE).exists()
    assert Connection(url).execute("KEYS", "*") == [b"door"]


@pytest.mark.parametrize(("word", "status"), [("yes", 2), ("order", 0)])
def test_a_wipe_asks_whether_it_is_theft_or_an_order(tmp_path: Path, word: str, status: int) -> None:
    """Whoever is under a court's order learns that destroying can be a crime, and destroys nothing by that word."""
    open_vault(new_key(), tmp_path / keyring.KEYRING_FILE)
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "wipe"], env=os.environ | {"MWAVULI_DATA_DIR": str(tmp_path)}, cwd=ROOT,
        input=f"{word}\n", capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == status
    assert "can be a crime" in done.stdout
    assert ("lawyer" in done.stdout) == (word == "order")
    assert (tmp_path / keyring.KEYRING_FILE).exists()
