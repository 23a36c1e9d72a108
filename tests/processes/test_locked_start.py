"""Without its key the service apologises, waits and loses nothing. After `unlock`, every process opens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.crypto import secret_file, unlock_file
from gateway.crypto.vault import new_key
from gateway.errors import BadInput
from gateway.numbers import Number
from tests.harness.phone import FRESH_CODE
from tests.harness.stack import ROOT, Stack, started
from tests.harness.steps_turns import subscribe_phone
from tests.harness.waiting import until

PROCESSES = ("web", "alerts", "messages", "bulk", "clock")


@pytest.fixture
def locked() -> Iterator[tuple[Stack, str]]:
    """Run everything without the key, as after a restart of the machine."""
    with started() as stack:
        key = stack.environ.pop("MWAVULI_KEY")
        for name in PROCESSES:
            stack.kill(name)
        stack.start(*PROCESSES)
        try:
            yield stack, key
        finally:
            unlock_file.destroy_unlock_files(Path(stack.environ["MWAVULI_DATA_DIR"]))


def unlock(stack: Stack, key: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", "unlock"],
        input=key + "\n", env=os.environ | stack.environ, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip


def test_started_without_the_key_it_apologises_and_loses_no_text(locked: tuple[Stack, str]) -> None:
    stack, key = locked
    bahati, chiku = stack["Bahati"], stack["Chiku"]
    chiku.dial()
    assert "0711000099" in chiku.screen, "the apology names the hotline"
    assert not chiku.open
    for phone, words in ((bahati, "JOIN Soko Mwezi"), (chiku, "HELP")):
        answer = stack.network.post(f"/phones/{phone.number}/sms", json={"text": words}).json()
        assert answer["status"] == 503, "not acknowledged, so the network repeats it"
    wrong = unlock(stack, new_key())
    assert wrong.returncode == 2
    assert "another deployment's" in wrong.stderr
    assert not unlock_file.find_unlock_files(Path(stack.environ["MWAVULI_DATA_DIR"])), "what does not open is not kept"

    assert unlock(stack, key).returncode == 0
    bahati.text(bahati.gets(FRESH_CODE)[1])
    bahati.gets("Soko Mwezi")
    chiku.gets("Please dial")
    stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Bus stage")
    bahati.gets("Bus stage")
    for name in PROCESSES:
        assert stack.running[name].poll() is None, f"{name} waited for the key:\n{stack.said()}"
    said = stack.said()
    assert said.count("ALARM: the service is locked") == 1, said
    assert said.count("ALARM: nothing is sent") == 4, said
    assert key not in said


def test_a_change_of_keys_in_the_middle_of_a_warning() -> None:
    """Every process opens again by itself, everybody gets the warning once, and no text in between is lost."""
    crowd = [f"+2547130{n:05d}" for n in range(400)]
    with started() as stack:
        store = stack.deployment().store
        for number in crowd:
            subscribe_phone(store, Number.parse(number), "Soko Mwezi")
        stack.faults(latency_ms=600)
        stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Bus stage")
        until(lambda: warned_numbers(stack), what="the first call")
        stack.command("rotate-key")
        stack.faults()
        until(lambda: len(set(warned_numbers(stack))) == len(crowd), what=f"the warning of everybody:\n{stack.said()}")
        assert len(warned_numbers(stack)) == len(crowd), "nobody twice"
        stack["Chiku"].sends("JOIN Soko Mwezi")  # while a web process opens again, the network repeats the text
        stack["Chiku"].sends(stack["Chiku"].gets(FRESH_CODE)[1])
        stack["Chiku"].gets("Bus stage")
        for name in PROCESSES:
            assert stack.running[name].poll() is None, f"{name}:\n{stack.said()}"


def warned_numbers(stack: Stack) -> list[str]:
    taken = stack.network.get("/messages", params={"since": 0}).json()["messages"]
    return [message["number"] for message in taken if "Bus stage" in message["text"]]


def test_the_typed_key_lies_in_memory_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = unlock_file.write_unlock_file("a key", tmp_path)
    try:
        assert unlock_file.file_system_type(path.parent) in unlock_file.MEMORY_FILE_SYSTEMS
        assert [p.stat().st_mode & 0o777 for p in (path, path.parent)] == [0o600, 0o700]
        assert unlock_file.write_unlock_file("a key", tmp_path) == path, "typed twice, it lies in one place"
        assert unlock_file.read_unlock_file(tmp_path) == "a key"
        assert unlock_file.read_unlock_file(tmp_path / "other") == ""
    finally:
        unlock_file.destroy_unlock_files(tmp_path)
    assert unlock_file.read_unlock_file(tmp_path) == ""
    assert not path.parent.exists() or any(path.parent.iterdir()), "an empty folder does not stay"


def test_a_place_on_a_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlock_file, "PARENT_FOLDERS", (ROOT, tmp_path / "nowhere"))
    monkeypatch.setattr(
        unlock_file, "MEMORY_FILE_SYSTEMS", unlock_file.MEMORY_FILE_SYSTEMS - {unlock_file.file_system_type(ROOT)}
    )
    with pytest.raises(BadInput, match="stay on a disk"):
        unlock_file.write_unlock_file("a key", tmp_path)
    assert unlock_file.find_unlock_files(tmp_path) == []


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in memory where every account may write, as /dev/shm."""
    folder = tmp_path / "shm"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setattr(unlock_file, "PARENT_FOLDERS", (folder,))
    monkeypatch.setattr(unlock_file, "MEMORY_FILE_SYSTEMS", {unlock_file.file_system_type(folder)})
    return folder


