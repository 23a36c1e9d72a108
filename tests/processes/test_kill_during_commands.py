"""backup, restore, rotate-key and wipe are killed with -9 at chosen points. The same command then goes on from there.

The adversary kills them in the hope of a state that is half open: people who come back after a STOP, keys that still
open something, a backup that is none.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.crypto import keyring
from gateway.errors import BadInput, KeyLocked, KeyWiped
from gateway.store import Connection, access_state
from gateway.store.tombstone_log import FILE
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS
from tests.harness.command_process import run_command, run_killed
from tests.harness.stack import Stack, started
from tests.harness.waiting import until

SERVICES = ("web", "alerts", "messages", "bulk", "clock")
ADMIN = "gateway.store.admin:RedisAdmin"
TARGET = "gateway.store.restore_target:RestoreTarget"
BACKUP_POINTS = [("gateway.store.backup:_write_frame", 30), ("os:link", 1)]
RESTORE_POINTS = [
    (f"{TARGET}.begin", 1), (f"{TARGET}.execute_all", 40), ("gateway.store.access_state:open_access", 1),
]  # fmt: skip
ROTATION_POINTS = [
    ("gateway.crypto.keyring:overwrite", 1), (f"{ADMIN}.start_rotation", 1),
    ("gateway.store.connection:Connection.batch", 20), ("gateway.cli.rotate:replace_keyring", 2),
    (f"{ADMIN}.open_access", 1),
]  # fmt: skip
WIPE_POINTS = [
    ("gateway.crypto.keyring:overwrite", 1), ("pathlib:Path.replace", 1), (f"{ADMIN}.flush", 1),
    (f"{ADMIN}.list_processes", 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started() as stack:
        for name in ("Amina", "Bahati"):
            stack[name].text_and_confirm("JOIN Soko Mwezi")
        until(lambda: stack.store.count_subscribers(), what="two people")
        yield stack


def folder(stack: Stack) -> Path:
    return Path(stack.environ["MWAVULI_DATA_DIR"])


def joined(stack: Stack) -> int:
    return sum(stack.deployment().store.count_subscribers().values())


def test_a_killed_backup_is_no_file_and_the_next_one_is_whole(stack: Stack, tmp_path: Path) -> None:
    for at, nth in BACKUP_POINTS:
        file = tmp_path / f"{at}-{nth}"
        run_killed(stack.environ, at, nth, "backup", str(file))
        assert not file.exists(), "a file that is cut off cannot be taken for a backup"
        assert "2 people" in stack.command("backup", str(file))
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_killed_rotation_opens_nothing_by_halves_and_goes_on(stack: Stack) -> None:
    for at, nth in ROTATION_POINTS:
        run_killed(stack.environ, at, nth, "rotate-key")
        stack.command("rotate-key")
        assert joined(stack) == 2, (at, nth)
        assert sorted(path.name for path in folder(stack).glob(".keyring*")) == []
    until(lambda: answers(stack), what="an open service")


def answers(stack: Stack) -> bool:
    return "0711000099" not in stack["Chiku"].dial()


def test_a_killed_restore_stays_closed_and_goes_on_without_who_left(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    until(lambda: (folder(stack) / FILE).exists(), what="the first list with these keys")
    time.sleep(1)
    stack.command("backup", str(file))
    stack["Amina"].sends("STOP")
    until(lambda: joined(stack) == 1, what="the STOP")
    until(lambda: (folder(stack) / FILE).read_text().count("\n") > 1, what="her line in the list")
    stack.kill(*SERVICES)
    lost_at = f"{datetime.now(ZoneInfo('Africa/Nairobi')):%Y-%m-%d %H:%M}"
    connection = Connection(stack.environ["REDIS_URL"])
    for at, nth in RESTORE_POINTS:
        connection.execute("FLUSHALL")
        run_killed(stack.environ, at, nth, "restore", str(file), "--lost-at", lost_at)
        if not at.endswith("begin"):
            assert access_state.read_state(connection) == access_state.RESTORING, (at, nth)
            with pytest.raises(AssertionError, match="a backup is being restored"):
                stack.command("areas", "list")
        assert "1 people are restored" in stack.command("restore", str(file), "--lost-at", lost_at), (at, nth)
        assert joined(stack) == 1
    stack.start(*SERVICES)
    until(lambda: answers(stack), what="an open service")


def test_a_killed_wipe_lets_no_process_live_and_goes_on(stack: Stack) -> None:
    """Last of this file: it leaves nothing."""
    for at, nth in WIPE_POINTS:
        run_killed(stack.environ, at, nth, "wipe", "--yes")
        until(lambda: all(stack.running[name].poll() == WIPED_EXIT_STATUS for name in SERVICES), what=f"ends at {at}")
        with pytest.raises(KeyWiped):
            stack.deployment()
        again = run_command("wipe", "--yes", **stack.environ)
        assert again.returncode == 0, again.stderr
        with pytest.raises((KeyWiped, KeyLocked, BadInput)):
            keyring.open_vault(stack.environ["MWAVULI_KEY"], folder(stack) / keyring.KEYRING_FILE)
        assert Connection(stack.environ["REDIS_URL"]).execute("KEYS", "*") == [b"door"]
        stack.command("wipe", "--new-keyring")
        stack.seed()
        stack.start(*SERVICES)
