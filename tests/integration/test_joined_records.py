"""What joins the records of one person without the key: measured, printed (`pytest -s`), and written in SECURITY."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

import gateway
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.message import Lane
from gateway.model.sos_answer import SosAnswer
from gateway.model.task import ServiceTask, all_tasks
from gateway.numbers import Number
from gateway.store import Transaction, append_only
from gateway.store.records import KINDS as RECORD_KINDS, kind_of
from gateway.store.records.callers import CONTACT_REQUESTS, SAFETY_PROFILES
from gateway.store.records.kind import RecordKind
from jobs import scheduler
from jobs.handlers import cleanup
from tests.harness import joining
from tests.harness.cast import number
from tests.harness.joining import WINDOWS, Traces
from tests.harness.leaks import resp_commands
from tests.harness.served import OwnRedis
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_lively import fill
from tests.harness.steps_sos import close_sos, running_sos
from tests.harness.steps_turns import do
from tests.harness.town import Town
from tests.harness.waiting import until

PEOPLE = 30
KINDS = ("sub", "care", "mine")


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


def test_the_stream_to_a_replica_joins_what_the_file_joins(folder: Path, own_redis: OwnRedis, town: Town) -> None:
    """So the figures of the file are those of the stream, but no rewrite shortens what a thief has recorded of it."""
    stream, before = joining.ReplicationStream(own_redis.socket), len(joining.read_commits(folder))
    everybody = play(town, 100)
    sent = [commit for commit in joining.commits_in(stream.read()) if any(b":" in name for name in commit)]
    stream.close()
    written = [commit for commit in joining.read_commits(folder)[before:] if any(b":" in name for name in commit)]
    assert sent == written
    assert all(joining.count_candidates(sent, each, kind, 0) == 1 for each in everybody for kind in KINDS)


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


ROUNDING = (Path(gateway.__file__).parent / "store/lua/expire.lua").read_text().replace(
    "redis.call('TIME')", "({ARGV[1]})"
) + "return end_of(ARGV[2])"  # fmt: skip
"""the rule by which Redis rounds every expiry, at any moment of our choice"""


@pytest.mark.parametrize("rate", [1, 10, 100], ids=lambda rate: f"{rate} turns a minute")
def test_how_many_records_share_an_expiry(rate: int, folder: Path, town: Town) -> None:
    """The kinds of one phone, by declaration. Sessions begin at random moments, at any hour of the day."""
    chance, call = random.Random(rate), town.store.connection.execute
    dated = [
        kind
        for kind in RECORD_KINDS.values()
        if kind.tag_label and kind.lifetime.longest_s and not kind.lifetime.is_exact
    ]
    lifetimes = {kind.lifetime.seconds(town.context.times) for kind in dated}
    span_s, shared = PEOPLE * 6 * 60 // rate, {}
    starts = [1_800_000_000 + chance.randrange(7 * 86400) for _ in range(20)]
    played = [[start + chance.randrange(span_s) for _ in range(PEOPLE)] for start in starts]
    for lifetime in sorted(lifetimes):
        ends = [Counter(call("EVAL", ROUNDING, 0, moment, lifetime) for moment in moments) for moments in played]
        shared[lifetime] = median(each[end] for each in ends for end in each.elements())
        names = [kind.name for kind in dated if kind.lifetime.seconds(town.context.times) == lifetime]
        print(f"{rate} a minute, {lifetime} s ({', '.join(names)}): {shared[lifetime]:g} of {PEOPLE}")
    assert max(shared.values()) == PEOPLE, "records that live for weeks share a day"
    assert sorted(shared.values()) == list(shared.values()), "the longer a record lives, the more share its end"


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


@pytest.mark.parametrize("is_large", [False, True])
def test_the_file_is_rewritten_again_and_again_though_nobody_leaves(
    is_large: bool, folder: Path, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes of neighbourhood are all that a thief of the file gets, an hour of a large one, on quiet days too."""
    if is_large:
        monkeypatch.setattr(cleanup, "LARGE_STORE_BYTES", 1)
    everybody, call = play(town, 100), town.store.connection.execute
    call("CONFIG", "SET", "aof-use-rdb-preamble", "no")
    item = ServiceTask.REWRITE_APPEND_ONLY_FILE.item()
    for nth in range(3):
        scheduler.sweep(town.context)
        due_in_s = float(call("ZSCORE", "due:bulk", item)) / 1000 - town.store.connection.now()
        interval_s = 3600 if is_large and nth else 600
        assert interval_s - 10 < due_in_s <= interval_s
        call("ZADD", "due:bulk", 0, item)
        town.work()
        until(lambda: b"aof_rewrite_in_progress:0" in call("INFO", "persistence"), what="the end of the rewrite")
    assert candidates(folder, everybody, 0) == []


# Names: nothing in a key, a field, a member or a work item is a code, a case number, a clinic or a staff id

