"""The metrics that are the same at every web process, read when they are asked for. Names and units of Prometheus.

No label holds a number, a token, a text, an area or a name. No metric says how many people there are.
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
    """Everything that a scrape gets: the counters of this process, then the state of the deployment."""

    def __init__(self, checker: HealthChecker):
        self._checker = checker

    def collect(self) -> Iterator[Metric]:
        yield from shared_registry().collect()
        yield from metric_families(self._checker.check())


def metric_families(snapshot: HealthSnapshot) -> Iterator[Metric]:
    yield _labelled_gauge("build_info", "Which release this is; always 1", ("version",), [((VERSION,), 1)])
    yield _single_gauge(
        "up",
        "Does Redis answer? 1 or 0; without Redis only the counters of this process are shown",
        bool(snapshot.store_health),
    )
    yield _single_gauge("unlocked", "Is the key there? 1 or 0", snapshot.unlocked)
    if snapshot.store_health is None:
        return
    workers = [((lane,), count) for lane, count in snapshot.workers.items()]
    yield _labelled_gauge("workers", "Running workers", ("lane",), workers)
    yield _single_gauge(
        "clock_seen_age_seconds",
        "Seconds since the last heartbeat of the clock; 60 stands for longer",
        snapshot.scheduler_age_s,
    )
    if snapshot.live_alerts is not None:
        yield _single_gauge("live_alerts", "Live alerts", snapshot.live_alerts)
    yield from _queue_metrics(snapshot.store_health)
    yield from _alarm_metrics(snapshot.store_health.alarms)
    if snapshot.store_health.balance:
        yield from _balance_metrics(snapshot.store_health.balance)
    if snapshot.store_health.durability:
        yield from _durability_metrics(snapshot.store_health.durability)


def _queue_metrics(health: StoreHealth) -> Iterator[Metric]:
    due, age = health.backlogs, "Seconds for which the oldest item has been due and not taken up; 0: there is none"
    yield _labelled_gauge("due_items", "Due and not taken up", ("lane",), [((x,), w.count) for x, w in due.items()])
    yield _labelled_gauge("due_oldest_age_seconds", age, ("lane",), [((x,), w.oldest_s) for x, w in due.items()])
    sent = CounterMetricFamily(
        "mwavuli_messages",
        "Texts given to a network, one for each number and attempt, by result; unknown: the network may have sent it; "
        "trouble: the network did not take the call",
        labels=("lane", "result"),
    )
    for lane in LANES:
        for result in RESULTS:
            sent.add_metric((lane, result), health.send_counts.get(lane, {}).get(result, 0))
    yield sent


def _alarm_metrics(causes: tuple[str, ...]) -> Iterator[Metric]:
    yield _single_gauge("alarms", "Active alarms", len(causes))
    yield _labelled_gauge(
        "alarm", "1 while the alarm of this cause is active", ("cause",), [((cause,), 1) for cause in causes]
    )


def _balance_metrics(balance: Balance) -> Iterator[Metric]:
    about = "Balance of the account at the network, in its currency"
    yield _labelled_gauge("balance", about, ("currency",), [((balance.currency,), balance.amount)])
    yield _single_gauge("balance_timestamp_seconds", "When the network last gave the balance", balance.at)


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
