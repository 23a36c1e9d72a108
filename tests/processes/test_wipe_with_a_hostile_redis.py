"""Whoever can connect to Redis, or stands in its place, keeps no wipe from its last steps."""

import socket
import threading
from pathlib import Path

import pytest
from redis import Redis

from gateway.crypto import keyring
from gateway.crypto.keyring import open_vault
from gateway.crypto.vault import new_key
from gateway.store import tombstone_log
from tests.harness.command_process import run_command as run

FORGED_NAMES = ("mwavuli/web/host/1/2", "mwavuli/web/host/pid", "mwavuli/", "mwavuli/web")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder with a keyring and a list of people who left."""
    open_vault(new_key(), tmp_path / keyring.KEYRING_FILE)
    (tmp_path / tombstone_log.FILE).write_text("")
    return tmp_path


def test_a_connection_with_a_forged_name_does_not_stop_a_wipe(redis_socket: Path, folder: Path) -> None:
    """Each process of ours may name its connection. One with a password of theirs named it so that `wipe` fell."""
    clients = [Redis(unix_socket_path=str(redis_socket), client_name=name) for name in FORGED_NAMES]
    assert all(client.ping() for client in clients)
    done = run("wipe", "--yes", MWAVULI_DATA_DIR=str(folder), REDIS_URL=f"unix://{redis_socket}")
    assert done.returncode == 0, done.stderr
    assert "Switch this machine off" in done.stdout
    assert not (folder / tombstone_log.FILE).exists()


def test_a_server_that_answers_nonsense_does_not_stop_a_wipe(folder: Path) -> None:
    """Another program took the port of Redis, and answers each command with a number."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_with_numbers, args=(server,), daemon=True).start()
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0?protocol=2"
        done = run("wipe", "--yes", MWAVULI_DATA_DIR=str(folder), REDIS_URL=url)
    assert done.returncode == 1
    assert "The key is destroyed" in done.stdout and "Switch this machine off" in done.stdout, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == [keyring.WIPED_FLAG]


def answer_with_numbers(server: socket.socket) -> None:
    while True:
        client, _address = server.accept()
        threading.Thread(target=answer, args=(client,), daemon=True).start()


def answer(client: socket.socket) -> None:
    with client:
        while data := client.recv(65536):
            client.sendall(b":1\r\n" * max(1, data.count(b"*")))
