"""Redis runs out of memory: nobody is added, warnings go on, and leaving always works."""

from collections.abc import Callable, Iterator

import pytest

from gateway.errors import StoreUnavailable
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.store import Transaction
from jobs import scheduler
from jobs.monitoring import memory
from tests.harness.cast import number
from tests.harness.steps_turns import leave
from tests.harness.town import Town

NO_ROOM = "We cannot add anything now"
HEADROOM = 64 << 20
"""bytes beside which what a test itself uses is nothing"""
Fill = Callable[[float], None]


@pytest.fixture
def fill(town: Town) -> Iterator[Fill]:
    """Make Redis full to a share, with records of no use."""
    call = town.store.connection.execute

    def to(share: float) -> None:
        call("DEL", "ballast")
        call("CONFIG", "SET", "maxmemory", 0)
        call("SETRANGE", "ballast", HEADROOM, "x")
        used = int(_parse_info(call("INFO", "memory"))["used_memory"])
        call("CONFIG", "SET", "maxmemory", int(used / share))

    yield to
    call("CONFIG", "SET", "maxmemory", 0)
    call("DEL", "ballast")


def _parse_info(info: bytes) -> dict[str, str]:
    return dict(line.split(":", 1) for line in info.decode().splitlines() if ":" in line)


def members(town: Town) -> int:
    return sum(town.store.count_subscribers().values())


@pytest.fixture
def joined(town: Town) -> Town:
    for name in ("Amina", "Bahati", "Chiku"):
        town[name].text_and_confirm("JOIN Soko Mwezi")
    town.work()
    for name in ("Amina", "Bahati", "Chiku"):
        town[name].inbox()
    return town


def warn(town: Town, place: str) -> None:
    store = town.store
    area = store.read_world().atlas.resolve("Soko Mwezi").id
    turn = store.read_terminal_turn()
    store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, place, "", turn.now + 3600),), "")
    assert store.commit(turn.transaction)


def test_from_nine_tenths_on_nobody_is_added_and_warnings_leave(joined: Town, fill: Fill) -> None:
    town = joined
    assert not town.store.read_world().is_full
    fill(0.93)
    for _ in range(3):
        scheduler.sweep(town.context)
    assert list(town.store.read_world().alarms.values()) == ["the memory is almost full"]
    assert [text for text in town["Zuhura"].inbox() if "Alarm" in text] == ["Alarm: the memory is almost full"]
    assert "the memory is almost full" in town["Zuhura"].dial("1", "7", "9753", "8")

    town["Dafina"].text("JOIN Soko Mwezi")
    assert NO_ROOM in town["Dafina"].inbox()[0]
    assert members(town) == 3
    warn(town, "Gate")
    assert all("Gate" in " ".join(town[name].inbox()) for name in ("Amina", "Bahati", "Chiku"))
    town["Bahati"].text("STOP")
    assert members(town) == 2

    fill(0.5)
    scheduler.sweep(town.context)
    assert not town.store.read_world().is_full
    town["Dafina"].text_and_confirm("JOIN Soko Mwezi")
    assert members(town) == 3


def test_the_screens_say_that_redis_is_full(joined: Town, fill: Fill) -> None:
    town = joined
    dafina = town["Dafina"]
    dafina.dial("1", "1", "1", "soko")
    assert "Texts come for Soko Mwezi." in dafina.screen, dafina.screen
    assert "Others can make the network tell.\n1. Yes, join" in dafina.screen, dafina.screen
    fill(0.95)
    memory.check_memory(town.context)
    dafina.press("1")
    assert NO_ROOM in dafina.screen, "the caller read the question before, and gets the refusal all the same"
    assert members(town) == 3


def test_the_alarm_ends_only_well_below_the_limit(joined: Town, fill: Fill) -> None:
    fill(0.93)
    memory.check_memory(joined.context)
    fill(0.88)
    memory.check_memory(joined.context)
    assert joined.store.read_world().is_full
    fill(0.80)
    memory.check_memory(joined.context)
    assert not joined.store.read_world().is_full


def test_a_caller_can_leave_although_redis_is_full(joined: Town, fill: Fill) -> None:
    """By text, by dialling and by the network. Redis refuses a subscription that no check refused before."""
    town = joined
    fill(1.02)
    with pytest.raises(StoreUnavailable):
        town.store.connection.execute("SET", "any", 1)
    with pytest.raises(StoreUnavailable):
        town["Dafina"].text("JOIN Soko Mwezi")
    town["Amina"].text("STOP")
    assert town.store.read_turn(number("Amina")).subscription is None
    leave(town, "DELETE", "Bahati")
    assert town.store.read_turn(number("Bahati")).subscription is None
    memory.check_memory(town.context)
    assert town.store.read_world().is_full, "the alarm is raised even now"
    assert members(town) == 1


def test_a_commit_is_whole_or_nothing_when_memory_is_full(town: Town, fill: Fill) -> None:
    fill(1.02)
    transaction = Transaction()
    transaction.write("SET", "a", 1)
    transaction.write("HSET", "b", "c", 2)
    assert town.store.commit(transaction)
    more = Transaction()
    more.adds_data = True
    more.write("SET", "d", 1)
    with pytest.raises(StoreUnavailable):
        town.store.commit(more)
    assert town.store.connection.batch([("EXISTS", "a", "b"), ("EXISTS", "d")]) == [2, 0]
