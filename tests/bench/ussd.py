"""Ten turns of a real conversation, over HTTP, compared with the two floors."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from statistics import median

from tests.bench import caller, people
from tests.bench.caller import Seen, Task
from tests.bench.monitor import Monitor
from tests.bench.report import Report, machine, micro, milli, percentile, spread, two, whole
from tests.bench.stage import ROOT, Child, Stage, free_port, wait_for_port

BARE, AWAITED, HOPPED, OURS = "bare", "awaited", "hopped", "mwavuli web"
NAMES = {
    BARE: "floor 1: bare form endpoint",
    AWAITED: "one round trip, async redis",
    HOPPED: "one round trip, one thread hop",
    OURS: "mwavuli web",
}
OWN_PLACE = (4, 5, 7, 8)
"""turns whose screen names the caller's own area"""
MANY = 32
GOAL = 0.6
BUSY = 0.9
"""of a core: above this the load generator itself may be what is measured"""


def script(number: int) -> list[str]:
    """Return the keys of a caller: language, alerts, get alerts, letters, pick, page, yes (joined), one more, back."""
    keys = [str(1 + number % 2), "1", "1", people.WARDS[number][:4].lower(), "1", "98", "1", "1", "0"]
    return ["", *itertools.accumulate(keys, lambda said, key: f"{said}*{key}")]


@dataclass
class Round:
    """The result of one target, once."""

    rate: float
    p50: float
    p99: float
    cpu: float
    """processor seconds of the server a turn"""
    redis: float
    """and of Redis"""
    generator: float
    """share of a core that the load generator used"""
    crossed: int
    failed: int
    turns: int


@dataclass
class Bench:
    stage: Stage
    first: int = 0
    """conversations so far: each has a phone and a session of its own"""
    expected: dict[str, list[list[str]]] = field(default_factory=dict)
    """by target, what each caller must read"""
    children: dict[str, Child] = field(default_factory=dict)
    targets: dict[str, tuple[int, str]] = field(default_factory=dict)

    def start(self) -> None:
        ports = {name: free_port() for name in (BARE, AWAITED, HOPPED)}
        self.children = {name: self.stage.python(name, "tests.bench.floors", name, str(ports[name])) for name in ports}
        self.children[OURS] = self.stage.mwavuli("web")
        self.targets = {name: (port, "/ussd") for name, port in ports.items()}
        self.targets[OURS] = (self.stage.port, f"/at/{self.stage.token}/ussd")
        for name, child in self.children.items():
            wait_for_port(child, self.targets[name][0])

    def task(self, name: str, scripts: list[list[str]], conversations: int, keep: bool = False) -> Task:
        first, self.first = self.first, self.first + len(scripts) * conversations
        expected = self.expected.get(name, [])[: len(scripts)]
        return Task(*self.targets[name], scripts, conversations, first, expected, keep)

    def rehearse(self, name: str = OURS) -> None:
        """Learn what each caller must read, one caller after another, so that no screens can be mixed up yet."""
        learnt = []
        for number, ward in enumerate(people.WARDS):
            replies = caller.drive(self.task(name, [script(number)], 1, keep=True)).replies[0]
            own = [turn for turn, screen in enumerate(replies) if ward in screen]
            assert len(own) >= len(OWN_PLACE) and (name != OURS or set(OWN_PLACE) <= set(own)), replies
            learnt.append(replies)
        assert all(len({replies[turn] for replies in learnt}) == len(learnt) for turn in own)
        self.expected[name] = learnt

    def once(self, name: str, callers: int, conversations: int) -> Round:
        """Run the callers in a process of their own."""
        task = self.task(name, [script(i) for i in range(callers)], conversations)
        server, redis = self.children[name].cpu(), self.stage.redis.cpu()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.caller"], input=json.dumps(asdict(task)), text=True, cwd=ROOT,
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        server, redis = self.children[name].cpu() - server, self.stage.redis.cpu() - redis
        self.stage.check()
        seen = Seen(**json.loads(done.stdout))
        turns = len(seen.latencies)
        return Round(
            turns / seen.seconds, percentile(seen.latencies, 0.5), percentile(seen.latencies, 0.99), server / turns,
            redis / turns, seen.cpu / seen.seconds, seen.crossed, seen.failed, turns,
        )  # fmt: skip

    def trips(self, callers: int, conversations: int) -> dict[str, float]:
        """Return the commands a turn that our web sends to Redis, by name."""
        task = self.task(OURS, [script(i) for i in range(callers)], conversations)
        with Monitor(self.stage.socket) as monitor:
            turns = len(caller.drive(task).latencies)
        return {name: count / turns for name, count in monitor.counts.items()}


