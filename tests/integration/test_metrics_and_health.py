"""The metrics of Prometheus and `/ready`: figures change with events, and name nobody."""

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser
from redis import Redis
from rq import SimpleWorker

from gateway import settings
from gateway.crypto.vault import Purpose, new_key
from gateway.deployment import Deployment
from gateway.model.alert import AlertKind, AlertTask
from gateway.model.intents import SendAlert
from gateway.model.message import Lane
from gateway.providers import SendStatus
from gateway.settings import Settings
from gateway.store import Transaction
from gateway.store.heartbeats import SCHEDULER_TTL_S
from gateway.store.send_counters import RESULTS
from jobs import dispatch
from jobs.context import JobContext
from jobs.lane_queue import LaneQueue
from jobs.monitoring import alarms, balance
from jobs.monitoring.alarms import AlarmCause
from jobs.notify import LANES
from jobs.sending import counters
from tests.harness.cast import NUMBERS, number
from tests.harness.served import OwnRedis, Served, WebPhone, served, text_form
from tests.harness.town import Town

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


def scrape(web: Served) -> Samples:
    text = web.status.get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[f"mwavuli_{name}", tuple(sorted(labels.items()))]


def at_work(deployment: Deployment) -> list[SimpleWorker]:
    client = deployment.store.connection.create_rq_client()
    workers = [SimpleWorker([LaneQueue(lane, client)], connection=client) for lane in LANES]
    for worker in workers:
        worker.register_birth()
    deployment.store.heartbeats.record_scheduler_beat()
    return workers


# The format


def test_the_names_are_the_fields(web: Served) -> None:
    """prometheus.io/docs/practices/naming: base units, `_total` for counters, help for every metric, few labels."""
    families = list(parser.text_string_to_metric_families(web.status.get("/metrics").text))
    ours = [family for family in families if not family.name.startswith("process_")]
    for family in ours:
        assert re.fullmatch(r"mwavuli_[a-z_]+", family.name), family.name
        assert len(family.documentation) > 10, family.name
        assert family.type in ("counter", "gauge", "histogram"), family.name
        assert not re.search(r"_(ms|minutes|kilobytes|percent)(_|$)", family.name)
        if re.search(r"_(age|turn|timestamp)$", family.name):
            raise AssertionError(f"{family.name}: no unit")
        assert {key for sample in family.samples for key in sample.labels} <= {
            "result", "lane", "cause", "currency", "le", "version"
        }  # fmt: skip
    kinds = {family.name: family.type for family in ours}
    assert kinds["mwavuli_messages"] == "counter"
    assert kinds["mwavuli_ussd_turn_seconds"] == "histogram"
    assert kinds["mwavuli_redis_memory_used_bytes"] == "gauge"


def test_a_scraper_that_asks_for_openmetrics_gets_it(web: Served) -> None:
    answer = web.status.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    names = {family.name for family in openmetrics_parser.text_string_to_metric_families(answer.text)}
    assert {"mwavuli_messages", "mwavuli_up", "mwavuli_ussd_turn_seconds"} <= names


def test_a_turns_buckets_reach_from_10_ms_to_10_s(web: Served) -> None:
    WebPhone(web, "Amina").dial()
    les = {dict(labels)["le"] for name, labels in scrape(web) if name == "mwavuli_ussd_turn_seconds_bucket"}
    assert {"0.01", "1.0", "10.0", "+Inf"} <= les


# Figures that change


def test_turns_texts_and_strangers_are_counted(web: Served) -> None:
    before = scrape(web)
    WebPhone(web, "Amina").dial("1")
    web.text("Bahati", "HELP")
    web.http.post("/at/nobodys-secret/sms", data=text_form(NUMBERS["Bahati"], "HELP"))
    after = scrape(web)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("ussd_turn_seconds_count", result="answered") == 2
    assert more("inbound_texts_total", result="taken") == 1
    assert more("wrong_token_total") == 1


def test_what_is_due_and_for_how_long(web: Served, deployment: Deployment) -> None:
    assert value(scrape(web), "due_items", lane="messages") == 0
    assert value(scrape(web), "due_oldest_age_seconds", lane="messages") == 0
    web.text("Bahati", "HELP")
    transaction, now = Transaction(), deployment.store.now()
    transaction.schedule(Lane.ALERTS, AlertTask.SEND_BROADCAST.item("1234.0"), now - 90)
    transaction.schedule(Lane.ALERTS, AlertTask.EXPIRE_ALERT.item(1234), now + 3600)
    assert deployment.store.commit(transaction)
    samples = scrape(web)
    assert value(samples, "due_items", lane="messages") == 1
    assert value(samples, "due_items", lane="alerts") == 1, "what is due later is not late"
    assert 90 <= value(samples, "due_oldest_age_seconds", lane="alerts") < 150
    assert deployment.store.work_queue.claim("alerts", 1)
    assert value(scrape(web), "due_items", lane="alerts") == 0, "taken up"


