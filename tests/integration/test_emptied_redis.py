"""A Redis of other software, and a Redis that lost its records (row 43 of FAULTS)."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from gateway.cli import common, migrate, wipe
from gateway.cli.checks import storage_state
from gateway.cli.checks.finding import Level
from gateway.deployment import Deployment, open_deployment
from gateway.errors import BadInput, StoreClosed
from gateway.settings import Settings
from gateway.store import Connection, schema
from gateway.store.admin import RedisAdmin
from jobs import scheduler
from jobs.monitoring import balance
from tests.harness.served import Served, WebPhone, served
from tests.harness.town import Town

FOREIGN = "wp_0711000001_posts"
"""A key of other software, with a number in its name."""


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


@pytest.fixture
def emptied(deployment: Deployment) -> Connection:
    """Somebody makes Redis anew without its volume, while this process runs."""
    connection = deployment.store.connection
    connection.execute("FLUSHALL")
    return connection


def test_another_redis_is_not_an_older_release(emptied: Connection, deployment: Deployment) -> None:
    """An operator points REDIS_URL at another program's Redis: nothing is taken over, and no number is shown."""
    emptied.execute("SET", FOREIGN, 1)
    for act in (schema.initialise_or_check, lambda found: schema.migrate(found, print)):
        with pytest.raises(BadInput, match=r"keys that are not ours: 1, e\.g\. wp_\*_posts") as refused:
            act(emptied)
        assert "older release" not in str(refused.value)
    assert emptied.execute("KEYS", "*") == [FOREIGN.encode()]


def test_migrate_takes_no_foreign_keys_over(
    emptied: Connection, values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "load_settings", lambda: values)
    emptied.execute("SET", FOREIGN, 1)
    result = CliRunner().invoke(migrate.migrate)
    assert isinstance(result.exception, BadInput)
    assert emptied.execute("KEYS", "*") == [FOREIGN.encode()]


@pytest.mark.parametrize("database", [0, 3])
def test_a_wipe_spares_the_keys_of_other_software(
    town: Town, values: Settings, database: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the worst day ours are deleted, and the other program keeps its data, in any database of the server."""
    town["Amina"].text("JOIN SOKO")
    connection = town.store.connection
    connection.batch([("MULTI",), ("SELECT", database), ("SET", FOREIGN, 1), ("SELECT", 0), ("EXEC",)])
    for name, value in (("REDIS_URL", values.redis_url), ("MWAVULI_DATA_DIR", str(values.data_dir))):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(common, "load_settings", lambda: values)
    result = CliRunner().invoke(wipe.wipe_command, ["--yes"])
    assert "1 keys of other software are left" in result.output, result.output
    ours = {FOREIGN.encode(), b"door"} if database == 0 else {b"door"}
    assert set(connection.execute("KEYS", "*")) == ours
    connection.batch([("SELECT", database), ("GET", FOREIGN), ("SELECT", 0)])
    assert RedisAdmin(values.redis_url).read_access_state() == "wiped"


def test_a_running_process_notices_that_its_records_are_gone(town: Town, emptied: Connection) -> None:
    """Nobody may read an empty menu as the truth, nor be subscribed in a store that forgot everybody else."""
    with pytest.raises(StoreClosed):
        town["Amina"].dial()
    with pytest.raises(StoreClosed, match="the data are gone"):
        town.store.access_state.check()


def test_the_clock_writes_nothing_into_an_emptied_redis(town: Town, emptied: Connection) -> None:
    scheduler.sweep(town.context, balance.request_balance)
    assert emptied.execute("KEYS", "*") == []


def test_the_next_start_says_that_the_data_are_gone(deployment: Deployment, values: Settings) -> None:
    """It neither calls Redis an older release nor begins anew in silence. A file of this machine remembers."""
    deployment.store.initialise_or_check_layout()
    deployment.store.connection.execute("FLUSHALL")
    for _ in range(2):
        with pytest.raises(StoreClosed, match="the data are gone"):
            open_deployment(values).store.initialise_or_check_layout()
    found = [
        line.text for line in storage_state.check(values, RedisAdmin(values.redis_url)) if line.level is Level.MUST
    ]
    assert any("the data are gone" in text for text in found)
    (values.data_dir / "redis-used").unlink()
    opened = open_deployment(values)
    opened.store.initialise_or_check_layout()
    opened.store.access_state.check()


def test_a_web_process_apologises_over_an_emptied_redis(web: Served, deployment: Deployment) -> None:
    amina = WebPhone(web, "Amina")
    amina.dial()
    deployment.store.connection.execute("FLUSHALL")
    assert "does not work" in amina.dial()