MEMBERS_BEGIN = {
    b"HSET": 2, b"HDEL": 2, b"HINCRBY": 2, b"HSETNX": 2, b"SADD": 2, b"SREM": 2, b"SMOVE": 3, b"ZADD": 2, b"ZREM": 2,
}  # fmt: skip
"""Where the fields or members begin in each command that Redis writes to its file."""


def names_in(folder: Path) -> Iterator[tuple[RecordKind, bytes]]:
    """Yield each part of each name that the file holds, in keys, fields, members and work items, with its kind."""
    for path in [*folder.glob("*.aof"), *folder.glob("appendonlydir/*.incr.aof")]:
        for words in resp_commands(path.read_bytes()):
            kind = kind_of(words[1]) if len(words) > 1 else None
            if kind is None or "{bucket}" in kind.pattern:  # a bucket is a number, and may look like a code
                continue
            for name in (words[1], *words[MEMBERS_BEGIN.get(words[0].upper(), len(words)) :]):
                yield from ((kind, part) for piece in name.split(b":") for part in (piece, *piece.split(b".")))


def secret_names(town: Town) -> dict[bytes, str]:
    """Return what no name may be, as the service itself knows it."""
    world = town.store.read_world()
    names = {alert.number: "a case number" for alert in world.alerts.values()}
    names |= {person.id: "a staff id" for person in world.roster.people}
    names |= {clinic.code: "a clinic" for clinic in town.store.world_cache.clinics.items.values()}
    turns = [town.store.read_turn(number(name)) for name in ("Amina", "Bahati")]
    names |= {turn.sos.code: "a call for help" for turn in turns if turn.sos}
    names |= {code: "a visit" for turn in turns for code in turn.referrals}
    return {str(name).encode(): what for name, what in names.items()}


def test_a_thief_of_the_file_finds_no_code_case_number_clinic_or_staff_id_in_any_name(folder: Path, town: Town) -> None:
    """`bc:4821.0:n`, `asked:{staff}` and `notify-responder-coming:6204:1` led from a seized phone to the records."""
    town.store.connection.execute("CONFIG", "SET", "aof-use-rdb-preamble", "no")  # so that the file can be read
    fill(town)
    secret = secret_names(town)
    assert set(secret.values()) == {"a case number", "a staff id", "a clinic", "a call for help", "a visit"}
    town.work()
    close_sos(town)
    do(town, "Amina", intents.RaiseSos())
    code = running_sos(town).code
    secret[code.encode()] = "a call for help"
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.COMING), intents.AnswerSos(code, SosAnswer.DONE))
    town.let_pass_lane(Lane.ALERTS)
    town.work()
    found = {(kind.name, secret[part]) for kind, part in names_in(folder) if part in secret}
    assert found == set()


def test_whatever_a_task_is_about_its_item_shows_the_task_only(folder: Path, town: Town) -> None:
    """Each task of each capability, declared now or later, with a code and a staff id as its arguments."""
    transaction = Transaction()
    for task in all_tasks():
        transaction.schedule_later(Lane.BULK, task.item("482193", "q7x2"), town.now() + 9000)
    assert town.store.commit(transaction)
    items = town.store.connection.execute("ZRANGE", "due:bulk", 0, -1)
    assert {item.partition(b":")[0] for item in items} >= {task.encode() for task in all_tasks()}
    assert [part for _kind, part in names_in(folder) if part in (b"482193", b"q7x2")] == []


def test_whoever_writes_to_redis_without_the_key_makes_no_work(town: Town) -> None:
    """The adversary ends a warning, and calls a colleague's help off, by one ZADD each."""
    made = [b"expire-alert:482193", b"notify-responder-sos-ended:6204:q7x2", b"expire-alert:" + bytes(48)]
    for name in made:
        town.store.connection.execute("ZADD", "due:alerts", 0, name)
        [item] = town.store.work_queue.claim("alerts", 1)
        assert item.task is None and item.stored == name
        town.store.work_queue.finish(item)


def test_every_hashed_name_is_a_digest(folder: Path, town: Town) -> None:
    """A declaration that says that its names are hashed means each of them."""
    fill(town)
    call, seen = town.store.connection.execute, set()
    for key in call("KEYS", "*"):
        kind = kind_of(key)
        if kind is None:
            continue
        if kind.pattern.startswith(("{hash", "{tag")):
            rest = key[len(kind.name) + 1 :]
            assert len(rest[:16]) == 16 and rest[16:17] in (b"", b":"), kind.name
            seen.add(kind.name)
        elif kind.pattern.startswith("field {hash"):
            assert {len(field) for field in call("HKEYS", key)} == {16}, kind.name
            seen.add(kind.name)
    assert seen >= {"alerts", "reports", "clinics", "broadcasts", "bc", "sos", "ref"}
