"""A warning to many, from its commit to the last text, beside the bare loop and a job for each recipient."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from gateway.cli import common
from gateway.cli.common import deployment
from gateway.model import intents
from gateway.model.alert import Kind
from gateway.model.broadcast import OPEN
from tests.bench import naive, people, sdk
from tests.bench.network import Network
from tests.bench.report import Report, machine, mib, micro, secs, spread, two, whole
from tests.bench.stage import ROOT, Child, Stage
from tests.bench.urgent import verifier

LASTS = 3600
PATIENCE = 300
POLL = 0.02
OURS = "mwavuli"
BARE, FLIGHT, STOCK = (
    "bare loop, one call at a time",
    "bare loop, as many calls at once as ours",
    "bare loop, the SDK as it comes",
)
GOAL_BARE, GOAL_NAIVE, GOAL_SLOW, GOAL_FLAT = 0.6, 25, 15.0, 0.1


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
        """Commit a warning as `mwavuli alert send` does, and watch it."""
        self.network.begin(latency_ms)
        store = deployment().store
        turn = store.terminal()
        before = set(store.world().alerts)
        send = intents.Send(Kind.RAID, area, "Market gate", "", turn.now + LASTS)
        store.write(turn, (send,), "")
        memory, children = [self.worker.rss()], (self.worker, self.network.child, self.stage.redis)
        cpu = [child.cpu() for child in children]
        started = time.time()
        assert store.commit(turn.change)
        common.ring(turn.change.bells)
        (number,) = set(store.world().alerts) - before
        id_ = f"{number.decode()}.0"
        counted = self._counted(id_, people_, memory)
        ours, network, redis = (child.cpu() - was for child, was in zip(children, cpu, strict=True))
        memory.append(self.worker.rss())
        self._until(lambda: not store.recipients.left_to_do(id_), "the end of the list")
        seen = self.network.stats()
        assert seen["distinct"] == people_, seen
        first, last = seen["first_accept"]["wall"] - started, seen["last_accept"]["wall"] - started
        sizes = (memory[0], memory[1], memory[-1])
        return Sent(first, last, counted - started, sizes, ours, network, redis, seen["accepted"] - people_)

    def _counted(self, id_: str, people_: int, memory: list[int]) -> float:
        """When everybody had a final state."""
        store = deployment().store

        def done() -> bool:
            counts = store.recipients.counts(id_)
            settled = sum(n for state, n in counts.items() if state not in OPEN)
            if len(memory) == 1 and settled * 2 >= people_:
                memory.append(self.worker.rss())
            return settled >= people_

        self._until(done, "the counts")
        return time.time()

    def _until(self, done: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > until:
                raise RuntimeError(f"{what} did not come in {PATIENCE} s")
            self.stage.check()
            time.sleep(POLL)

    def bare(self, area: str, people_: int, flight: int = 1, which: str = "ours") -> tuple[float, float]:
        """Seconds, and seconds of CPU, of the bare loop, in a process of its own."""
        self.network.begin()
        areas = deployment().store.world().atlas.audience_areas(area)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.bare", which, str(flight), self._record(), *areas],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.network.stats()["distinct"] == people_
        seconds, cpu = map(float, done.stdout.split())
        return seconds, cpu

    def naive(self, area: str, people_: int) -> float:
        """Recipients a second, one job each."""
        self.network.begin()
        store, record = deployment().store, self._record()
        tokens = sdk.members(store.world().atlas.audience_areas(area))[:people_]
        worker = self.stage.python("naive worker", "tests.bench.naive")
        self._until(lambda: bool(store.connection.call("SCARD", f"rq:workers:{naive.QUEUE}")), "the worker")
        started = time.perf_counter()
        naive.enqueue(store.connection.for_rq(), tokens, record)
        self._until(lambda: int(store.connection.call("HLEN", record)) >= people_, "the jobs")
        rate = people_ / (time.perf_counter() - started)
        self.stage.stop(worker)
        return rate

    def _record(self) -> str:
        self.record += 1
        return f"bench:record:{self.record}"


def run(quick: bool, write: bool) -> None:
    report = Report("broadcast" + (" (quick)" if quick else ""))
    report.say(*machine())
    small, large = (1000, 4000) if quick else (10_000, 100_000)
    with Stage() as stage:
        people.country()
        atlas = deployment().store.world().atlas
        areas = [atlas.resolve(f"{people.COUNTY}/{people.COUNTY} {i}").id for i in (0, 1)]
        for i, (area, count) in enumerate(zip(areas, (small, large), strict=True)):
            people.subscribe(count, [child.id for child in atlas.children(area)], i * small)
        stage.mwavuli("clock")
        bench = Bench(stage, Network(stage), stage.mwavuli("worker", "alerts"))
        bench.ours(areas[0], small)  # everything is loaded before the clock runs
        rates = [bench.naive(areas[0], 200 if quick else 2000) for _ in range(1 if quick else 3)]
        for area, count, times in ((areas[0], small, 3 if quick else 5), (areas[1], large, 2 if quick else 3)):
            _compared(report, bench, area, count, times, rates)
        stage.mwavuli("web")
        for lane in ("messages", "bulk"):
            stage.mwavuli("worker", lane)
        _slow(report, bench, areas[0], small, 1 if quick else 3)
        verifier(report, stage, bench.network, 100 if quick else 1000)
    if write:
        report.write()


def _compared(report: Report, bench: Bench, area: str, count: int, times: int, naive_rates: list[float]) -> None:
    """Ours and the loops in turns; every other time in the opposite order."""
    flight = common.configured().tuning.pace.in_flight
    ours: list[Sent] = []
    loops: dict[str, list[tuple[float, float]]] = {BARE: [], FLIGHT: [], STOCK: []}
    for i in range(times):
        turns: list[Callable[[], None]] = [
            lambda: ours.append(bench.ours(area, count)),
            lambda: loops[BARE].append(bench.bare(area, count)),
            lambda: loops[FLIGHT].append(bench.bare(area, count, flight)),
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
