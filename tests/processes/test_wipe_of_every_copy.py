"""A wipe reaches every copy of key material on its machine, and says what it does not reach."""

from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from gateway.crypto import keyring
from gateway.crypto.key_places import DEMO_SETTINGS, KEY_PLACES, Treatment
from gateway.crypto.keyring import open_vault
from gateway.crypto.vault import new_key, unwrap
from gateway.errors import BadInput
from gateway.store import Connection, schema
from tests.harness.command_process import run_command as run, run_killed
from tests.harness.stack import ROOT


@pytest.fixture
def small(redis_socket: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a deployment without processes, with a keyring and an empty Redis."""
    connection = Connection(f"unix://{redis_socket}")
    connection.execute("FLUSHALL")
    key = new_key()
    open_vault(key, tmp_path / keyring.KEYRING_FILE)
    return {"MWAVULI_DATA_DIR": str(tmp_path), "MWAVULI_KEY": key, "REDIS_URL": f"unix://{redis_socket}"}


def schema_and_record(small: dict[str, str]) -> None:
    """Write a record, without which there is nothing to rotate."""
    connection = Connection(small["REDIS_URL"])
    connection.batch([("SET", schema.KEY, schema.CURRENT_LAYOUT), ("HSET", "rated", "good", 1)])


def test_the_draft_that_a_killed_rotation_left_opens_nothing_after_a_wipe(
    small: dict[str, str], tmp_path: Path
) -> None:
    """The adversary killed `rotate-key` weeks before the raid, has MWAVULI_KEY, and searches every file."""
    schema_and_record(small)
    run_killed(small, "pathlib:Path.replace", 1, "rotate-key")
    (tmp_path / "keyring.bak").write_bytes((tmp_path / "keyring").read_bytes())
    assert len(openable(tmp_path, small["MWAVULI_KEY"])) == 3, "the keyring, its draft, and a copy that somebody made"
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in openable(tmp_path, small["MWAVULI_KEY"])]
        assert run("wipe", "--yes", **small).returncode == 0
        assert openable(tmp_path, small["MWAVULI_KEY"]) == []
        for file in files:  # as a tool that reads the freed blocks of the disk
            with pytest.raises(BadInput):
                unwrap(file.read(), small["MWAVULI_KEY"])


def test_the_draft_of_a_killed_rotation_is_gone_after_the_next_command(small: dict[str, str], tmp_path: Path) -> None:
    """The adversary copies the folder a day later, and wants keys that a rotation was to end."""
    schema_and_record(small)
    run_killed(small, "pathlib:Path.replace", 1, "rotate-key")
    run("check", **small)
    assert openable(tmp_path, small["MWAVULI_KEY"]) == [tmp_path / keyring.KEYRING_FILE]


def openable(folder: Path, key: str) -> list[Path]:
    """Return the files that open with the key as a keyring does."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with suppress(BadInput, ValueError):
            unwrap(path.read_bytes(), key)
            found.append(path)
    return found


def test_what_a_wipe_cannot_destroy_is_named(tmp_path: Path) -> None:
    """The key lies on a stick that is written to by nobody."""
    key_file = tmp_path / "stick" / "key"
    key_file.mkdir(parents=True)  # not even root can write a folder as a file
    done = run(
        "wipe", "--yes", MWAVULI_DATA_DIR=str(tmp_path), MWAVULI_KEY_FILE=str(key_file), REDIS_URL="unix:///none.sock"
    )
    assert "Destroy the file of MWAVULI_KEY_FILE: this command may not." in done.stdout


def test_a_keyring_that_cannot_be_destroyed_is_not_said_to_be(small: dict[str, str], tmp_path: Path) -> None:
    """The adversary has made the keyring unwritable, so that the command fails and seems to have worked."""
    path = tmp_path / keyring.KEYRING_FILE
    path.unlink()
    path.mkdir()  # not even root can write a folder as a file
    done = run("wipe", "--yes", **small)
    assert done.returncode == 1
    assert "THE KEY IS NOT DESTROYED" in done.stderr
    assert "The key is destroyed" not in done.stdout


def test_new_keys_are_not_made_beside_an_emptied_redis(small: dict[str, str], tmp_path: Path) -> None:
    """The adversary emptied Redis, and hopes that somebody rotates the keys before the backup is restored."""
    before = (tmp_path / keyring.KEYRING_FILE).read_bytes()
    done = run("rotate-key", **small)
    assert done.returncode == 2
    assert "restore the backup first" in done.stderr
    assert (tmp_path / keyring.KEYRING_FILE).read_bytes() == before


def test_every_place_of_key_material_is_told_to_the_operator() -> None:
    paper = (ROOT / ".github/SECURITY.md").read_text()
    places = (*KEY_PLACES, DEMO_SETTINGS)
    assert [place.name for place in places if place.name not in paper] == []
    assert {place.treatment for place in KEY_PLACES} == set(Treatment)


def test_a_command_with_wrong_settings_says_what_is_wrong(small: dict[str, str]) -> None:
    """Watching for a wipe must not hide it."""
    done = run("areas", "list", **(small | {"REDIS_URL": "redis+sentinel://host"}))
    assert done.returncode == 2
    assert done.stderr.startswith("mwavuli: REDIS_URL"), done.stderr
