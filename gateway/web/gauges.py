"""The metrics that every web process tells alike, read when they are asked for. Prometheus' names and units.

Never a number, a token, a text, an area or a name in a label. How many people there are is not told at all.
"""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.store.tally import RESULTS
from gateway.store.vitals import Balance, Durability, Vitals
from gateway.web.counters import counted
from gateway.web.observed import VERSION, Observed, Observer
from jobs.ring import LANES

Row = tuple[Sequence[str], float]


class Metrics(Collector):
    """Everything a scrape gets: this process's counters, then one look at the rest."""

    def __init__(self, observer: Observer):
        self._observer = observer

    def collect(self) -> Iterator[Metric]:
        yield from counted().collect()
        yield from families(self._observer.look())


def families(observed: Observed) -> Iterator[Metric]:
    yield _gauge("build_info", "Which release this is; always 1", ("version",), [((VERSION,), 1)])
    yield _one(
        "up", "Does Redis answer? 1 or 0; without it only this process's own counters are told", bool(observed.vitals)
    )
    yield _one("unlocked", "Is the key there? 1 or 0", observed.unlocked)
    if observed.vitals is None:
        return
    workers = [((lane,), count) for lane, count in observed.workers.items()]
    yield _gauge("workers", "Workers at work", ("lane",), workers)
    yield _one("clock_seen_age_seconds", "Since the clock was last seen; 60 stands for longer", observed.clock_age)
    if observed.live is not None:
        yield _one("live_alerts", "Warnings under way", observed.live)
    yield from _lanes(observed.vitals)
    yield from _alarms(observed.vitals.alarms)
    if observed.vitals.balance:
        yield from _balance(observed.vitals.balance)
    if observed.vitals.durability:
        yield from _durability(observed.vitals.durability)


def _lanes(vitals: Vitals) -> Iterator[Metric]:
    due, age = vitals.waiting, "Since when the oldest thing due has been due without being taken up; 0: nothing is"
    yield _gauge("due_items", "Due and not taken up", ("lane",), [((x,), w.due) for x, w in due.items()])
    yield _gauge("due_oldest_age_seconds", age, ("lane",), [((x,), w.oldest) for x, w in due.items()])
    sent = CounterMetricFamily(
        "mwavuli_messages",
        "Texts handed to a network, one for each number and attempt, by what became of it; unknown: it may have gone "
        "out; trouble: the network did not take the call",
        labels=("lane", "result"),
    )
    for lane in LANES:
        for result in RESULTS:
            sent.add_metric((lane, result), vitals.tally.get(lane, {}).get(result, 0))
    yield sent


def _alarms(causes: tuple[str, ...]) -> Iterator[Metric]:
    yield _one("alarms", "How many alarms stand", len(causes))
    yield _gauge("alarm", "1 while the alarm of this cause stands", ("cause",), [((cause,), 1) for cause in causes])


def _balance(kept: Balance) -> Iterator[Metric]:
    about = "Of the account at the network, in its currency"
    yield _gauge("balance", about, ("currency",), [((kept.currency,), kept.amount)])
    yield _one("balance_timestamp_seconds", "When the network told the balance", kept.at)


def _durability(kept: Durability) -> Iterator[Metric]:
    yield _one("redis_appendonly", "Does Redis keep an append-only file? 1 or 0", kept.appendonly)
    if kept.fsync_always is not None:
        yield _one("redis_fsync_always", "Is each write on disk before it is acknowledged? 1 or 0", kept.fsync_always)
    yield _one("redis_last_write_ok", "Did the last write to that file succeed? 1 or 0", kept.writes_ok)
    yield _one("redis_connected_replicas", "Replicas connected", kept.replicas)
    yield _one("redis_memory_used_bytes", "Memory in use", kept.memory)
    yield _one("redis_memory_max_bytes", "maxmemory; 0: no limit", kept.memory_max)


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mwavuli_{name}", about, value=float(value))


def _gauge(name: str, about: str, labels: Sequence[str], rows: Iterable[Row]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"mwavuli_{name}", about, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family
