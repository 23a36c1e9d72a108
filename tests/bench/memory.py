"""Bytes for each subscriber and recipient, and which commands keep Redis busy, with a set number of subscribers."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gateway.cli import common, places
from gateway.cli.common import load_deployment
from gateway.cli.seed import seed
from gateway.crypto.vault import Purpose
from gateway.errors import StoreUnavailable
from gateway.imports import places as imports_places
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.broadcast import OPEN_STATES
from gateway.model.subscription import Subscription, week_number
from gateway.numbers import Number
from gateway.store import keys
from gateway.turns.sms import SmsHandler
from tests.bench.network import Network
from tests.bench.people import AT_ONCE, STYLES, SUBSCRIBERS_FROM
from tests.bench.report import Report, machine, mib, whole
from tests.bench.stage import Stage

MILLION, QUICK = 1_000_000, 20_000
COUNTY, CONSTITUENCIES, WARDS = "Bench", 30, 10
SKEW = 0.8
"""the n-th largest ward has 1/n**SKEW of the largest one's people"""
LONG_MS = 5.0
NOTED_US = 1000
"""Redis logs commands that take longer than this, so that the worst is known even where none is too long"""
KEPT = 4096
GOAL_ONE, GOAL_THREE, GOAL_RECIPIENT = 100, 180, 45
TRIFLES = frozenset({"GET", "SET", "HGET", "HSET", "HDEL", "HEXISTS", "HINCRBY", "HSETNX", "ZSCORE"})
PATIENCE = 3600
TRIES = 10
LASTS = 3600
JOINERS = 500
ENDING_SECONDS = 10
"""the ending to everybody is watched for so long only: it does what the warning did"""


@dataclass
class Slow:
    """The slowest commands of Redis in one phase: name, how often over the limit, and the worst in ms."""

    phase: str
    long: int
    worst: list[tuple[str, float]]


