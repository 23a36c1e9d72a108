"""How long USSD callers wait while a warning goes out to many, compared with an idle service."""

from concurrent.futures import ThreadPoolExecutor

from gateway.cli.common import load_deployment
from tests.bench import people
from tests.bench.broadcast import Bench, Sent
from tests.bench.network import Network
from tests.bench.report import Report, machine, milli, percentile, secs, spread, two
from tests.bench.saturation import Load
from tests.bench.schedule import Heard
from tests.bench.stage import Stage, wait_for_port

GOAL = 2.0
"""times the idle p99"""
PART = 2.0
"""seconds of callers at a time, until the broadcast has ended"""


def run(quick: bool, write: bool) -> None:
    report = Report("during" + (" (quick)" if quick else ""))
    report.say(*machine())
    count, rate = (5000, 50) if quick else (100_000, 100)
    with Stage() as stage:
        people.country()
        atlas = load_deployment().store.read_world().atlas
        area = atlas.resolve(f"{people.CROWD}/{people.CROWD} 0").id
        people.subscribe(count, [child.id for child in atlas.children(area)])
        web = stage.mwavuli("web")
        stage.mwavuli("clock")
        bench = Bench(stage, Network(stage), stage.mwavuli("worker", "alerts"))
        for lane in ("messages", "bulk"):
            stage.mwavuli("worker", lane)
        wait_for_port(web, stage.port)
        load = Load(stage, web, stage.port)
        load.rehearse(0)
        load.at(rate, PART)
        for latency, times in ((0.0, 2 if quick else 4), (500.0, 1)):
            pairs = []
            for _ in range(times):
                idle = together([load.at(rate, PART) for _ in range(2 if quick else 5)])
                pairs.append((idle, *_during(load, bench, area, count, rate, latency)))
            _tell(report, pairs, f"{count:,} people, {latency:.0f} ms a call; {rate} turns/s", count)
    if write:
        report.write()


def _during(load: Load, bench: Bench, area: str, count: int, rate: float, latency: float) -> tuple[Heard, Sent]:
    """Run callers as long as the broadcast takes. The callers at its end do not count, unless there are no others."""
    parts: list[Heard] = []
    with ThreadPoolExecutor(1) as aside:
        sending = aside.submit(bench.ours, area, count, latency)
        while not sending.done():
            parts.append(load.at(rate, PART))
        return together(parts[:-1] or parts), sending.result()


def together(rounds: list[Heard]) -> Heard:
    whole = Heard()
    for each in rounds:
        whole.answered += each.answered
        whole.sorry += each.sorry
        for name in ("wrong", "failed", "hung"):
            setattr(whole, name, getattr(whole, name) + getattr(each, name))
    return whole


def ratios(pairs: list[tuple[Heard, Heard, Sent]]) -> list[float]:
    """Return p99 during the broadcast divided by p99 just before it."""
    return [percentile(during.answered, 0.99) / percentile(idle.answered, 0.99) for idle, during, _ in pairs]


def _tell(report: Report, pairs: list[tuple[Heard, Heard, Sent]], what: str, count: int) -> None:
    report.say("", f"### {what}, idle and during in turns, {len(pairs)} times", "")
    rows = []
    for words, at in (("idle", 0), ("during", 1)):
        seen: list[Heard] = [pair[at] for pair in pairs]  # type: ignore[misc]
        turns = sum(len(each.answered) for each in seen)
        shown = [
            " / ".join(spread([percentile(each.answered, share) for each in seen], milli)) for share in (0.5, 0.99, 1)
        ]
        rows.append([words, f"{turns:,}", *shown])
    report.table(["min / median / max of the rounds", "turns", "p50", "p99", "worst"], rows)
    report.say(f"- The broadcast took {' / '.join(spread([sent.counted for _, _, sent in pairs], secs))}")
    lost = sum(len(h.sorry) + h.failed + h.hung for pair in pairs for h in pair[:2])
    crossed = sum(h.wrong for pair in pairs for h in pair[:2])
    found = ratios(pairs)
    report.goal(
        f"p99 at most {GOAL:.0f} times the idle p99: {', '.join(map(two, found))}",
        sorted(found)[len(found) // 2] <= GOAL,
    )
    report.goal(f"none lost ({lost}), none crossed ({crossed})", lost + crossed == 0)
