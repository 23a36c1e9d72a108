"""The two foundations of the store: a commit is whole or nothing, and every due item is handled."""

import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.cli import redis_server
from gateway.crypto.vault import Keyring, Vault
from gateway.deployment import Deployment, open_deployment
from gateway.errors import StoreUnavailable
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertTask
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import Connection, Store, Transaction, WorkItem, WorkQueue
from gateway.store.item_names import seal_item
from gateway.turns.sms import SmsHandler
from tests.harness.child import launch

VAULT = Vault(Keyring.generate())


@pytest.fixture
def connection(redis_socket: Path) -> Connection:
    opened = Connection(redis_server.unix_url(redis_socket))
    opened.execute("FLUSHALL")
    return opened


def commit(connection: Connection, transaction: Transaction) -> int:
    """Commit. Return 0, or the number of the guard that failed."""
    return int(connection.run_script("commit", (), transaction.arguments(lambda name: seal_item(VAULT, name))))


# A change


def test_a_commit_writes_everything(connection: Connection) -> None:
    transaction = Transaction()
    transaction.require("absent", None)
    transaction.require_field("hash", "absent", None)
    transaction.write("SET", "a", b"\0\r\n*1")
    transaction.write("HSET", b"\xff", "b", "")
    transaction.schedule("alerts", b"x:\0\xff", 2.5)
    assert commit(connection, transaction) == 0
    assert connection.execute("GET", "a") == b"\0\r\n*1"
    assert connection.execute("HGETALL", b"\xff") == {b"b": b""}
    assert connection.execute("ZRANGE", "due:alerts", 0, -1, "WITHSCORES") == [[seal_item(VAULT, b"x:\0\xff"), 2500.0]]
    assert transaction.lanes_to_notify == {"alerts"}


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_one_guard_that_fails_stops_every_write(failing: int, connection: Connection) -> None:
    connection.batch([("SET", "text", "kept"), ("HSET", "hash", "field", "kept")])
    guards = [("text", None, b"kept"), ("gone", None, None), ("hash", "field", b"kept"), ("hash", "gone", None)]
    transaction = Transaction()
    transaction.write("SET", "written", 1)
    for number, (key, field, value) in enumerate(guards, 1):
        value = value if number != failing else b"moved" if value is None else None
        if field:
            transaction.require_field(key, field, value)
        else:
            transaction.require(key, value)
    assert commit(connection, transaction) == failing
    assert connection.execute("EXISTS", "written") == 0


@pytest.mark.parametrize("found", [b"", b"-", b"=", b"=x", b"x"])
def test_a_guard_distinguishes_every_value_from_others_and_from_none(found: bytes, connection: Connection) -> None:
    connection.execute("SET", "key", found)
    for expected in (None, b"", b"-", b"=", b"=x", b"x"):
        transaction = Transaction()
        transaction.require("key", expected)
        assert commit(connection, transaction) == (0 if expected == found else 1)


def test_of_many_commits_on_one_record_one_wins(connection: Connection) -> None:
    start = threading.Barrier(16)

    def one() -> int:
        transaction = Transaction()
        transaction.require("record", None)
        transaction.write("SET", "record", 1)
        transaction.write("INCR", "writes")
        start.wait()
        return commit(connection, transaction)

    with ThreadPoolExecutor(16) as pool:
        results = [f.result() for f in [pool.submit(one) for _ in range(16)]]
    assert sorted(results) == [0, *[1] * 15]
    assert connection.execute("GET", "writes") == b"1"


def test_simultaneous_reports_of_one_event_all_count(deployment: Deployment) -> None:
    """Their turns change one alert at once. Each turn is decided again until its commit succeeds."""
    sms = SmsHandler(deployment)
    start = threading.Barrier(16)

    def report(i: int) -> None:
        start.wait()
        sms.handle_text(f"text-{i}", Number.from_int(254_712_000_000 + i), "REPORT Soko Mwezi raid at the gate")

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(report, i) for i in range(16)]:
            done.result()
    world = deployment.store.read_world()
    [alert] = world.alerts.values()
    assert (alert.kind, alert.report_count) == (AlertKind.RAID, 16)
    assert len(world.reports[str(alert.number).encode()].reporters) == 16


