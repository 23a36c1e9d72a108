"""What would hide which records one session wrote, measured beside what it costs (`pytest -s`); SECURITY has the table.

None of these is in the service. Each is tried here on the real store and its real append-only file:

- dummies: each commit writes the records of phones that nobody has, always the same ones for one session;
- shuffling: the commands of a commit in a random order;
- delay: a commit writes the session and one sealed bundle; a later commit of its own writes the rest.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.numbers import Number
from gateway.store import Transaction, keys
from gateway.store.records.callers import OWN_REFERRALS, SAFETY_PROFILES
from menus.engine.session import Session
from tests.harness import joining
from tests.harness.joining import TURN_S, Traces
from tests.harness.leaks import resp_commands
from tests.harness.scale import people
from tests.harness.served import OwnRedis
from tests.harness.town import Town

PEOPLE, DUMMIES, DELAY_S = 30, 3, 600
PAIRS = people(200, 20)
KINDS = ("sub", "care", "mine")
WINDOWS = (0, 1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000)
SHARE_FOUND = 0.95
Write = tuple[object, ...]
Plan = Callable[[Town, Number, random.Random, list[Write]], list[tuple[float, list[Write]]]]
"""Return the commits that replace the one with these writes: each with its delay in seconds."""


@dataclass
class Outcome:
    window: int
    """the narrowest neighbourhood, in commits, in which the thief finds nearly every right record"""
    candidates: float
    commands: float
    file_bytes: float


def as_it_is(town: Town, person: Number, chance: random.Random, writes: list[Write]) -> list[tuple[float, list[Write]]]:
    return [(0, writes)]


def shuffled(town: Town, person: Number, chance: random.Random, writes: list[Write]) -> list[tuple[float, list[Write]]]:
    return [(0, chance.sample(writes, len(writes)))]


def with_dummies(
    town: Town, person: Number, chance: random.Random, writes: list[Write]
) -> list[tuple[float, list[Write]]]:
    """Every turn writes a record of each kind for DUMMIES phones, the same ones in each turn of a phone."""
    vault, extra = town.store.vault, list[Write]()
    for nth in range(1, DUMMIES + 1):
        nobody = Number.from_int(person.to_int() + nth * 10**8)
        token = vault.token(nobody, Purpose.SUBSCRIBER)
        care, mine = (kind.key(kind.tag(vault, nobody)) for kind in (SAFETY_PROFILES, OWN_REFERRALS))
        extra += [
            ("HSET", keys.subscription_bucket(token), token, chance.randbytes(40)),
            ("SET", care, chance.randbytes(180), "EX", 400 * 86400),
            ("SADD", mine, chance.randbytes(16)),
            ("EXPIRE", mine, 90 * 86400),
        ]
    return [(0, chance.sample([*writes, *extra], len(writes) + len(extra)))]


def delayed(town: Town, person: Number, chance: random.Random, writes: list[Write]) -> list[tuple[float, list[Write]]]:
    """The bundle has one size for every turn, so that a turn that changes nothing looks the same."""
    session = [write for write in writes if str(write[1]).startswith("b'ses:")]
    rest = [write for write in writes if write not in session]
    bundle = ("ZADD", "due:bulk", 1, b"bundle:" + chance.randbytes(1024))
    later: list[Write] = [*rest, ("ZREM", "due:bulk", bundle[3])]
    return [(0, [*session, bundle]), (chance.uniform(0, DELAY_S), later)]


PLANS = {"as it is": as_it_is, "shuffled": shuffled, "dummies": with_dummies, "delayed": delayed}


@pytest.fixture
def folder(own_redis: OwnRedis, town: Town) -> Path:
    town.turn_on(*Feature.all())
    town.store.connection.execute("CONFIG", "SET", "aof-use-rdb-preamble", "no", "auto-aof-rewrite-percentage", "0")
    return own_redis.socket.parent


def writes_of(town: Town, person: Number, what: tuple[intents.Intent, ...]) -> list[Write]:
    """Return what this turn would write, command by command, with the names of work items sealed."""
    turn = town.store.read_turn(person)
    town.ussd._store_result(turn, Session(lang="en", reply="CON x"), what)
    words, found, at = turn.transaction.arguments(town.store.seal_item)[turn_guards(turn.transaction) :], [], 0
    while at < len(words):
        found.append(tuple(words[at + 1 : at + 1 + words[at]]))
        at += 1 + words[at]
    return found


def turn_guards(transaction: Transaction) -> int:
    return 1 + len(transaction._guards)


def commit(town: Town, writes: Sequence[Write]) -> float:
    """Make these writes, and return the milliseconds that it took."""
    transaction = Transaction()
    transaction.adds_data = True
    for write in writes:
        transaction.write(*write)  # type: ignore[arg-type]
    began = time.perf_counter()
    assert town.store.commit(transaction)
    return (time.perf_counter() - began) * 1000


def play(town: Town, plan: Plan, people: list[Number], rate: int) -> int:
    """Play a session a person at this rate of turns a minute, and return the number of turns.

    Later commits come in the order of their moments.
    """
    chance = random.Random(rate)
    steps = [joining.steps_of(town, person) for person in people]
    span_s = sum(map(len, steps)) * 60 / rate
    begins = [chance.uniform(0, span_s) for _ in people]
    turns = sorted((begins[i] + nth * TURN_S, i, nth) for i, each in enumerate(steps) for nth in range(len(each)))
    later: list[tuple[float, list[Write]]] = []
    for at, i, nth in turns:
        for moment, writes in sorted(each for each in later if each[0] <= at):
            commit(town, writes)
            later.remove((moment, writes))
        (_now, first), *rest = plan(town, people[i], chance, writes_of(town, people[i], steps[i][nth]))
        commit(town, first)
        later += [(at + delay, writes) for delay, writes in rest]
    for _moment, writes in sorted(later, key=lambda each: each[0]):
        commit(town, writes)
    return len(turns)


def measure(town: Town, folder: Path, name: str, rate: int) -> Outcome:
    before, size = len(joining.read_commits(folder)), file_size(folder)
    commands = count_commands(folder)
    first = 254_711_000_000 + 100_000 * (list(PLANS).index(name) + 1) + 1000 * rate.bit_length()
    people = [Number.from_int(first + i) for i in range(PEOPLE)]
    turns = play(town, PLANS[name], people, rate)
    commits = joining.read_commits(folder)[before:]
    window, found = narrowest(commits, [joining.traces_of(town, person) for person in people])
    return Outcome(window, found, (count_commands(folder) - commands) / turns, (file_size(folder) - size) / turns)


def narrowest(commits: Sequence[joining.Commit], everybody: Sequence[Traces]) -> tuple[int, float]:
    """Return the narrowest window in which the thief finds nearly every right record, and the candidates there."""
    for window in WINDOWS:
        counts = [joining.count_candidates(commits, each, kind, window) for each in everybody for kind in KINDS]
        found = [count for count in counts if count is not None]
        if len(found) >= SHARE_FOUND * len(counts):
            return window, median(found)
    raise AssertionError("not found in any window")


def file_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in aof_files(folder))


def whole_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in (".aof", ".rdb"))


def count_commands(folder: Path) -> int:
    return sum(1 for path in aof_files(folder) for _command in resp_commands(path.read_bytes()))


def aof_files(folder: Path) -> list[Path]:
    return [*folder.glob("*.aof"), *folder.glob("appendonlydir/*.incr.aof")]


@pytest.mark.parametrize("rate", [1, 10, 100], ids=lambda rate: f"{rate} turns a minute")
def test_what_each_countermeasure_hides_and_what_it_costs(rate: int, folder: Path, town: Town) -> None:
    found = {name: measure(town, folder, name, rate) for name in PLANS}
    for name, each in found.items():
        print(f"| {rate} | {name} | {each.candidates:g} of {PEOPLE} within {each.window} commits |"
              f" {each.commands:.1f} commands | {each.file_bytes:.0f} bytes |")  # fmt: skip
    assert (found["as it is"].candidates, found["shuffled"].candidates) == (1, 1), "order inside a commit hides nothing"
    assert found["dummies"].candidates == 1 + DUMMIES
    assert found["dummies"].file_bytes > 3 * found["as it is"].file_bytes
    assert found["delayed"].commands > found["as it is"].commands


def test_what_each_countermeasure_adds_to_a_callers_wait(folder: Path, town: Town) -> None:
    """The same turn of two phones, as it is and with the countermeasure, in turns: the median of the differences."""
    chance = random.Random(5)
    for nth, (name, plan) in enumerate(PLANS.items()):
        differences, plain = list[float](), list[float]()
        for i in range(PAIRS):
            took: dict[bool, float] = {}
            for is_changed in (i % 2 == 0, i % 2 == 1):
                person = Number.from_int(254_730_000_000 + 1000 * (2 * nth + is_changed) + i)
                writes = writes_of(town, person, joining.steps_of(town, person)[3])
                took[is_changed] = commit(town, plan(town, person, chance, writes)[0][1] if is_changed else writes)
            plain.append(took[False])
            differences.append(took[True] - took[False])
        print(f"{name}: {median(plain):.2f} ms as it is, {median(differences):+.2f} ms more")
        assert median(differences) < 5


@pytest.mark.parametrize("people", [2_000, people(100_000, 20_000)])
def test_what_a_rewrite_of_the_file_costs(people: int, folder: Path, town: Town) -> None:
    """A rewrite every ten minutes leaves a sixth of what an hour leaves. Callers' commits go on meanwhile."""
    fill_store(town, people)
    call, person = town.store.connection.execute, Number.from_int(254_730_500_000)
    writes = writes_of(town, person, ())
    quiet = [commit(town, writes) for _ in range(PAIRS)]
    cpu_s, began, during = (
        info(town, "used_cpu_sys_children", "used_cpu_user_children"),
        time.monotonic(),
        list[float](),
    )
    town.store.start_file_rewrite()
    while b"aof_rewrite_in_progress:1" in call("INFO", "persistence"):
        during.append(commit(town, writes))
    took_s, used_s = time.monotonic() - began, info(town, "used_cpu_sys_children", "used_cpu_user_children") - cpu_s
    print(
        f"{people} people, {info(town, 'used_memory') / 2**20:.0f} MiB: {took_s:.2f} s, {used_s:.2f} s of CPU,"
        f" a file of {whole_size(folder) / 2**20:.1f} MiB; fork {info(town, 'latest_fork_usec') / 1000:.1f} ms;"
        f" commits p50 {median(quiet):.2f} ms, meanwhile {median(during or [0]):.2f} ms, worst {max(during or [0]):.1f}"
    )
    assert used_s < 60


def fill_store(town: Town, people: int) -> None:
    """Write the records of subscribers with a safety profile, as large as real ones."""
    chance, vault = random.Random(people), town.store.vault
    for first in range(0, people, 1000):
        commands: list[Write] = []
        for i in range(first, first + 1000):
            number = Number.from_int(254_740_000_000 + i)
            token = vault.token(number, Purpose.SUBSCRIBER)
            care = SAFETY_PROFILES.key(SAFETY_PROFILES.tag(vault, number))
            commands.append(("HSET", keys.subscription_bucket(token), token, chance.randbytes(40)))
            commands.append(("SET", care, chance.randbytes(180), "EX", 400 * 86400))
        town.store.connection.batch(commands)


def info(town: Town, *names: str) -> float:
    text: bytes = b"".join(town.store.connection.execute("INFO", part) for part in ("cpu", "memory", "stats"))
    values = dict(line.split(":", 1) for line in text.decode().splitlines() if ":" in line)
    return sum(float(values[name]) for name in names)