class Bench:
    def __init__(self, report: Report, stage: Stage, count: int):
        self.report, self.stage, self.count = report, stage, count
        self.call = load_deployment().store.connection.execute
        self.areas: list[str] = []
        self.homes: list[int] = []
        self.slow: list[Slow] = []
        deployed = load_deployment().store.connection
        self._scripts = {sha.encode(): f"{name}.lua" for name, sha in deployed._shas.items()}
        self.call("CONFIG", "SET", "slowlog-log-slower-than", NOTED_US)
        self.call("CONFIG", "SET", "slowlog-max-len", KEPT)

    def phase(self, name: str, work: Callable[[], object]) -> int:
        """Run it, and note what kept Redis busy meanwhile. Return the bytes it added."""
        before = self._used()
        self.call("SLOWLOG", "RESET")
        started = time.monotonic()
        work()
        took = time.monotonic() - started
        self.slow.append(self._read(name))
        added = self._used() - before
        print(f"  {name}: {took:.0f} s, {mib(added)}, worst {self.slow[-1].worst[:2]}", flush=True)
        return added

    def _used(self) -> int:
        """Return the bytes of Redis, without the buffers of its clients and of its file."""
        info = self.call("INFO", "memory").decode().splitlines()
        memory = {name: value for name, _, value in (line.partition(":") for line in info)}
        return int(memory["used_memory"]) - int(memory["mem_clients_normal"]) - int(memory["mem_aof_buffer"])

    def _read(self, phase: str) -> Slow:
        """Return what the slow log shows of this phase, by the name of a script or a command."""
        worst: dict[str, float] = {}
        long = 0
        for entry in self.call("SLOWLOG", "GET", -1):
            words, ms = entry[3], entry[2] / 1000
            name = self._scripts.get(words[1], "a script") if words[0].upper() == b"EVALSHA" else words[0].decode()
            worst[name] = max(worst.get(name, 0.0), ms)
            long += ms > LONG_MS
        return Slow(phase, long, sorted(worst.items(), key=lambda row: -row[1]))

    def country(self) -> None:
        seed()
        rows = ["county,constituency,ward\n"]
        rows += [f"{COUNTY},{COUNTY} {c},Ward {c} {w}\n" for c in range(CONSTITUENCIES) for w in range(WARDS)]
        store = load_deployment().store
        places.save_areas(imports_places.read_areas(rows, store.vault.area_digest).areas)
        atlas = store.read_world().atlas
        self.areas = [area.id for area in atlas if area.name.startswith("Ward ")]
        weights = [1 / (n + 1) ** SKEW for n in range(len(self.areas))]
        self.homes = random.Random(4).choices(range(len(self.areas)), weights, k=self.count)

    def subscribe(self, first: int, last: int) -> None:
        """Subscribe everybody to their areas from `first` to `last` (of three), and write the record of all areas."""
        store = load_deployment().store
        week, counts = week_number(store.now()), Counter[str]()
        for at in range(0, self.count, AT_ONCE):
            commands: list[Sequence[object]] = []
            for i in range(at, min(at + AT_ONCE, self.count)):
                areas = [self.areas[(self.homes[i] + step) % len(self.areas)] for step in range(last)]
                commands += self._joins(i, areas, areas[first:], week)
                counts.update(areas[first:])
            self._written(commands)
        store.connection.batch([("HINCRBY", "members", area, n) for area, n in counts.items()])

    def _written(self, commands: list[Sequence[object]]) -> None:
        """Write, again where a shared disk is slow for a while. A second write of the same data changes nothing."""
        for _ in range(TRIES):
            with suppress(StoreUnavailable):
                load_deployment().store.connection.batch(commands)
                return
        raise RuntimeError("Redis does not answer in time")

    def _joins(self, i: int, areas: list[str], new: list[str], week: int) -> Iterator[Sequence[object]]:
        token = load_deployment().store.vault.token(Number.from_int(SUBSCRIBERS_FROM + i), Purpose.SUBSCRIBER)
        lang, wording = STYLES[i % len(STYLES)]
        subscription = Subscription(lang, consent_week=week, seen_week=week, wording=wording, areas=tuple(areas))
        yield "HSET", keys.subscription_bucket(token), token, subscription.pack()
        for area in new:
            yield "HSET", keys.area_subscribers(area, token), token, b""

    def joins(self) -> None:
        """Let strangers subscribe, as by dialling; half of them text STOP."""
        sms, store = SmsHandler(load_deployment()), load_deployment().store
        for i in range(JOINERS):
            number = Number.from_int(SUBSCRIBERS_FROM + self.count + i)
            turn = store.read_turn(number)
            store.apply_intents(turn, (intents.Subscribe(self.areas[0]),), "en")
            assert store.commit(turn.transaction)
            if i % 2:
                sms.handle_text(f"stop-{i}", number, "STOP")

    def warn(self, area: str, wait: bool = True) -> int:
        """Send a warning. Return its number once everybody was sent to."""
        store = load_deployment().store
        turn = store.read_terminal_turn()
        before, people = set(store.read_world().alerts), store.read_world().count_subscriptions(area, turn.subscribers)
        store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, "Market gate", "", turn.now + LASTS),), "")
        assert store.commit(turn.transaction)
        common.notify_workers(turn.transaction.lanes_to_notify)
        (number,) = set(store.read_world().alerts) - before
        if wait:
            self._until(lambda: self._sent(f"{number.decode()}.0") >= people)
        return int(number)

    def _sent(self, id_: str) -> int:
        return sum(
            n for state, n in load_deployment().store.recipients.count_states(id_).items() if state not in OPEN_STATES
        )

    def _until(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > until:
                raise RuntimeError(f"it did not end in {PATIENCE} s")
            self.stage.check()
            time.sleep(0.2)

    def end(self, number: int, wait: bool) -> None:
        store = load_deployment().store
        turn = store.read_terminal_turn()
        people = self._sent(f"{number}.0")
        store.apply_intents(turn, (intents.EndAlert(number),), "")
        assert store.commit(turn.transaction)
        common.notify_workers(turn.transaction.lanes_to_notify)
        if wait:
            self._until(lambda: self._sent(f"{number}.1") >= people)
        else:
            time.sleep(ENDING_SECONDS)

    def housekeeping(self) -> None:
        """Do the daily deletion now: delete old alerts, rewrite the append-only file."""
        for item in self.call("ZRANGE", "due:bulk", 0, -1):
            self.call("ZADD", "due:bulk", 0, item)
        self._until(lambda: not load_deployment().store.work_queue.has_due_items("bulk"))
        self._until(lambda: b"aof_rewrite_in_progress:0" in self.call("INFO", "persistence"))

    def fork_ms(self) -> float:
        lines = self.call("INFO", "stats").decode().splitlines()
        return next(int(line.split(":")[1]) / 1000 for line in lines if line.startswith("latest_fork_usec"))


def run(quick: bool, write: bool, people: int = 0, server: str = "") -> None:
    count = people or (QUICK if quick else MILLION)
    if server:
        os.environ["MWAVULI_REDIS_SERVER"] = server
    report = Report(f"memory{' (quick)' if quick else ''}{' of another Redis' if server else ''}")
    report.say(*machine())
    with Stage() as stage:
        bench = Bench(report, stage, count)
        bench.country()
        one = bench.phase("one area each, written in", lambda: bench.subscribe(0, 1)) / count
        network = Network(stage)
        network.begin()
        for command in (("clock",), ("worker", "alerts"), ("worker", "messages"), ("worker", "bulk")):
            stage.mwavuli(*command)
        recipient = _day(bench)
        three = one + bench.phase("two more areas each", lambda: bench.subscribe(1, 3)) / count
        _tell(report, bench, one, three, recipient)
    if write:
        report.write()


def _day(bench: Bench) -> float:
    """Run joins, warnings, an ending and the daily deletion. Return bytes a recipient."""
    numbers: list[int] = []
    county = load_deployment().store.read_world().atlas.resolve(COUNTY).id
    bench.phase("people join and leave", bench.joins)
    size = bench.phase("a warning to everybody", lambda: numbers.append(bench.warn(county)))
    bench.phase("a warning to the largest ward", lambda: numbers.append(bench.warn(bench.areas[0])))
    bench.phase("its ending", lambda: bench.end(numbers[1], wait=True))
    bench.phase(f"the first {ENDING_SECONDS} s of the other's", lambda: bench.end(numbers[0], wait=False))
    bench.phase("housekeeping", bench.housekeeping)
    return size / bench.count


def _tell(report: Report, bench: Bench, one: float, three: float, recipient: float) -> None:
    per = bench.call("CONFIG", "GET", "hash-max-ziplist-entries")
    entries = next(iter(per.values())).decode() if per else "?"
    report.say("", f"{whole(bench.count)} people in {len(bench.areas)} areas, the largest {_largest(bench)};")
    report.say(f"hashes stay packed up to {entries} entries (as this Redis comes).")
    report.table(
        ["bytes of Redis", "measured", "goal"],
        [
            ["a subscriber with one area", f"{one:.1f}", str(GOAL_ONE)],
            ["a subscriber with three", f"{three:.1f}", str(GOAL_THREE)],
            ["a recipient of a live alert", f"{recipient:.1f}", str(GOAL_RECIPIENT)],
        ],
    )
    rows = [[slow.phase, str(slow.long), *(f"{n} {ms:.1f} ms" for n, ms in slow.worst[:2])] for slow in bench.slow]
    report.table(
        ["what kept Redis busy", f"over {LONG_MS:.0f} ms", "longest", "next"], [[*row, "", ""][:4] for row in rows]
    )
    report.say(f"- Redis stood still for {bench.fork_ms():.1f} ms as it forked to write its file anew")
    report.say(f"- One field read or written took up to {_floor(bench):.1f} ms: that is this machine, not Redis")
    report.goal(f"{GOAL_ONE} bytes with one area, {GOAL_THREE} with three", one <= GOAL_ONE and three <= GOAL_THREE)
    report.goal(f"{GOAL_RECIPIENT} bytes a recipient", recipient <= GOAL_RECIPIENT)
    report.goal(f"no call over {LONG_MS:.0f} ms", not any(slow.long for slow in bench.slow))


def _floor(bench: Bench) -> float:
    """Return the worst ms of trivial commands, which other work on this machine delayed; from NOTED_US up."""
    return max((ms for slow in bench.slow for name, ms in slow.worst if name in TRIFLES), default=0.0)


def _largest(bench: Bench) -> str:
    return whole(max(Counter(bench.homes).values()))