def test_an_intent_without_a_writer_is_an_error(deployment: Deployment) -> None:
    class Unheard(intents.Intent, frozen=True):
        pass

    turn = deployment.store.read_turn(Number.from_int(254_711_000_001))
    with pytest.raises(KeyError):
        deployment.store.apply_intents(turn, (Unheard(),), "en")


def test_a_master_that_lagged_behind_is_read_again(deployment: Deployment, values: Settings) -> None:
    """The next commit must not use the version of a record that was lost with the old master."""
    here, elsewhere = deployment.store, open_deployment(values).store
    call = here.connection.execute

    def say(store: Store, words: str) -> None:
        store.transact(lambda world, change, now: store.world_cache.alarms.put(change, b"1", words))

    say(here, "kept")
    before = {key: call("DUMP", key) for key in ("alarms", "ver:alarms")}
    say(here, "lost")
    assert here.read_world().alarms[b"1"] == "lost"
    for key, dump in before.items():
        call("RESTORE", key, 0, dump, "REPLACE")
    say(elsewhere, "said since")
    assert here.read_world().alarms[b"1"] == "said since"


# Due


@pytest.fixture
def due(connection: Connection) -> WorkQueue:
    return WorkQueue(connection, VAULT, lease_s=1)


MAX_WAIT_S = 1.0
"""How long other work lets texts go first (claim_items.lua)."""


def put(due: WorkQueue, connection: Connection, *names: str, seconds: float = -1) -> None:
    transaction = Transaction()
    for at, name in enumerate(names):
        transaction.schedule("bulk", name.encode(), connection.now() + seconds + at / 1000)
    assert commit(connection, transaction) == 0


def lapse(connection: Connection) -> None:
    """Let the leases run out, as after the death of their worker."""
    for name in connection.execute("ZRANGE", "due:bulk", 0, -1):
        connection.execute("ZADD", "due:bulk", 0, name)


def take(due: WorkQueue) -> WorkItem:
    [item] = due.claim("bulk", 1)
    return item


def test_a_claimed_item_belongs_to_one_worker_until_its_lease_ends(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "purge-alert:1")
    assert due.has_due_items("bulk")
    item = take(due)
    assert (item.task, item.arguments(), item.claims) == (AlertTask.PURGE_ALERT, ["1"], 1)
    assert not due.has_due_items("bulk")
    assert due.claim("bulk", 1) == []
    time.sleep(1.05)
    again = take(due)
    assert again.claims == 2, "a worker died with this item"
    assert not due.finish(item), "the worker that seemed dead has lost its lease"
    assert due.count_items("bulk") == 1
    assert due.finish(again)
    assert due.count_items("bulk") == 0


def test_an_item_in_the_future_is_not_due(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "purge-alert:1", seconds=60)
    assert not due.has_due_items("bulk")
    assert due.claim("bulk", 5) == []
    assert due.count_items("bulk") == 1


def test_several_texts_are_claimed_at_once_and_other_work_alone(due: WorkQueue, connection: Connection) -> None:
    """Other work goes first once it has waited for a second, so a round that took longer is repeated."""
    took_s = MAX_WAIT_S
    while took_s >= MAX_WAIT_S:
        connection.execute("FLUSHALL")
        started_at = connection.now()
        put(due, connection, "msg:1", "msg:2", "ask:3", "ask:4", "msg:5", "msg:6", seconds=-0.006)
        taken = []
        while items := due.claim("bulk", 8):
            taken.append([item.name.decode() for item in items])
        took_s = connection.now() - started_at + 0.006
    assert taken == [["msg:1", "msg:2", "msg:5", "msg:6"], ["ask:3"], ["ask:4"]]


def test_work_that_has_waited_for_a_second_goes_before_texts(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "msg:1", "msg:2")
    put(due, connection, "ask:3", seconds=-MAX_WAIT_S - 0.1)
    assert take(due).name == b"ask:3"


def test_a_postponed_item_comes_back_as_new(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "purge-alert:1")
    assert due.reschedule(take(due), 0.05)
    assert not due.has_due_items("bulk")
    time.sleep(0.1)
    assert take(due).claims == 1


