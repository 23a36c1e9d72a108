"""An adversary who can write to Redis, against real workers. Redis holds data, not code (row 40 of FAULTS)."""

import pickle
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue, Repeat, Retry, Worker
from rq.command import send_shutdown_command
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.suspension import suspend
from rq.webhook import Webhook

from jobs.notify import LANES
from tests.harness.hostile import MARK_FILE
from tests.harness.stack import Stack, free_ports, started
from tests.harness.waiting import until

OURS = "jobs.dispatch.work_lane"
THEIRS = "tests.harness.hostile.leave_mark"
SOON_S = 1.5
"""seconds in which a worker would have run what it took"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started() as running:
        yield running


@pytest.fixture
def redis(stack: Stack) -> Iterator[Any]:
    with Redis.from_url(stack.environ["REDIS_URL"]) as client:
        client.delete("foreign")
        yield client


def mark(stack: Stack) -> Path:
    return Path(stack.environ["MWAVULI_DATA_DIR"]) / MARK_FILE


def refused(redis: Any, lane: str) -> int:
    return int(redis.hget("foreign", lane) or 0)


class Plunge:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, ...]]:
        from tests.harness.hostile import leave_mark

        return leave_mark, ()


def queue(redis: Any, lane: str, serializer: Any = JSONSerializer) -> Queue:
    return Queue(lane, connection=redis, serializer=serializer)


def raw(redis: Any, lane: str, **fields: Any) -> None:
    """Write a job as RQ would, with these fields in place of its own."""
    job = Job.create(OURS, (lane,), connection=redis, serializer=JSONSerializer, origin=lane)
    redis.hset(job.key, mapping=job.to_dict() | fields)
    redis.rpush(f"rq:queue:{lane}", job.id)


def a_shell(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue("os.system", f"touch {marked}")


def a_name_of_its_own(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue(THEIRS)


def a_callback(kind: str) -> Callable[[Any, str, Path], None]:
    def act(redis: Any, lane: str, marked: Path) -> None:
        queue(redis, lane).enqueue(OURS, lane, **{kind: Callback(THEIRS)})

    act.__name__ = kind
    return act


def a_failure_on_purpose(redis: Any, lane: str, marked: Path) -> None:
    """Make the right function fail by its argument, for the sake of the callback."""
    queue(redis, lane).enqueue(OURS, "no such lane", on_failure=Callback(THEIRS))


def another_lane(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue(OURS, LANES[LANES.index(lane) - 1])


def more_arguments(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue(OURS, lane, lane)


def a_retry(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue(OURS, lane, retry=Retry(5))


def a_repeat(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue(OURS, lane, repeat=Repeat(times=5))


def a_webhook(redis: Any, lane: str, marked: Path) -> None:
    port = free_ports(1)[0]
    queue(redis, lane).enqueue(OURS, lane, webhooks=[Webhook(f"http://127.0.0.1:{port}/", JobStatus.FINISHED)])


def metadata(redis: Any, lane: str, marked: Path) -> None:
    queue(redis, lane).enqueue(OURS, lane, meta={"serializer": "tests.harness.hostile.HostileSerializer"})


def a_pickle(redis: Any, lane: str, marked: Path) -> None:
    raw(redis, lane, data=zlib.compress(pickle.dumps(Plunge())))


def a_pickle_in_the_metadata(redis: Any, lane: str, marked: Path) -> None:
    raw(redis, lane, meta=pickle.dumps(Plunge()))


def a_bomb(redis: Any, lane: str, marked: Path) -> None:
    raw(redis, lane, data=zlib.compress(b"[" * 50_000_000))


def deep_json(redis: Any, lane: str, marked: Path) -> None:
    raw(redis, lane, data=zlib.compress(b"[" * 100_000))


def no_stream(redis: Any, lane: str, marked: Path) -> None:
    raw(redis, lane, data=b"\x00no stream")


def no_job(redis: Any, lane: str, marked: Path) -> None:
    redis.set("rq:job:x", "a text")
    redis.rpush(f"rq:queue:{lane}", "x")


def a_name_that_is_no_text(redis: Any, lane: str, marked: Path) -> None:
    redis.hset(b"rq:job:\xff\x00/../x", mapping={"data": "x"})
    redis.rpush(f"rq:queue:{lane}", b"\xff\x00/../x")


ATTACKS = [
    a_shell, a_name_of_its_own, a_callback("on_success"), a_callback("on_failure"), a_callback("on_stopped"),
    a_failure_on_purpose, another_lane, more_arguments, a_retry, a_repeat, a_webhook, metadata, a_pickle,
    a_pickle_in_the_metadata, a_bomb, deep_json, no_stream, no_job, a_name_that_is_no_text,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("lane", LANES)
def test_an_entry_that_is_no_wake_up_is_dropped(stack: Stack, redis: Any, lane: str, attack: Any) -> None:
    """The adversary puts work of their own into a queue. No worker runs it, and it is counted."""
    worker = stack.running[lane]
    attack(redis, lane, mark(stack))
    until(lambda: refused(redis, lane), what="the entry's refusal")
    assert refused(redis, lane) == 1
    assert not mark(stack).exists(), "the adversary's code ran in a process that has the key"
    assert worker.poll() is None, "the adversary ended a worker"


def test_it_raises_an_alarm_and_logs_nothing_of_it(stack: Stack, redis: Any) -> None:
    """The adversary hopes that nobody notices. Admins do, and the log has none of the adversary's words."""
    queue(redis, "bulk").enqueue("os.system", "echo Kibokosalon", description="Kibokosalon")
    until(lambda: "unknown task refused" in stack.store.read_world().alarms.values(), what="the alarm")
    assert "Kibokosalon" not in stack.said()


