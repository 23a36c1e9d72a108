"""The schema version: an empty Redis gets it, an older one waits for `migrate`, every process refuses a newer one."""

import os
import subprocess

import pytest
from msgspec.structs import replace

from gateway.crypto.secrets import derive_tags
from gateway.deployment import Deployment
from gateway.errors import BadInput
from gateway.store import Connection, access_state, keys, schema
from gateway.store.records.callers import SESSIONS
from menus.engine.screen import Link
from tests.harness.cast import number
from tests.harness.stack import ROOT, procfile
from tests.harness.town import Town


@pytest.fixture
def empty(deployment: Deployment) -> Connection:
    connection = deployment.store.connection
    connection.execute("FLUSHALL")
    return connection


def test_an_empty_redis_gets_the_number_and_the_version_of_the_key(empty: Connection) -> None:
    empty.execute("SET", "clock:seen", 1)
    schema.initialise_or_check(empty)
    assert schema.read_layout(empty) == schema.CURRENT_LAYOUT
    assert access_state.read_state(empty) == empty.key_id
    schema.initialise_or_check(empty)


def test_an_older_layout_waits_for_migrate_which_may_be_repeated(empty: Connection) -> None:
    empty.execute("HSET", "members", "a", 1)
    with pytest.raises(BadInput, match="mwavuli migrate"):
        schema.initialise_or_check(empty)
    output: list[str] = []
    schema.migrate(empty, output.append)
    schema.migrate(empty, output.append)
    assert output == [f"layout {n} of {schema.CURRENT_LAYOUT}" for n in range(1, schema.CURRENT_LAYOUT + 1)]
    schema.initialise_or_check(empty)
    assert empty.hgetall("members") == {b"a": b"1"}


def test_a_step_that_was_cut_off_is_done_again_and_those_before_it_are_not(
    empty: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def second(connection: Connection) -> None:
        done.append("second")
        if len(done) < 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(schema, "MIGRATIONS", (lambda connection: done.append("first"), second))
    monkeypatch.setattr(schema, "CURRENT_LAYOUT", 2)
    with pytest.raises(KeyboardInterrupt):
        schema.migrate(empty, lambda said: None)
    assert schema.read_layout(empty) == 1
    schema.migrate(empty, lambda said: None)
    assert done == ["first", "second", "second"]


@pytest.mark.parametrize("name", procfile())
def test_a_newer_layout_is_refused_by_every_process(name: str, empty: Connection, environ: dict[str, str]) -> None:
    empty.execute("SET", schema.KEY, schema.CURRENT_LAYOUT + 1)
    done = subprocess.run(
        procfile()[name], env=os.environ | environ | {"PORT": "1"}, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "newer release" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_screen_that_is_gone_goes_home_with_a_hint(town: Town) -> None:
    """A session that began before an upgrade goes on after it."""
    amina = town["Amina"]
    home = amina.dial("1")
    session = amina.session()
    gone = tuple(replace(choice, link=Link("gone.gone")) for choice in session.choices)
    key = keys.session(derive_tags(town.store.vault, number("Amina")).session)
    sealed = SESSIONS.seal(town.store.vault, replace(session, choices=gone).pack(), key)
    town.store.connection.execute("SET", key, sealed)
    assert "This menu has changed." in amina.press("1")
    assert amina.open
    assert home.split("\n")[0] in amina.screen