def test_work_that_keeps_failing_waits_longer_each_time(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "purge-alert:1")
    pauses = []
    for _ in range(8):
        pauses.append(due.back_off(take(due)))
        lapse(connection)
    assert pauses[0] < pauses[2] < pauses[4]
    assert max(pauses) < 40
    assert due.finish(take(due))
    put(due, connection, "purge-alert:1")
    assert due.back_off(take(due)) == pytest.approx(2, rel=0.3), "done: it starts anew"


def test_a_failed_item_is_claimed_again_as_after_a_crash(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "bc:1.0")
    due.retry_after_failure(take(due))
    assert not due.has_due_items("bulk")
    lapse(connection)
    assert take(due).claims == 2


def test_work_that_must_not_happen_twice_starts_once(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "msg:1")
    take(due)
    lapse(connection)
    second = take(due)
    assert second.claims == 2
    assert due.mark_started(second), "the dead worker had not started"
    lapse(connection)
    time.sleep(0.002)  # leases differ by their end in milliseconds
    third = take(due)
    assert not due.mark_started(third), "this dead worker had started"
    assert due.reschedule(third, 0)
    assert due.mark_started(take(due)), "a postponed start counts as not made"


def test_a_renewed_lease_belongs_to_the_same_worker(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, "purge-alert:1")
    item = take(due)
    time.sleep(0.3)
    leased = due.renew_lease(item)
    assert leased.lease_until_ms > item.lease_until_ms
    assert not due.finish(item)
    assert due.finish(leased)


def test_workers_that_claim_at_once_claim_each_item_once(due: WorkQueue, connection: Connection) -> None:
    put(due, connection, *(f"msg:{i}" for i in range(200)))

    def work() -> list[bytes]:
        mine = []
        while items := due.claim("bulk", 7):
            mine += [item.name for item in items if due.finish(item)]
        return mine

    with ThreadPoolExecutor(8) as pool:
        taken = [name for f in [pool.submit(work) for _ in range(8)] for name in f.result()]
    assert len(taken) == len(set(taken)) == 200
    assert connection.execute("KEYS", "*") == []


# A connection


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    folder = tmp_path_factory.mktemp("r")
    yield folder / "r.sock", redis_server.build_command(folder, folder / "r.sock")


def test_a_restarted_redis_and_its_scripts_are_found_again(own_redis: tuple[Path, list[str]]) -> None:
    """An idle connection that broke causes no failure of the next command."""
    socket, command = own_redis
    connection = Connection(redis_server.unix_url(socket))
    for _ in range(2):
        server = launch(command, stdout=subprocess.DEVNULL)
        redis_server.wait_until_ready(socket, server)
        transaction = Transaction()
        transaction.write("INCR", "starts")
        assert commit(connection, transaction) == 0
        server.kill()
        server.wait()
        with pytest.raises(StoreUnavailable):
            connection.execute("PING")
    server = launch(command, stdout=subprocess.DEVNULL)
    redis_server.wait_until_ready(socket, server)
    try:
        assert connection.execute("GET", "starts") == b"2", "what was acknowledged is there after kill -9"
    finally:
        server.terminate()
        server.wait()


def test_an_interrupted_question_leaves_no_answer_for_the_next(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ's time limit interrupts between any two steps."""

    class TimeIsOver(BaseException):
        pass

    def strike(wire: object) -> None:
        raise TimeIsOver

    with monkeypatch.context() as patched:
        patched.setattr(connection, "_read_reply", strike)
        with pytest.raises(TimeIsOver):
            connection.execute("ECHO", "whose?")
    assert connection.execute("ECHO", "mine") == b"mine"


def test_an_error_in_a_batch_leaves_the_other_answers_in_their_place(connection: Connection) -> None:
    connection.execute("SET", "text", "x")
    with pytest.raises(StoreUnavailable):
        connection.batch([("ECHO", "1"), ("HGET", "text", "x"), ("ECHO", "3")])
    assert connection.batch([("ECHO", "4"), ("ECHO", "5")]) == [b"4", b"5"]