def test_wake_ups_still_wake(stack: Stack, redis: Any) -> None:
    """Between the adversary's entries ours are done."""
    for lane in LANES:
        for _ in range(20):
            a_shell(redis, lane, mark(stack))
        redis.delete(f"bell:{lane}")
    amina = stack["Amina"]
    amina.text("JOIN SOKO")
    until(lambda: amina.texts(), what="an answer to a text")
    assert not mark(stack).exists()


def test_registries_run_nothing(stack: Stack, redis: Any) -> None:
    """The adversary leaves jobs where RQ's maintenance looks for them: failed, stopped, stuck, scheduled, deferred."""
    for lane in LANES:
        lanes = queue(redis, lane)
        job = Job.create(
            THEIRS, connection=redis, serializer=JSONSerializer, origin=lane, on_failure=Callback(THEIRS),
            on_stopped=Callback(THEIRS), on_success=Callback(THEIRS),
        )  # fmt: skip
        job.save()
        for registry in (lanes.started_job_registry, lanes.scheduled_job_registry, lanes.deferred_job_registry):
            redis.zadd(registry.key, {f"{job.id}:x": 1, job.id: 1})
        redis.rpush(lanes.intermediate_queue_key, job.id)
        redis.set(lanes.intermediate_queue.get_first_seen_key(job.id), 1)
    stack.kill(*LANES)
    stack.restart_the_dead()  # RQ's worker does its maintenance at its start
    until(lambda: all(redis.scard(f"rq:workers:{lane}") > 1 for lane in LANES), what="new workers")
    time.sleep(SOON_S)
    assert not mark(stack).exists()


def test_a_message_ends_no_worker(stack: Stack, redis: Any) -> None:
    """The adversary publishes RQ's commands and suspends all workers. They go on."""
    processes = {lane: stack.running[lane] for lane in LANES}
    for worker in Worker.all(connection=redis):
        send_shutdown_command(redis, worker.name)
        redis.publish(f"rq:pubsub:{worker.name}", '{"command": "kill-horse"}')
    suspend(redis)
    queue(redis, "bulk").enqueue(THEIRS)
    until(lambda: refused(redis, "bulk"), what="a worker that goes on")
    time.sleep(SOON_S)
    assert [lane for lane, process in processes.items() if process.poll() is not None] == []


def test_scripts_of_the_adversary_never_run_in_place_of_ours(stack: Stack, redis: Any) -> None:
    """The adversary flushes the script cache and loads other scripts. Ours are called by the hash of their text."""
    redis.script_flush()
    redis.script_load("return redis.call('SET', 'stolen', ARGV[1])")
    stack["Bahati"].dial()
    assert "1" in stack["Bahati"].screen
    assert not redis.exists("stolen")


@pytest.mark.parametrize("key", ["rq:queue:alerts", "rq:queues", "rq:workers", "rq:workers:alerts"])
def test_a_value_in_the_place_of_a_queue_keeps_no_worker_from_coming_back(stack: Stack, redis: Any, key: str) -> None:
    """One write of another type ended the worker of warnings, and each one that was started after it."""
    redis.delete(key)
    redis.set(key, "x")
    stack.kill("alerts")
    stack.start("alerts")
    until(lambda: redis.type(key) != b"string", what="its removal")
    until(lambda: refused(redis, "alerts"), what="the count of it")
    time.sleep(SOON_S)
    assert stack.running["alerts"].poll() is None
