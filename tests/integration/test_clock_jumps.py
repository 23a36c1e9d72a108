"""A host's clock jumps an hour either way (fault row 29): an alarm says so, and each text is sent exactly once."""

import ast
import logging
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.model.intents import AddTonightArea
from jobs.context import JobContext
from jobs.monitoring.alarms import AlarmCause
from jobs.monitoring.clock_skew import ClockSkewMonitor
from jobs.notify import LANES
from tests.harness.cast import number
from tests.harness.sources import SOURCES
from tests.harness.stack import ROOT
from tests.harness.town import Town

# No decision reads the host's clock

HOUR = 3600
MAY_READ_IT = {
    "gateway/simulator": "a network of its own",
    "gateway/cli/checks/content.py": "a day, in the operator's calendar",
    "gateway/cli/checks/setup.py": "whose texts a network would hold just now, told to the operator",
    "gateway/cli/places.py": "a day, in the operator's calendar",
    "gateway/logs/formatter.py": "the hour of a record",
    "gateway/web/service_loader.py": "the hotline's hours in the apology, also while Redis is away",
    "gateway/providers/kannel/send.py": "the minutes that are left, which the network counts by its own clock",
    "jobs/monitoring/clock_skew.py": "to see it jump",
    "jobs/sending/send.py": "the seconds left by Redis' clock, as an hour of this host's",
}
HOST_CLOCK = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "datetime.now", "datetime.utcnow",
              "datetime.today", "date.today"}  # fmt: skip


def reads_the_hosts_clock(path: Path) -> bool:
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.Attribute) and ast.unparse(node) in HOST_CLOCK for node in ast.walk(tree))


def test_nothing_that_decides_reads_the_hosts_clock() -> None:
    reading = {str(path.relative_to(ROOT)) for path in SOURCES if reads_the_hosts_clock(path)}
    assert {"jobs/monitoring/clock_skew.py", "gateway/cli/places.py"} <= reading, "the search itself works"
    assert [name for name in reading if not name.startswith(tuple(MAY_READ_IT))] == []


# The check of the clock process, with clocks under the test's control


class Jumping:
    """Three clocks: the clock of this host, the clock of Redis, and the monotonic clock."""

    def __init__(self, context: JobContext, monkeypatch: pytest.MonkeyPatch):
        self.here = self.redis = 0.0
        self._context = context
        now = context.store.connection.now
        monkeypatch.setattr(context.store.connection, "now", lambda: now() + self.redis)
        self.clocks = ClockSkewMonitor(wall=lambda: now() + self.here, monotonic=now)
        self.look()

    def look(self) -> None:
        self.clocks.check(self._context)

    def alarmed(self) -> bool:
        return AlarmCause.CLOCK_SKEW.encode() in self._context.store.read_world().alarms


@pytest.fixture
def jumping(town: Town, monkeypatch: pytest.MonkeyPatch) -> Jumping:
    return Jumping(town.context, monkeypatch)


@pytest.mark.parametrize("which", ["here", "redis"])
@pytest.mark.parametrize("seconds", [HOUR, -HOUR, 11, -11])
def test_a_jump_raises_an_alarm_until_it_is_undone(town: Town, jumping: Jumping, which: str, seconds: int) -> None:
    assert not jumping.alarmed()
    setattr(jumping, which, seconds)
    for _ in range(3):
        jumping.look()
    assert jumping.alarmed()
    assert town.store.work_queue.count_items("alerts") == 1, "one cause is one alarm: one text to the one admin"
    setattr(jumping, which, 0)
    jumping.look()
    assert not jumping.alarmed()


def test_both_clocks_of_one_host_jump_together(jumping: Jumping) -> None:
    jumping.here = jumping.redis = HOUR
    jumping.look()
    assert jumping.alarmed()


def test_two_schedulers_do_not_contradict_each_other(town: Town, jumping: Jumping) -> None:
    """One scheduler started before the jump. The other started after it, and sees nothing wrong."""
    jumping.here = jumping.redis = HOUR
    later = ClockSkewMonitor(wall=lambda: town.store.now(), monotonic=lambda: town.store.now() - HOUR)
    for _ in range(3):
        jumping.look()
        later.check(town.context)
    assert town.store.work_queue.count_items("alerts") == 1


