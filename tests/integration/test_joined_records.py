"""What joins the records of one person without the key: measured, printed (`pytest -s`), and written in SECURITY."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from gateway.cli import redis_server
from gateway.model.feature import Feature
from gateway.model.task import ServiceTask
from gateway.numbers import Number
from gateway.store import append_only
from gateway.store.records.callers import CONTACT_REQUESTS, SAFETY_PROFILES
from jobs import scheduler
from tests.harness import joining
from tests.harness.cast import number
from tests.harness.joining import WINDOWS, Traces
from tests.harness.served import OwnRedis
from tests.harness.steps_contacts import add_contacts
from tests.harness.town import Town
from tests.harness.waiting import until

PEOPLE = 30
KINDS = ("sub", "care", "mine")


@pytest.fixture
def own_redis(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    running = OwnRedis(tmp_path_factory.mktemp("r"))
    environ["REDIS_URL"] = redis_server.unix_url(running.socket)
    yield running
    running.stop()


@pytest.fixture
def folder(own_redis: OwnRedis, town: Town) -> Path:
    town.turn_on(*Feature.all())
    return own_redis.socket.parent


def play(town: Town, rate: int) -> list[Traces]:
    people = [Number.from_int(254_711_400_000 + rate * 1000 + i) for i in range(PEOPLE)]
    joining.play_sessions(town, people, rate, random.Random(rate))
    return [joining.traces_of(town, person) for person in people]


def candidates(folder: Path, everybody: list[Traces], window: int) -> list[int]:
    """Return, for each person and kind that the window contains, how many records come into question."""
    commits = joining.read_commits(folder)
    found = (joining.count_candidates(commits, traces, kind, window) for traces in everybody for kind in KINDS)
    return [count for count in found if count is not None]


@pytest.mark.parametrize("rate", [1, 10, 100], ids=lambda rate: f"{rate} turns a minute")
def test_the_append_only_file_joins_what_one_commit_wrote_until_it_is_rewritten(
    rate: int, folder: Path, town: Town
) -> None:
    """Commits are atomic, so an hour of the file joins records. After the hourly rewrite nothing does."""
    everybody = play(town, rate)
    for window in WINDOWS:
        found = candidates(folder, everybody, window)
        print(f"{rate} a minute, {window} commits around: {median(found)} candidates, least {min(found)}")
    same_commit = candidates(folder, everybody, 0)
    assert len(same_commit) == PEOPLE * len(KINDS) and max(same_commit) == 1, "this is the limit that SECURITY states"
    town.store.connection.execute("CONFIG", "SET", "aof-use-rdb-preamble", "no")
    assert append_only.rewrite(town.store.connection)
    assert candidates(folder, everybody, 0) == []


def test_the_dump_alone_joins_nobody_by_expiry(folder: Path, town: Town) -> None:
    """Each kind of record has the same expiry for everybody of an hour or a day; before, all had their own."""
    everybody = play(town, 100)
    call = town.store.connection.execute
    for kind in ("care", "mine"):
        left_ms = [call("PTTL", each.others[kind]) for each in everybody]
        ends = Counter(round((town.store.connection.now() + ms / 1000) / 60) for ms in left_ms)
        print(f"{kind}: {min(ends.values())} people at least share an expiry")
        assert min(ends.values()) > 1
        assert len(ends) <= 2, "the day may end during the test"


def test_the_file_does_not_show_who_trusts_whom_whenever_a_caller_dials(folder: Path, town: Town) -> None:
    """Each first dial of a week renewed the lifetime of the caller's contacts beside the caller's own record."""
    add_contacts(town, "Bahati", "Chiku")
    assert append_only.rewrite(town.store.connection)
    before = len(joining.read_commits(folder))
    town.sleep(8 * 86400)
    town["Amina"].dial()
    vault = town.store.vault
    own = SAFETY_PROFILES.key(SAFETY_PROFILES.tag(vault, number("Amina")))
    commit = [commit for commit in joining.read_commits(folder)[before:] if own in commit][-1]
    assert len(commit) < 10, "one turn, not the passing of time in this test"
    assert [name for name in commit if name.startswith(b"trust:")] == []
    for name in ("Bahati", "Chiku"):
        key = CONTACT_REQUESTS.key(CONTACT_REQUESTS.tag(vault, number(name)))
        assert town.store.connection.execute("TTL", key) > town.store.connection.execute("TTL", own)


def test_the_file_is_rewritten_every_hour_though_nobody_leaves(folder: Path, town: Town) -> None:
    """An hour of neighbourhood is all that a thief of the file gets, on a quiet day too."""
    everybody, call = play(town, 100), town.store.connection.execute
    call("CONFIG", "SET", "aof-use-rdb-preamble", "no")
    item = ServiceTask.REWRITE_APPEND_ONLY_FILE.item()
    for _hour in range(2):
        scheduler.sweep(town.context)
        due_in_s = float(call("ZSCORE", "due:bulk", item)) / 1000 - town.now()
        assert 3590 < due_in_s <= 3600
        town.sleep(3601)
        town.work()
        until(lambda: b"aof_rewrite_in_progress:0" in call("INFO", "persistence"), what="the end of the rewrite")
    assert candidates(folder, everybody, 0) == []