def test_another_account_that_was_there_first_cannot_keep_the_service_locked(shared: Path, tmp_path: Path) -> None:
    """The adversary has an account on the machine and makes every name that could be guessed, or that was used."""
    old = unlock_file.write_unlock_file("a key", tmp_path)
    unlock_file.destroy_unlock_files(tmp_path)
    for name in (f"mwavuli-{old.name}", old.parent.name, "mwavuli-0"):
        (shared / name).mkdir(mode=0o777)
        (shared / name).chmod(0o777)
        (shared / name / old.name).write_text("the adversary's key")
    (shared / "mwavuli-file").write_text("")
    (shared / "mwavuli-link").symlink_to(shared / "mwavuli-0")
    assert unlock_file.read_unlock_file(tmp_path) == "", "a key from a folder that others can enter is not taken"
    path = unlock_file.write_unlock_file("a key", tmp_path)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert unlock_file.read_unlock_file(tmp_path) == "a key"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another account")
def test_a_private_folder_of_another_account_is_not_used(shared: Path, tmp_path: Path) -> None:
    """The adversary's folder has the right mode, and would hand over what is written into it."""
    trap = shared / "mwavuli-trap"
    trap.mkdir(mode=0o700)
    os.chown(trap, 65534, 65534)
    assert unlock_file.write_unlock_file("a key", tmp_path).parent != trap
    assert list(trap.iterdir()) == []


def test_a_link_in_the_place_of_the_key_is_not_followed(shared: Path, tmp_path: Path) -> None:
    path = unlock_file.write_unlock_file("a key", tmp_path)
    (tmp_path / "bait").write_text("another key")
    path.unlink()
    path.symlink_to(tmp_path / "bait")
    assert unlock_file.read_unlock_file(tmp_path) == ""


def test_a_killed_unlock_leaves_nothing_that_a_wipe_does_not_destroy(shared: Path, tmp_path: Path) -> None:
    """The adversary searches /dev/shm for the draft of an `unlock` that was killed."""
    path = unlock_file.write_unlock_file("a key", tmp_path)
    draft = secret_file.write_draft(b"a key", path)
    unlock_file.destroy_unlock_files(tmp_path)
    assert not draft.exists() and not path.exists()