def test_results_are_those_that_a_provider_knows() -> None:
    assert set(RESULTS) == {*(fate.value for fate in SendStatus), counters.ERROR_LABEL}


@pytest.mark.parametrize(
    ("faults", "result"),
    [
        ({}, "accepted"), ({"refuse": {NUMBERS["Bahati"]: 403}}, "dead"),
        ({"refuse": {NUMBERS["Bahati"]: 406}}, "blocked"), ({"refuse": {NUMBERS["Bahati"]: 407}}, "refused"),
        ({"refuse": {NUMBERS["Bahati"]: 500}}, "retry"), ({"missing_recipients": 1}, "unknown"),
        ({"error_status": 503}, "trouble"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_texts_are_counted_by_what_became_of_them(
    town: Town, values: Settings, faults: dict[str, Any], result: str
) -> None:
    town.faults(**faults)
    town["Bahati"].text("HELP")
    dispatch.run_lane(town.context, "messages", 1)
    with served(values) as web:
        samples = scrape(web)
    counts = {r: value(samples, "messages_total", lane="messages", result=r) for r in RESULTS}
    assert counts == dict.fromkeys(RESULTS, 0) | {result: 1}


def test_a_warning_counts_each_of_its_people(town: Town) -> None:
    for name in ("Amina", "Bahati"):
        town[name].text_and_confirm("JOIN Soko Mwezi")
    town.work()
    assert town.store.send_counters.read() == {"messages": {"accepted": 4}}, "two questions and two answers"
    town.faults(refuse={NUMBERS["Bahati"]: 403})
    turn = town.store.read_terminal_turn()
    area = turn.world.atlas.resolve("Soko Mwezi").id
    town.store.apply_intents(turn, (SendAlert(AlertKind.RAID, area, "Market gate", "", turn.now + 3600),), "en")
    assert town.store.commit(turn.transaction)
    town.work()
    assert town.store.send_counters.read()["alerts"] == {"accepted": 1, "dead": 1}
    with served(town.context.deployment.settings) as web:
        assert value(scrape(web), "live_alerts") == 1


def test_a_text_whose_sender_died_is_unknown(town: Town) -> None:
    town["Bahati"].text("HELP")
    item = town.store.work_queue.claim("messages", 1)[0]
    assert town.store.work_queue.mark_started(item)
    town.store.connection.execute("ZADD", "due:messages", 0, item.stored)
    time.sleep(0.002)  # a lease is named by its millisecond
    dispatch.run_lane(town.context, "messages", 1)
    assert town.store.send_counters.read() == {"messages": {"unknown": 1}}
    assert town["Bahati"].inbox() == []


def test_a_failed_count_stops_no_work(own_redis: OwnRedis, town: Town) -> None:
    """Without Redis a count is lost, and the work is done."""
    own_redis.stop()
    counters.count_unknown(town.context, "alerts", 1)
    own_redis.start()


def test_the_balance_is_stored_and_shown(web: Served, context: JobContext, town: Town) -> None:
    town.faults(balance=2)
    balance.request_balance(context)
    context.pool.shutdown(wait=True)
    samples = scrape(web)
    assert value(samples, "balance", currency="KES") == pytest.approx(1.6)
    assert abs(value(samples, "balance_timestamp_seconds") - context.store.now()) < 60


def test_a_network_without_a_balance_shows_none(context: JobContext, town: Town) -> None:
    town.faults(wrong_key=True)
    assert context.provider.fetch_balance() is None
    town.faults()
    found = context.provider.fetch_balance()
    assert found and found.currency == "KES" and found.amount > 0


def test_two_clocks_ask_once(context: JobContext, town: Town) -> None:
    balance.request_balance(context)
    silent = replace(context, pool=None)  # type: ignore[arg-type]
    balance.request_balance(silent)  # a request would fail


def test_alarms_stand_by_cause(web: Served, context: JobContext) -> None:
    assert value(scrape(web), "alarms") == 0
    alarms.raise_alarm(context, AlarmCause.OUT_OF_CREDIT)
    samples = scrape(web)
    assert value(samples, "alarms") == 1
    assert value(samples, "alarm", cause="broke") == 1
    context.store.read_world()
    alarms.clear_alarms(context, AlarmCause.OUT_OF_CREDIT)
    assert value(scrape(web), "alarms") == 0


@pytest.mark.usefixtures("durable_redis")
def test_durability_and_attendance(web: Served, deployment: Deployment) -> None:
    samples = scrape(web)
    assert value(samples, "redis_appendonly") == value(samples, "redis_fsync_always") == 1
    assert value(samples, "redis_last_write_ok") == 1
    assert value(samples, "redis_connected_replicas") == value(samples, "redis_memory_max_bytes") == 0
    assert value(samples, "redis_memory_used_bytes") > 100_000
    assert value(samples, "workers", lane="alerts") == 0
    assert value(samples, "clock_seen_age_seconds") == SCHEDULER_TTL_S
    workers = at_work(deployment)
    samples = scrape(web)
    assert [value(samples, "workers", lane=lane) for lane in LANES] == [1, 1, 1]
    assert value(samples, "clock_seen_age_seconds") < 30
    for worker in workers:
        worker.register_death()


# Where something is wrong


def test_without_redis_the_scrape_answers(own_redis: OwnRedis, web: Served) -> None:
    assert value(scrape(web), "up") == 1
    own_redis.stop()
    samples = scrape(web)
    assert value(samples, "up") == 0
    assert ("mwavuli_ussd_turn_seconds_count", (("result", "answered"),)) in samples
    assert not any(name.startswith("mwavuli_due") for name, _labels in samples)
    assert web.status.get("/ready").json()["problems"] == ["Redis is away"]
    own_redis.start()
    assert value(scrape(web), "up") == 1


def test_while_redis_hangs_the_scrape_answers(own_redis: OwnRedis, web: Served) -> None:
    own_redis.process.send_signal(signal.SIGSTOP)
    assert value(scrape(web), "up") == 0
    own_redis.process.send_signal(signal.SIGCONT)
    assert value(scrape(web), "up") == 1


def test_a_closed_deployment_is_observed_too(environ: dict[str, str], deployment: Deployment) -> None:
    with served(settings.load(environ | {"MWAVULI_KEY": new_key()})) as web:
        samples = scrape(web)
        assert value(samples, "up") == 1
        assert value(samples, "unlocked") == 0
        assert ("mwavuli_live_alerts", ()) not in samples
        assert "no key: callers read an apology" in web.status.get("/ready").json()["problems"]


@pytest.mark.usefixtures("durable_redis")
def test_ready_says_what_must_be_repaired(web: Served, deployment: Deployment, context: JobContext) -> None:
    first = web.status.get("/ready")
    assert first.status_code == 503
    assert first.json()["problems"] == [*(f"no worker on {lane}" for lane in LANES), "no clock is running"]
    workers = at_work(deployment)
    answer = web.status.get("/ready")
    assert (answer.status_code, answer.json()["ready"], answer.json()["problems"]) == (200, True, [])
    assert answer.json()["store_health"]["backlogs"]["alerts"] == {"count": 0, "oldest_s": 0.0}
    assert answer.json()["store_health"]["durability"]["fsync_always"] is True
    deployment.store.connection.execute("ZADD", "due:alerts", int(deployment.store.now() * 1000) - 61_000, "bc:1.0")
    alarms.raise_alarm(context, AlarmCause.REJECTED_SENDER)
    assert web.status.get("/ready").json()["problems"] == ["alerts is late", "alarm: shut"]
    for worker in workers:
        worker.register_death()


@pytest.mark.parametrize(("name", "wrong"), [("appendfsync", "everysec"), ("appendonly", "no")])
def test_a_redis_that_can_forget_is_not_ready(own_redis: OwnRedis, web: Served, name: str, wrong: str) -> None:
    with Redis.from_url(f"unix://{own_redis.socket}") as client:
        client.config_set(name, wrong)
    assert "Redis can lose acknowledged data" in web.status.get("/ready").json()["problems"]


# What it must not reveal


def test_the_metrics_name_nobody(web: Served, context: JobContext, town: Town, tmp_path: Path) -> None:
    """Numbers, words and places go in everywhere. None comes out, and no token does."""
    planted = "Kibokosalon"
    WebPhone(web, "Amina").dial("1")
    web.text("Bahati", "JOIN Soko Mwezi")
    web.text("Chiku", f"REPORT Soko Mwezi {planted}")
    for status in (planted, NUMBERS["Amina"]):
        web.post("delivery", {"id": NUMBERS["Amina"], "status": status, "phoneNumber": NUMBERS["Amina"]})
    town.store.connection.execute("HSET", "alarms", NUMBERS["Amina"], "x")
    town.work()
    shown = web.status.get("/metrics").text + web.status.get("/ready").text
    assert 'mwavuli_alarm{cause="other"} 1.0' in shown
    tokens = [context.store.vault.token(number(name), p).hex() for name in NUMBERS for p in Purpose]
    for secret in (planted, "Soko", *NUMBERS, *(n[4:] for n in NUMBERS.values()), *tokens):
        assert secret not in shown, secret
