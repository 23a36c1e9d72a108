"""How many turns a second one and two web processes answer, and what a caller reads above that rate."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from gateway.cli.common import load_settings
from gateway.settings import Web
from gateway.web.service_loader import ServiceLoader
from tests.bench import people, ussd
from tests.bench.report import Report, machine, milli, percentile, secs, whole
from tests.bench.schedule import PATIENCE, Heard, Plan
from tests.bench.stage import ROOT, Child, Stage, wait_for_port

UNLIMITED = Web.model_json_schema()["properties"]["max_turns"]["maximum"]
GOAL = 1.0
"""seconds within which 99 of 100 callers must have an answer, a screen or an apology"""
FEW = 0.001
"""of the turns: fewer apologies than that are not yet saturation"""
RATES = (1000, 2000, 3000, 4000, 4500, 5000, 5500, 6000, 7000, 8000)
BEYOND = 2
"""steps measured after the limit was found"""


@dataclass
class Step:
    rate: float
    heard: Heard

    @property
    def all_(self) -> list[float]:
        """Return all durations; a hung turn counts as the longest one measured."""
        return [*self.heard.answered, *self.heard.sorry, *[PATIENCE] * self.heard.hung]

    @property
    def p99(self) -> float:
        return percentile(self.all_, 0.99)

    @property
    def carried(self) -> bool:
        """Whether every caller got the expected screen in time."""
        few = len(self.heard.sorry) <= FEW * len(self.all_)
        return self.p99 <= GOAL and few and not (self.heard.hung or self.heard.wrong or self.heard.failed)


class Load:
    """Sends plans to one web, each with callers of its own."""

    def __init__(self, stage: Stage, web: Child, port: int):
        self._stage, self._web, self._port = stage, web, port
        self._bench = ussd.Bench(stage)
        self._bench.targets = {ussd.OURS: (port, f"/at/{stage.token}/ussd")}
        self._apology = f"END {ServiceLoader(load_settings()).apology}"

    def rehearse(self, first: int) -> None:
        self._bench.first = first
        self._bench.rehearse()

    @property
    def first(self) -> int:
        return self._bench.first

    def begin(self, rate: float, seconds: float) -> "subprocess.Popen[str]":
        """Start the callers, in a process of their own."""
        scripts, expected = [ussd.script(i) for i in range(len(people.WARDS))], self._bench.expected[ussd.OURS]
        path, first = self._bench.targets[ussd.OURS][1], self._bench.first
        plan = Plan(self._port, path, scripts, expected, self._apology, rate, seconds, first)
        callers = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.schedule"], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert callers.stdin
        callers.stdin.write(json.dumps(asdict(plan)))
        callers.stdin.close()
        callers.stdin = None
        return callers

    def end(self, callers: "subprocess.Popen[str]") -> Heard:
        said = callers.communicate()[0]
        self._stage.check()
        assert callers.returncode == 0, "the callers failed"
        heard = Heard(**json.loads(said))
        self._bench.first += heard.calls
        return heard

    def at(self, rate: float, seconds: float) -> Heard:
        return self.end(self.begin(rate, seconds))


def ramp(load: Load, rates: Sequence[float], seconds: float) -> list[Step]:
    """Raise the rate until a few steps above the first rate that was not carried."""
    steps: list[Step] = []
    for rate in rates:
        steps.append(Step(rate, load.at(rate, seconds)))
        print(f"  {rate:,} turns/s: p99 {secs(steps[-1].p99)}, {len(steps[-1].heard.sorry)} apologies", flush=True)
        if sum(not step.carried for step in steps) > BEYOND:
            break
    return steps


def limit(steps: Sequence[Step]) -> tuple[float, float | None]:
    """Return the highest carried rate below the first rate that was not, and that one, if the ramp reached it."""
    carried = 0.0
    for step in steps:
        if not step.carried:
            return carried, step.rate
        carried = step.rate
    return carried, None


def run(quick: bool, write: bool) -> None:
    report = Report("saturation" + (" (quick)" if quick else ""))
    report.say(*machine())
    report.say(
        "- Open loop: turns leave on schedule, whatever became of those before; a turn's time runs from its schedule.",
        f"- Carried: 99 of 100 answered within {GOAL:.0f} s, fewer than {FEW:.1%} apologies; none wrong, failed, hung.",
        "- The callers, Redis and the web share the machine's cores.",
    )
    rates, seconds = ((500, 1500, 3000), 2.0) if quick else (RATES, 8.0)
    first = 0
    for processes in (1, 2):
        for most, words in ((UNLIMITED, "no limit (as before)"), (Web().max_turns, "limit")):
            title = f"{processes} web process{'es' if processes > 1 else ''}, turns at once each: {most:,} ({words})"
            steps, first = _measured(title, processes, most, rates, seconds, first)
            _tell(report, title, steps, most != UNLIMITED)
    if write:
        report.write()


def _measured(
    title: str, processes: int, most: int, rates: Sequence[float], seconds: float, first: int
) -> tuple[list[Step], int]:
    with Stage(f"[web]\nmax_turns = {most}\n") as stage:
        people.country()
        web = stage.mwavuli("web", "--processes", str(processes))
        wait_for_port(web, stage.port)
        load = Load(stage, web, stage.port)
        load.rehearse(first)
        load.at(200, 1.0)  # connections and pages are there before the measurement begins
        print(title, flush=True)
        return ramp(load, rates, seconds), load.first


def _tell(report: Report, title: str, steps: Sequence[Step], limited: bool) -> None:
    report.say("", f"### {title}", "")
    head = [
        "turns/s offered",
        "answered/s",
        "p50",
        "p99",
        "worst",
        "apologies",
        "p99 of apologies",
        "hung, wrong, failed",
    ]
    rows = []
    for step in steps:
        heard, seconds = step.heard, len(step.all_) / step.rate
        sorry = milli(percentile(heard.sorry, 0.99)) if heard.sorry else ""
        rows.append([
            whole(step.rate), whole(len(heard.answered) / seconds), milli(percentile(step.all_, 0.5)),
            milli(step.p99), milli(max(step.all_)), f"{len(heard.sorry) / len(step.all_):.1%}", sorry,
            f"{heard.hung}, {heard.wrong}, {heard.failed}",
        ])  # fmt: skip
    report.table(head, rows)
    carried, beyond = limit(steps)
    report.say(f"- Carried up to {carried:,.0f} turns/s" + (f", not {beyond:,.0f}" if beyond else ", the ramp's end"))
    late, cpu = (max(getattr(step.heard, name) for step in steps) for name in ("late", "cpu"))
    report.say(f"- The generator used {cpu:.0%} of a core at most, and was itself {milli(late)} late at worst")
    if limited:
        worst = max(step.p99 for step in steps)
        hung = sum(step.heard.hung + step.heard.wrong + step.heard.failed for step in steps)
        report.goal(
            f"beyond it a quick apology, never a hang: p99 of whatever is answered {secs(worst)} at most, "
            f"{hung} hung, wrong or failed", worst <= GOAL and not hung,
        )  # fmt: skip
