"""The panic wipe destroys the key first, whatever else fails. Then sending stops, then the data are deleted."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.crypto import keyring
from gateway.crypto.keyring import open_vault
from gateway.crypto.vault import new_key
from gateway.errors import KeyWiped, StoreClosed
from gateway.model.broadcast import Broadcast, BroadcastKind
from gateway.model.message import Lane
from gateway.store import Connection, WorkItem, wipe
from jobs.context import JobContext
from jobs.sending import send
from tests.harness.cast import number
from tests.harness.child import launch
from tests.harness.scale import people
from tests.harness.stack import ROOT, TUNING, Stack, started
from tests.harness.town import Town
from tests.harness.waiting import until

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
    """Assert that every process runs without a key, and that none opens by itself."""
    chiku = stack["Chiku"]
    assert "0711000099" in chiku.dial()
    answer = stack.network.post(f"/phones/{chiku.number}/sms", json={"text": "JOIN Soko Mwezi"}).json()
    assert answer["status"] == 503
    for name in ("web", "alerts", "clock"):
        assert stack.running[name].poll() is None, stack.said()
        stack.kill(name)
    stack.start("web", "alerts", "clock")
    assert "0711000099" in chiku.dial()
    with pytest.raises(KeyWiped):
        stack.deployment()
    assert not (Path(stack.environ["MWAVULI_DATA_DIR"]) / keyring.KEYRING_FILE).exists()
    assert stack.said().count("the key is put away") >= 5, stack.said()
    stack.command("wipe", "--new-keyring")
    stack.command("areas", "import", "gateway/cli/demo_areas.csv")
    until(lambda: "0711000099" not in chiku.dial(), what="an open door")


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
        context.store.work_queue.mark_started(WorkItem("messages", b"msg:1", 1, 1))


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments], env=os.environ | environ, capture_output=True, text=True,
        cwd=ROOT,
    )  # fmt: skip


def test_with_redis_down_the_key_is_destroyed_all_the_same(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / keyring.KEYRING_FILE
    open_vault(key, path)
    before = path.read_bytes()
    with open(path, "rb") as file:
        done = run("wipe", "--yes", MWAVULI_DATA_DIR=str(tmp_path), REDIS_URL=f"unix://{tmp_path}/nothing.sock")
        assert file.read() != before, "its very bytes on the disk are gone"
    assert done.returncode == 1
    assert "Run `mwavuli wipe` again" in done.stderr
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


def test_a_wipe_asks_for_confirmation(tmp_path: Path) -> None:
    open_vault(new_key(), tmp_path / keyring.KEYRING_FILE)
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "wipe"], env=os.environ | {"MWAVULI_DATA_DIR": str(tmp_path)}, cwd=ROOT,
        input="yes\n", capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert (tmp_path / keyring.KEYRING_FILE).exists()