def run(quick: bool, write: bool) -> None:
    report = Report("ussd" + (" (quick)" if quick else ""))
    report.say(*machine())
    with Stage() as stage:
        people.country()
        bench = Bench(stage)
        bench.start()
        bench.rehearse()
        for name in NAMES:
            bench.once(name, MANY, 2)  # connections and threads are there before the measurement begins
        for callers, conversations in ((1, 20 if quick else 60), (MANY, 8 if quick else 24)):
            rounds = list(_rounds(bench, callers, conversations, 3 if quick else 7))
            _tell(report, callers, rounds, bench.trips(callers, 5))
    if write:
        report.write()


def _rounds(bench: Bench, callers: int, conversations: int, times: int) -> Iterator[dict[str, Round]]:
    """Run all four targets in turns, every other time in the opposite order."""
    for i in range(times):
        names = list(NAMES) if i % 2 == 0 else list(reversed(NAMES))
        yield {name: bench.once(name, callers, conversations) for name in names}


def _tell(report: Report, callers: int, rounds: list[dict[str, Round]], trips: dict[str, float]) -> None:
    report.say("", f"### {callers} caller{'s' if callers > 1 else ''} at once", "")
    report.say(f"Each {rounds[0][OURS].turns} turns, {len(rounds)} times in turns; min / median / max of the rounds.")
    rows = []
    for name, words in NAMES.items():
        seen = [each[name] for each in rounds]
        rows.append([
            words, " / ".join(spread([r.rate for r in seen], whole)), " / ".join(spread([r.p50 for r in seen], milli)),
            " / ".join(spread([r.p99 for r in seen], milli)), micro(median(r.cpu for r in seen)),
            micro(median(r.redis for r in seen)), f"{max(r.generator for r in seen):.0%}",
        ])  # fmt: skip
    head = ["", "turns/s", "p50", "p99", "CPU a turn, web", "CPU a turn, Redis", "load generator's core, most"]
    report.table(head, rows)
    floor_two = max((AWAITED, HOPPED), key=lambda name: median(each[name].rate for each in rounds))
    ratios = [each[OURS].rate / max(each[AWAITED].rate, each[HOPPED].rate) for each in rounds]
    same = [each[OURS].rate / each[floor_two].rate for each in rounds]
    bare = [each[OURS].rate / each[BARE].rate for each in rounds]
    report.say(
        f"- Second floor: {NAMES[floor_two]}. Ours to it, pair by pair: {', '.join(map(two, same))}",
        f"- Ours to the faster of the two in each round: {' / '.join(spread(ratios, two))} (min / median / max)",
        f"- Ours to the bare endpoint: {' / '.join(spread(bare, two))}",
        f"- Redis commands a turn (MONITOR, a separate run): {', '.join(f'{k} {v:.2f}' for k, v in trips.items())}",
    )
    busy = max(r.generator for each in rounds for r in each.values())
    if busy > BUSY:
        report.say(f"- The load generator used up to {busy:.0%} of a core: the fastest rows may be its own limit")
    crossed, failed = (sum(getattr(each[OURS], what) for each in rounds) for what in ("crossed", "failed"))
    turns = sum(each[OURS].turns for each in rounds)
    report.goal(f"at least {GOAL} of the second floor (median {median(ratios):.2f})", median(ratios) >= GOAL)
    report.goal(f"two round trips a turn ({sum(trips.values()):.2f})", sum(trips.values()) <= 2.005)
    report.goal(f"no reply in another's session: {crossed} of {turns} crossed, {failed} failed", crossed + failed == 0)
