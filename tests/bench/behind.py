"""Time from "send" to the first and the last text of a warning, alone and behind a long queue of bulk texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.cli.common import load_deployment, notify_workers
from gateway.crypto.secrets import derive_tags
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.records.subscribers import MESSAGES
from tests.bench import people
from tests.bench.broadcast import Bench
from tests.bench.network import Network
from tests.bench.report import Report, machine, secs, spread, two, whole
from tests.bench.stage import Stage

BULK_FROM = 254_770_000_000
TEXT = "A question for you. Dial *384*2024# to see it."
AT_ONCE = 1000
DAY = 86400
GOAL_FIRST, GOAL_LAST = 1.0, 1.1
"""limits: seconds to the first text, and the ratio for the last text to the same without bulk"""
UNDER_WAY = 50
"""bulk texts that have left when the warning is sent"""


@dataclass
class Sent:
    first: float
    last: float
    bulk: int
    """bulk texts that left meanwhile"""
    waiting: int
    """bulk texts that waited at its end"""


def run(quick: bool, write: bool) -> None:
    report = Report("behind" + (" (quick)" if quick else ""))
    report.say(*machine())
    count, queued, times = (1000, 3000, 1) if quick else (10_000, 100_000, 3)
    with Stage() as stage:
        people.country()
        atlas = load_deployment().store.read_world().atlas
        area = atlas.resolve(f"{people.COUNTY}/{people.COUNTY} 0").id
        people.subscribe(count, [child.id for child in atlas.children(area)])
        for command in (("web",), ("worker", "messages"), ("clock",)):
            stage.mwavuli(*command)
        bench = Bench(stage, Network(stage, count + queued), stage.mwavuli("worker", "alerts"))
        bench.ours(area, count)  # everything is loaded before the measurement begins
        for latency in (0.0, 500.0):
            idle = [_alone(bench, area, count, latency) for _ in range(times)]
            behind = [_behind(bench, area, count, latency, queued) for _ in range(times)]
            idle += [_alone(bench, area, count, latency) for _ in range(times)]
            _tell(report, f"{count:,} people, {latency:.0f} ms a call", idle, behind, queued)
    if write:
        report.write()


def _alone(bench: Bench, area: str, count: int, latency: float) -> Sent:
    sent = bench.ours(area, count, latency)
    return Sent(sent.first, sent.last, 0, 0)


def _behind(bench: Bench, area: str, count: int, latency: float, queued: int) -> Sent:
    """Measure with the bulk lane's worker busy before the warning and after it."""
    backlog = load_deployment().store.work_queue.count_items
    bench.network.begin(latency)
    queue(queued - backlog("bulk"))
    worker = bench.stage.mwavuli("worker", "bulk")
    bench.until(lambda: bench.network.stats()["accepted"] >= UNDER_WAY, "the bulk")
    before = int(bench.network.stats()["accepted"])
    started, id_ = bench.send(area)
    bench.counted(id_, count, [])
    waiting, took = backlog("bulk"), bench.network.messages()
    bench.stage.stop(worker)
    warned = [float(m["time"]) for m in took if Number.parse(m["number"]).to_int() < BULK_FROM]
    assert len(warned) == count, (len(warned), count)
    assert waiting, "the bulk ended before the warning did"
    return Sent(min(warned) - started, max(warned) - started, len(took) - before - count, waiting)


def queue(count: int) -> None:
    """Queue this many bulk texts to phones that may be answered, a thousand in one round trip."""
    store = load_deployment().store
    now = int(store.now())
    first = int(store.connection.execute("INCRBY", "bench:bulk", max(count, 0))) - max(count, 0)
    for at in range(0, count, AT_ONCE):
        commands: list[tuple[object, ...]] = []
        for i in range(first + at, first + min(at + AT_ONCE, count)):
            number = Number.from_int(BULK_FROM + i)
            message = OutboundText(number.to_int(), TEXT, Lane.BULK, LegalBasis.ANSWER, now + DAY)
            commands += [
                ("SET", keys.reply_window(derive_tags(store.vault, number).reply_window), 1, "EX", DAY),
                ("SET", f"msg:{i:016x}", MESSAGES.seal(store.vault, message, MESSAGES.key(f"{i:016x}")), "EX", DAY),
                ("ZADD", f"due:{Lane.BULK}", now * 1000, store.seal_item(MESSAGES.key(f"{i:016x}"))),
            ]
        store.connection.batch(commands)
    notify_workers({Lane.BULK})


def _tell(report: Report, what: str, idle: Sequence[Sent], behind: Sequence[Sent], queued: int) -> None:
    report.say("", f"### {what}, alone {len(idle)} times, behind {queued:,} bulk texts {len(behind)} times between", "")
    rows = []
    for words, runs in (("alone", idle), ("behind the bulk", behind)):
        rows += [
            [f"{words}: first", *spread([s.first for s in runs], secs)],
            [f"{words}: last", *spread([s.last for s in runs], secs)],
        ]
    report.table(['since "send"', "min", "median", "max"], rows)
    report.say(
        f"- Bulk texts that left meanwhile {' / '.join(spread([s.bulk for s in behind], whole))}, "
        f"still waiting at its end {' / '.join(spread([s.waiting for s in behind], whole))}"
    )
    slowest = max(s.first for s in [*idle, *behind])
    report.goal(f"the first within {GOAL_FIRST:.0f} s (slowest {secs(slowest)})", slowest <= GOAL_FIRST)
    ratio = delay(idle, behind)
    report.goal(f"the last not delayed by the bulk: {two(ratio)} of the time alone", ratio <= GOAL_LAST)


def delay(idle: Sequence[Sent], behind: Sequence[Sent]) -> float:
    """Return the ratio of the median last text behind bulk to the median last text alone."""
    middle = [sorted(s.last for s in runs)[len(runs) // 2] for runs in (behind, idle)]
    return middle[0] / middle[1]
