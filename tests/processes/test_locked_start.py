"""Without its key the service apologises, waits and loses nothing. After `unlock`, every process opens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.crypto import unlock_file
from gateway.crypto.vault import new_key
from gateway.errors import BadInput
from tests.harness.network_phone import NetworkPhone
from tests.harness.stack import ROOT, Stack, started
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
            for path in unlock_file.find_unlock_files(Path(stack.environ["MWAVULI_DATA_DIR"])):
                path.unlink()


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
    bahati.gets("Soko Mwezi")
    chiku.gets("STOP")
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
        for number in crowd:
            NetworkPhone(stack.network, number).text_and_confirm("JOIN Soko Mwezi")
        stack.faults(latency_ms=600)
        stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Bus stage")
        until(lambda: warned_numbers(stack), what="the first call")
        stack.command("rotate-key")
        stack.faults()
        until(lambda: len(set(warned_numbers(stack))) == len(crowd), what=f"the warning of everybody:\n{stack.said()}")
        assert len(warned_numbers(stack)) == len(crowd), "nobody twice"
        stack["Chiku"].sends("JOIN Soko Mwezi")  # while a web process opens again, the network repeats the text
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
        assert path.stat().st_mode & 0o777 == 0o600
        assert unlock_file.read_unlock_file(tmp_path) == "a key"
        assert unlock_file.read_unlock_file(tmp_path / "other") == ""
    finally:
        path.unlink()
    assert unlock_file.read_unlock_file(tmp_path) == ""


def test_a_place_on_a_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlock_file, "CANDIDATE_FOLDERS", (ROOT, tmp_path / "nowhere"))
    monkeypatch.setattr(
        unlock_file, "MEMORY_FILE_SYSTEMS", unlock_file.MEMORY_FILE_SYSTEMS - {unlock_file.file_system_type(ROOT)}
    )
    with pytest.raises(BadInput, match="stay on a disk"):
        unlock_file.write_unlock_file("a key", tmp_path)
    assert unlock_file.find_unlock_files(tmp_path) == []


def test_a_link_in_the_place_of_the_key_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlock_file, "CANDIDATE_FOLDERS", (tmp_path,))
    (tmp_path / "bait").write_text("another key")
    unlock_file._file_in(tmp_path, tmp_path).symlink_to(tmp_path / "bait")
    assert unlock_file.read_unlock_file(tmp_path) == ""
