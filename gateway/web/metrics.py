"""The metrics that every web process tells alike, read when they are asked for. Prometheus' names and units.

Never a number, a token, a text, an area or a name in a label. How many people there are is not told at all.
"""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.store.health import Balance, Durability, StoreHealth
from gateway.store.send_counters import RESULTS
from gateway.web.counters import shared_registry
from gateway.web.health import VERSION, HealthChecker, HealthSnapshot
from jobs.notify import LANES

LabelledValue = tuple[Sequence[str], float]


class MetricsCollector(Collector):
    """Everything a scrape gets: this process's counters, then one look at the rest."""

    def __init__(self, checker: HealthChecker):
        self._checker = checker

    def collect(self) -> Iterator[Metric]:
        yield from shared_registry().collect()
        yield from metric_families(self._checker.check())


def metric_families(snapshot: HealthSnapshot) -> Iterator[Metric]:
    yield _labelled_gauge("build_info", "Which release this is; always 1", ("version",), [((VERSION,), 1)])
    yield _single_gauge(
        "up",
        "Does Redis answer? 1 or 0; without it only this process's own counters are told",
        bool(snapshot.store_health),
    )
    yield _single_gauge("unlocked", "Is the key there? 1 or 0", snapshot.unlocked)
    if snapshot.store_health is None:
        return
    workers = [((lane,), count) for lane, count in snapshot.workers.items()]
    yield _labelled_gauge("workers", "Workers at work", ("lane",), workers)
    yield _single_gauge(
        "clock_seen_age_seconds", "Since the clock was last seen; 60 stands for longer", snapshot.scheduler_age_s
    )
    if snapshot.live_alerts is not None:
        yield _single_gauge("live_alerts", "Warnings under way", snapshot.live_alerts)
    yield from _queue_metrics(snapshot.store_health)
    yield from _alarm_metrics(snapshot.store_health.alarms)
    if snapshot.store_health.balance:
        yield from _balance_metrics(snapshot.store_health.balance)
    if snapshot.store_health.durability:
        yield from _durability_metrics(snapshot.store_health.durability)


def _queue_metrics(vitals: StoreHealth) -> Iterator[Metric]:
    due, age = vitals.backlogs, "Since when the oldest thing due has been due without being taken up; 0: nothing is"
    yield _labelled_gauge("due_items", "Due and not taken up", ("lane",), [((x,), w.count) for x, w in due.items()])
    yield _labelled_gauge("due_oldest_age_seconds", age, ("lane",), [((x,), w.oldest_s) for x, w in due.items()])
    sent = CounterMetricFamily(
        "mwavuli_messages",
        "Texts handed to a network, one for each number and attempt, by what became of it; unknown: it may have gone "
        "out; trouble: the network did not take the call",
        labels=("lane", "result"),
    )
    for lane in LANES:
        for result in RESULTS:
            sent.add_metric((lane, result), vitals.send_counts.get(lane, {}).get(result, 0))
    yield sent


def _alarm_metrics(causes: tuple[str, ...]) -> Iterator[Metric]:
    yield _single_gauge("alarms", "How many alarms stand", len(causes))
    yield _labelled_gauge(
        "alarm", "1 while the alarm of this cause stands", ("cause",), [((cause,), 1) for cause in causes]
    )


def _balance_metrics(balance: Balance) -> Iterator[Metric]:
    about = "Of the account at the network, in its currency"
    yield _labelled_gauge("balance", about, ("currency",), [((balance.currency,), balance.amount)])
    yield _single_gauge("balance_timestamp_seconds", "When the network told the balance", balance.at)


def _durability_metrics(durability: Durability) -> Iterator[Metric]:
    yield _single_gauge("redis_appendonly", "Does Redis keep an append-only file? 1 or 0", durability.appendonly)
    if durability.fsync_always is not None:
        yield _single_gauge(
            "redis_fsync_always", "Is each write on disk before it is acknowledged? 1 or 0", durability.fsync_always
        )
    yield _single_gauge("redis_last_write_ok", "Did the last write to that file succeed? 1 or 0", durability.writes_ok)
    yield _single_gauge("redis_connected_replicas", "Replicas connected", durability.replicas)
    yield _single_gauge("redis_memory_used_bytes", "Memory in use", durability.memory_bytes)
    yield _single_gauge("redis_memory_max_bytes", "maxmemory; 0: no limit", durability.max_memory_bytes)


def _single_gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mwavuli_{name}", description, value=float(value))


def _labelled_gauge(
    name: str, description: str, labels: Sequence[str], rows: Iterable[LabelledValue]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"mwavuli_{name}", description, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family
