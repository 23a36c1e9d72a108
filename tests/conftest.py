"""Fixtures with real parts: a Redis of the run's own, the simulated network over HTTP, and the real SDK."""

import functools
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import translations
from gateway import settings
from gateway.cli import common, enrolment, places, redis_server, staff
from gateway.crypto.vault import new_key
from gateway.deployment import Deployment, open_deployment
from gateway.imports import places as imports_places
from gateway.model.staff import Role
from gateway.numbers import Number
from gateway.simulator import Config, create_app
from gateway.store import Connection, schema
from jobs.context import JobContext, build_context
from tests.harness.cast import NURSE, TEAM
from tests.harness.child import child_process, interrupt_on_sigterm
from tests.harness.country import CountrySnapshot
from tests.harness.run_summary import summarize
from tests.harness.town import Town

TOKEN = "test-token-" + "0123456789abcdef" * 2
KEY = new_key()
"""One key a run, so that a country that was imported and enrolled once can be copied to the next test."""


IN_MEMORY = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)  # noqa: S108
"""A file system in memory, where there is one."""
NO_FSYNC = ("--appendfsync", "no")
"""Durability is the subject of `tests/processes` only; those tests start a Redis of their own."""


def pytest_configure() -> None:
    """Runs in the controller and in each worker of xdist."""
    interrupt_on_sigterm()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.ensure_newline()
    for line in summarize(config.args):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    """A Redis server with the demo's configuration, except that it does not wait for the disk.

    It has several databases, as a Redis that other software uses too.
    """
    with tempfile.TemporaryDirectory(prefix="mw", dir=IN_MEMORY) as folder:
        path = Path(folder) / "redis.sock"
        command = [*redis_server.build_command(Path(folder), path), *NO_FSYNC, "--databases", "4"]
        with child_process(command, stdout=subprocess.DEVNULL) as process:
            redis_server.wait_until_ready(path, process)
            yield path


@pytest.fixture
def durable_redis(redis_socket: Path) -> Iterator[None]:
    """Make this Redis wait for the disk, as production does, for tests of `check` and `/ready`."""
    connection = Connection(redis_server.unix_url(redis_socket))
    connection.execute("CONFIG", "SET", "appendfsync", "always")
    yield
    connection.execute("CONFIG", "SET", "appendfsync", "no")


@pytest.fixture(scope="session", autouse=True)
def shared_languages() -> None:
    """Read the shipped languages once a run. A test with a content directory of its own reads them again."""
    read, cache = translations.load, functools.cache(translations.load)

    def load(
        codes: Sequence[str], content_dir: Path | None = None, for_paper: bool = False, **chosen: Any
    ) -> translations.Languages:
        return (read if content_dir else cache)(tuple(codes), content_dir, for_paper, **chosen)

    translations.load = load


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def network_url() -> Iterator[str]:
    """Run the simulated network without a gateway to call. It takes what the SDK sends."""
    port = free_port()
    config = Config(gateway="http://127.0.0.1:9", token=TOKEN)
    server = uvicorn.Server(uvicorn.Config(create_app(config), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        pass
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def environ(redis_socket: Path, network_url: str, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a test's deployment. Change it before the fixture `deployment` is used."""
    return {
        "REDIS_URL": redis_server.unix_url(redis_socket),
        "MWAVULI_DATA_DIR": str(tmp_path),
        "MWAVULI_KEY": KEY,
        "MWAVULI_WEBHOOK_TOKEN": TOKEN,
        "MWAVULI_HOTLINE": "0711000099",
        "MWAVULI_DESK_LABEL": "Notes",
        "AT_USERNAME": "test",
        "AT_API_KEY": "simulator",
        "AT_SHORTCODE": "20240",
        "AT_API_URL": network_url,
    }


@pytest.fixture
def values(environ: dict[str, str]) -> settings.Settings:
    return settings.load(environ)


@pytest.fixture(scope="session")
def country() -> CountrySnapshot:
    return CountrySnapshot(KEY)


@pytest.fixture
def deployment(values: settings.Settings, country: CountrySnapshot, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Return a fresh deployment with the demo's fictional country and the cast's staff."""
    shared = country.lend_keyring(values)
    opened = open_deployment(values)
    opened.store.connection.execute("FLUSHALL")
    schema.initialise_or_check(opened.store.connection)
    monkeypatch.setattr(common, "load_deployment", lambda: opened)
    monkeypatch.setattr(common, "load_settings", lambda: values)
    for module in (enrolment, places, staff):
        monkeypatch.setattr(module, "load_deployment", lambda: opened)
    for module in (enrolment, places):
        monkeypatch.setattr(module, "load_settings", lambda: values)
    if not (shared and country.restore(opened)):
        _country(opened)
    if shared:
        country.keep(opened)
    return opened


def _country(opened: Deployment) -> None:
    store, folder = opened.store, files("gateway.cli")
    for name in ("demo_areas.csv", "demo_country.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        places.save_areas(imports_places.read_areas(lines, store.vault.area_digest).areas)
    rows = imports_places.read_clinics(lines, store.vault.area_digest, "KE", store.read_world().atlas).rows
    places.save_clinics([row.clinic for row in rows])
    for name, (number, role, area, pin) in TEAM.items():
        where = store.read_world().atlas.resolve(area).id if area else ""
        enrolment.enrol_staff(Number.parse(number), name, role, area=where, active=True, pin=pin)
    _name, number, clinic, pin = NURSE
    places.grade_as_checked(clinic, "Zuhura", Number.parse(number), active=True, pin=pin)
    assert store.read_world().roster.nurses(clinic)[0].roles == {Role.CLINIC}


@pytest.fixture
def context(deployment: Deployment, values: settings.Settings) -> JobContext:
    """Return the context of jobs: the real SDK against the simulated network."""
    return build_context(deployment)


@pytest.fixture
def town(context: JobContext, network_url: str) -> Iterator[Town]:
    """Return people with phones in one process: turns and jobs are called directly, texts go through the network."""
    made = Town(context, network_url)
    yield made
    made.close()
