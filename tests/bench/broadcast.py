"""A warning to many, from its commit to the last text, compared with the bare loop and with one job a recipient."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from gateway.cli import common
from gateway.cli.common import load_deployment
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.broadcast import OPEN_STATES
from tests.bench import naive, people, sdk
from tests.bench.network import Network
from tests.bench.report import Report, machine, mib, micro, secs, spread, two, whole
from tests.bench.stage import ROOT, Child, Stage
from tests.bench.urgent import verifier

LASTS = 3600
PATIENCE = 600
POLL = 0.02
OURS = "mwavuli"
BARE, FLIGHT, STOCK = (
    "bare loop, one call at a time",
    "bare loop, as many calls at once as ours",
    "bare loop, the SDK as it comes",
)
GOAL_BARE, GOAL_NAIVE, GOAL_SLOW, GOAL_FLAT, GOAL_PROPORTION = 0.6, 25, 15.0, 0.1, 1.25


@dataclass
class Sent:
    """Seconds since the commit; bytes of the worker at start, half-way and end."""

    first: float
    last: float
    counted: float
    memory: tuple[int, int, int]
    cpu: float
    network_cpu: float
    redis_cpu: float
    doubled: int


@dataclass
class Bench:
    stage: Stage
    network: Network
    worker: Child
    record: int = 0

    def ours(self, area: str, people_: int, latency_ms: float = 0) -> Sent:
        """Send a warning and measure it."""
        self.network.begin(latency_ms)
        store = load_deployment().store
        memory, children = [self.worker.rss()], (self.worker, self.network.child, self.stage.redis)
        cpu = [child.cpu() for child in children]
        started, id_ = self.send(area)
        counted = self.counted(id_, people_, memory)
        ours, network, redis = (child.cpu() - was for child, was in zip(children, cpu, strict=True))
        memory.append(self.worker.rss())
        self.until(lambda: not store.recipients.count_remaining_prefixes(id_), "the end of the list")
        seen = self.network.stats()
        assert seen["distinct"] == people_, seen
        first, last = seen["first_accept"]["wall"] - started, seen["last_accept"]["wall"] - started
        sizes = (memory[0], memory[1], memory[-1])
        return Sent(first, last, counted - started, sizes, ours, network, redis, seen["accepted"] - people_)

    def send(self, area: str) -> tuple[float, str]:
        """Commit a warning as `mwavuli alert send` does. Return the time and the broadcast."""
        store = load_deployment().store
        turn = store.read_terminal_turn()
        before = set(store.read_world().alerts)
        store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, "Market gate", "", turn.now + LASTS),), "")
        started = time.time()
        assert store.commit(turn.transaction)
        common.notify_workers(turn.transaction.lanes_to_notify)
        (number,) = set(store.read_world().alerts) - before
        return started, f"{number.decode()}.0"

    def counted(self, id_: str, people_: int, memory: list[int]) -> float:
        """Return when every recipient had a final state."""
        store = load_deployment().store

        def done() -> bool:
            counts = store.recipients.count_states(id_)
            settled = sum(n for state, n in counts.items() if state not in OPEN_STATES)
            if len(memory) == 1 and settled * 2 >= people_:
                memory.append(self.worker.rss())
            return settled >= people_

        self.until(done, "the counts")
        return time.time()

    def until(self, done: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > until:
                raise RuntimeError(f"{what} did not come in {PATIENCE} s")
            self.stage.check()
            time.sleep(POLL)

    def bare(self, area: str, people_: int, in_flight: int = 1, which: str = "ours") -> tuple[float, float]:
        """Return seconds and CPU seconds of the bare loop, run in a process of its own."""
        self.network.begin()
        areas = load_deployment().store.read_world().atlas.audience_areas(area)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.bare", which, str(in_flight), self._record(), *areas],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.network.stats()["distinct"] == people_
        seconds, cpu = map(float, done.stdout.split())
        return seconds, cpu

    def naive(self, area: str, people_: int) -> float:
        """Return recipients a second with one job each."""
        self.network.begin()
        store, record = load_deployment().store, self._record()
        tokens = sdk.members(store.read_world().atlas.audience_areas(area))[:people_]
        worker = self.stage.python("naive worker", "tests.bench.naive")
        self.until(lambda: bool(store.connection.execute("SCARD", f"rq:workers:{naive.QUEUE}")), "the worker")
        started = time.perf_counter()
        naive.enqueue(store.connection.create_rq_client(), tokens, record)
        self.until(lambda: int(store.connection.execute("HLEN", record)) >= people_, "the jobs")
        rate = people_ / (time.perf_counter() - started)
        self.stage.stop(worker)
        return rate

    def _record(self) -> str:
        self.record += 1
        return f"bench:record:{self.record}"


def run(quick: bool, write: bool) -> None:
    report = Report("broadcast" + (" (quick)" if quick else ""))
    report.say(*machine())
    sizes = {1000: 2, 4000: 1, 10_000: 1} if quick else {10_000: 5, 100_000: 3, 1_000_000: 1}
    small = min(sizes)
    with Stage() as stage:
        people.country()
        atlas = load_deployment().store.read_world().atlas
        areas = {count: atlas.resolve(f"{people.COUNTY}/{people.COUNTY} {i}").id for i, count in enumerate(sizes)}
        for i, (count, area) in enumerate(areas.items()):
            people.subscribe(count, [child.id for child in atlas.children(area)], sum(list(sizes)[:i]))
        stage.mwavuli("clock")
        bench = Bench(stage, Network(stage), stage.mwavuli("worker", "alerts"))
        bench.ours(areas[small], small)  # everything is loaded before the measurement begins
        rates = [bench.naive(areas[small], 200 if quick else 2000) for _ in range(1 if quick else 3)]
        took = {n: _compared(report, bench, areas[n], n, times, rates) for n, times in sizes.items()}
        _proportion(report, took)
        stage.mwavuli("web")
        for lane in ("messages", "bulk"):
            stage.mwavuli("worker", lane)
        _slow(report, bench, areas[small], small, 1 if quick else 3)
        verifier(report, stage, bench.network, 100 if quick else 1000)
    if write:
        report.write()


def _proportion(report: Report, took: dict[int, float]) -> None:
    """Return the ratio of durations for ten times the people."""
    report.say("", "### Time in proportion", "")
    each = {count: seconds / count for count, seconds in took.items()}
    shown = ", ".join(f"{count:,} people {secs(took[count])} ({micro(each[count])} each)" for count in took)
    report.goal(
        f"a person costs at most {GOAL_PROPORTION} times as long among the most as among the fewest: {shown}",
        each[max(each)] <= GOAL_PROPORTION * each[min(each)],
    )


def _compared(report: Report, bench: Bench, area: str, count: int, times: int, naive_rates: list[float]) -> float:
    """Run ours and the loops in turns, every other time in the opposite order. Return our median seconds."""
    in_flight = common.load_settings().tuning.sending.in_flight
    ours: list[Sent] = []
    loops: dict[str, list[tuple[float, float]]] = {BARE: [], FLIGHT: [], STOCK: []}
    for i in range(times):
        turns: list[Callable[[], None]] = [
            lambda: ours.append(bench.ours(area, count)),
            lambda: loops[BARE].append(bench.bare(area, count)),
            lambda: loops[FLIGHT].append(bench.bare(area, count, in_flight)),
            lambda: loops[STOCK].append(bench.bare(area, count, which="stock")),
        ]
        for turn in turns if i % 2 == 0 else reversed(turns):
            turn()
    report.say("", f"### {count:,} people, no latency, {times} times in turns", "")
    whole_way = [count / sent.counted for sent in ours]
    rows = [[OURS, *spread(whole_way, whole), micro(median(s.cpu for s in ours) / count)]]
    for name, runs in loops.items():
        rows.append([name, *spread([count / s for s, _ in runs], whole), micro(median(cpu for _, cpu in runs) / count)])
    rows.append(["a job for each recipient", *spread(naive_rates, whole), ""])
    report.table(["recipients a second", "min", "median", "max", "CPU a recipient"], rows)
    network, redis = (median(getattr(s, name) for s in ours) / count for name in ("network_cpu", "redis_cpu"))
    report.say(
        f"- From the commit to the first accept {' / '.join(spread([s.first for s in ours], secs))}, "
        f"to the last {' / '.join(spread([s.last for s in ours], secs))}, "
        f"to counts complete {' / '.join(spread([s.counted for s in ours], secs))}",
        f"- CPU a recipient of the other processes: network {micro(network)}, Redis {micro(redis)}",
        f"- Texts sent twice: {sum(s.doubled for s in ours)}",
    )
    report.say(
        "- The bare loops make the very SDK call ours makes, on a connection kept open, but for the one that says so"
    )
    for name, runs in loops.items():
        ratios = [rate * seconds / count for rate, (seconds, _) in zip(whole_way, runs, strict=True)]
        goal = f"at least {GOAL_BARE} of the {name}: {' / '.join(spread(ratios, two))}"
        report.goal(goal + (" (stricter than asked)" if name == FLIGHT else ""), median(ratios) >= GOAL_BARE)
    times_naive = median(whole_way) / median(naive_rates)
    goal = f"at least {GOAL_NAIVE} times a job for each recipient ({times_naive:.0f} times)"
    report.goal(goal, times_naive >= GOAL_NAIVE)
    grown = [sent.memory[2] / sent.memory[0] - 1 for sent in ours]
    shown = "; ".join(" ".join(mib(size) for size in sent.memory) for sent in ours)
    report.goal(f"worker memory flat, start, middle and end of each run: {shown}", max(grown) <= GOAL_FLAT)
    return median(sent.counted for sent in ours)


def _slow(report: Report, bench: Bench, area: str, count: int, times: int) -> None:
    report.say("", f"### {count:,} people, 500 ms a call, the Procfile's processes, {times} times", "")
    sent = [bench.ours(area, count, 500) for _ in range(times)]
    rows = [
        ["first accept", *spread([s.first for s in sent], secs)],
        ["last accept", *spread([s.last for s in sent], secs)],
        ["counts complete", *spread([s.counted for s in sent], secs)],
    ]
    report.table(["since the commit", "min", "median", "max"], rows)
    worst = max(s.last for s in sent)
    report.goal(f"all within {GOAL_SLOW:.0f} s (slowest {secs(worst)})", worst <= GOAL_SLOW)
