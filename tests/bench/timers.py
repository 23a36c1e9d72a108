"""Ten thousand safe calls at once: the memory and the CPU time of their timers while none is due."""

import time
from collections.abc import Sequence

from gateway.cli.common import load_deployment
from gateway.cli.feature import turn_on
from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.safe_call import SAFE_CALL_FEATURE
from gateway.numbers import Number
from tests.bench import people
from tests.bench.report import Report, machine, milli, two, whole
from tests.bench.stage import Child, Stage

OUT_FROM = 254_780_000_000
NOTE = "Jamii Hotel room 4; 0712000123; KBX 123A"
"""40 characters, as a place, a number and a plate take"""
GOAL_BYTES = 300
GOAL_SHARE = 0.01
"""of one core, for all of them together: the precision of 10 ms ticks in a minute"""


def run(quick: bool, write: bool) -> None:
    report = Report("timers" + (" (quick)" if quick else ""))
    report.say(*machine())
    count, seconds = (500, 5) if quick else (10_000, 60)
    with Stage() as stage:
        people.country()
        for feature in (CONTACTS_FEATURE, SAFE_CALL_FEATURE):
            turn_on(feature, "bench")
        watched = [stage.redis, stage.mwavuli("clock"), stage.mwavuli("worker", "alerts")]
        time.sleep(3)
        before, without = used(), spent(watched, seconds)
        go_out(count)
        moving = (used() - before) / count
        settle()
        size = (used() - before) / count
        time.sleep(3)
        rounds = [without, spent(watched, seconds)]
        go_out(-count)
        time.sleep(3)
        rounds.append(spent(watched, seconds))
        _tell(report, [child.name for child in watched], rounds, (moving, size), count, seconds)
    if write:
        report.write()


def used() -> int:
    """Return the bytes of Redis' memory, without the buffers of its clients."""
    info = load_deployment().store.connection.redis.info("memory")
    return int(info["used_memory"]) - int(info["mem_clients_normal"])


def go_out(count: int) -> None:
    """Start this many safe calls with a note, for twelve hours. A negative count ends as many."""
    store = load_deployment().store
    until = int(store.now()) + 12 * 3600
    for i in range(abs(count)):
        turn = store.read_turn(Number.from_int(OUT_FROM + i))
        intent = intents.StartSafeCall(until + i % 3600, NOTE) if count > 0 else intents.EndSafeCall()
        store.apply_intents(turn, (intent,), "en")
        assert store.commit(turn.transaction)
    store.connection.redis.execute_command("MEMORY", "PURGE")


def settle() -> None:
    """Wait until Redis has resized its table, step by step at each access. Until then it counts both tables."""
    call = load_deployment().store.connection.execute
    for item in call("ZRANGE", "due:alerts", 0, -1):
        call("ZSCORE", "due:alerts", item)
    for key in load_deployment().store.connection.redis.scan_iter("out:*", count=1000):
        for field in call("HKEYS", key):
            call("HGET", key, field)


def spent(watched: Sequence[Child], seconds: float) -> list[float]:
    """Return the CPU seconds that each process used in this many seconds."""
    before = [child.cpu() for child in watched]
    time.sleep(seconds)
    return [child.cpu() - was for child, was in zip(watched, before, strict=True)]


def _tell(
    report: Report,
    names: Sequence[str],
    rounds: Sequence[Sequence[float]],
    sizes: tuple[float, float],
    count: int,
    seconds: float,
) -> None:
    report.say("", f"### {count:,} people out, {seconds:.0f} s each: before, with them, after", "")
    rows = [[name, *(milli(used) for used in cpu)] for name, cpu in zip(names, zip(*rounds, strict=True), strict=True)]
    report.table(["processor time", "none out", f"{count:,} out", "none out"], rows)
    report.say("- In each, the clock looks every second; /proc tells 10 ms steps.")
    more = sum(rounds[1]) - (sum(rounds[0]) + sum(rounds[2])) / 2
    moving, size = sizes
    report.say(f"- Right after all went out, while Redis moves its tables to larger ones: {whole(moving)} bytes each.")
    report.goal(f"a timer with its sealed note of {len(NOTE)} characters: {whole(size)} bytes", size < GOAL_BYTES)
    share = more / seconds
    report.goal(f"no measurable CPU: {two(share * 100)} % of a core more than without", share <= GOAL_SHARE)