def test_a_small_difference_raises_no_alarm(jumping: Jumping) -> None:
    jumping.here, jumping.redis = 4, -4
    jumping.look()
    assert not jumping.alarmed()


def test_clocks_that_never_agreed_raise_an_alarm_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = town.context.store.connection.now
    with caplog.at_level(logging.ERROR, "mwavuli.clock"):
        ClockSkewMonitor(wall=lambda: now() + 60, monotonic=now).check(town.context)
    assert AlarmCause.CLOCK_SKEW.encode() in town.store.read_world().alarms
    assert "they are +60 s apart" in caplog.text
    ClockSkewMonitor(wall=now, monotonic=now).check(town.context)  # both are corrected
    assert AlarmCause.CLOCK_SKEW.encode() not in town.store.read_world().alarms


def due_in(town: Town) -> dict[bytes, int]:
    """Return the items of the lane, and the seconds until each is due."""
    now = town.store.connection.execute("TIME")
    rows = town.store.connection.execute("ZRANGE", "due:bulk", 0, -1, "WITHSCORES")
    return {name: round(score / 1000 - int(now[0]) - int(now[1]) / 1e6) for name, score in rows}


def put(town: Town, **due: float) -> None:
    """Schedule items due in these seconds, as they look after the clock of Redis went back an hour."""
    now = town.store.now()
    for name, seconds in due.items():
        town.store.connection.execute("ZADD", "due:bulk", int((now + HOUR + seconds) * 1000), name)


def test_what_was_due_when_redis_clock_went_back_is_due(town: Town, jumping: Jumping) -> None:
    put(town, late=-10, lease=15, verifier=180, tomorrow=86400)
    town.store.connection.execute("ZADD", "due:bulk", 0, "long due")
    town.store.connection.batch([("SET", "bell:bulk", 1), ("SET", "pace:africastalking:all", 1 << 50)])
    jumping.redis = -HOUR
    jumping.look()
    assert due_in(town) | {b"long due": 0} == {
        b"long due": 0, b"late": -10, b"lease": 15, b"verifier": 180, b"tomorrow": 86400 + HOUR
    }  # fmt: skip
    assert not town.store.connection.execute("EXISTS", "bell:bulk", "pace:africastalking:all")


def test_two_schedulers_shift_due_times_once(town: Town, jumping: Jumping) -> None:
    other = ClockSkewMonitor(wall=lambda: town.store.now(), monotonic=lambda: town.store.now() - jumping.redis)
    other.check(town.context)
    put(town, lease=15)
    jumping.redis = -HOUR
    jumping.look()
    other.check(town.context)
    assert due_in(town) == {b"lease": 15}


def test_a_jump_forward_shifts_no_due_time(town: Town, jumping: Jumping) -> None:
    put(town, lease=15)
    jumping.redis = HOUR
    jumping.look()
    assert due_in(town) == {b"lease": HOUR + 15}


def test_a_lease_whose_time_was_shifted_is_void(town: Town) -> None:
    """Another worker takes over the remaining work, as after any lease."""
    stored = town.store.seal_item(b"bc:1234.0")
    town.store.connection.execute("ZADD", "due:bulk", 0, stored)
    [item] = town.store.work_queue.claim("bulk", 1)
    moved = town.store.connection.execute("ZINCRBY", "due:bulk", HOUR * 1000, item.stored)
    item = replace(item, lease_until_ms=int(moved))
    assert town.store.work_queue.has_lease(item)
    assert town.store.work_queue.shift_due_times(LANES, HOUR) == 1
    assert not town.store.work_queue.has_lease(item)
    assert not town.store.work_queue.finish(item)
    assert due_in(town) == {stored: 15}


def test_a_tonight_area_that_is_checked_too_early_is_checked_again(town: Town) -> None:
    turn = town.store.read_turn(number("Amina"))
    town.store.apply_intents(turn, (AddTonightArea(turn.world.atlas.resolve("Soko Mwezi").id),), "en")
    assert town.store.commit(turn.transaction)
    [night] = town.store.connection.execute("ZRANGE", "due:bulk", 0, -1)
    town.store.connection.execute("ZADD", "due:bulk", 0, night)
    town.work()
    assert town.store.connection.execute("ZSCORE", "due:bulk", night) > town.store.now() * 1000 + HOUR * 1000
