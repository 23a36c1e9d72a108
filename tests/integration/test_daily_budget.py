"""The daily budget: reserved before a call leaves, with a share for alerts alone. No text is lost because of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.model.alert import AlertTask
from gateway.model.broadcast import RecipientState as At
from jobs import dispatch
from jobs.monitoring.alarms import AlarmCause
from tests.harness.steps_alerts import PEOPLE, counts, messages, send, subscribe
from tests.harness.town import Town

CAP = "[prices]\ndefault = 1.0\n[spend]\ncap = 20\nreserve = 0.5\n"
"""twenty texts of one segment a day, ten of them for alerts alone"""


@pytest.fixture
def spend() -> str:
    return CAP


@pytest.fixture
def environ(tmp_path: Path, environ: dict[str, str], spend: str) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(spend)
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


def spent(town: Town) -> int:
    """Return the units of the currency spent today."""
    return town.store.daily_spend.total(town.store.read_world().local_time(town.now()).date().isoformat()) // 1000


def alarmed(town: Town) -> bool:
    return AlarmCause.BUDGET_SPENT.encode() in town.store.read_world().alarms


def ask(town: Town, people: int, start: int = 0) -> None:
    """Let this many strangers text; each gets one answer."""
    for n, person in enumerate(PEOPLE[start : start + people]):
        town.sms.handle_text(f"text-{start}-{n}", person, "HELP")


def test_answers_stop_at_the_reserve_and_leave_the_next_day(town: Town) -> None:
    town.clock("Mon 20:00")
    ask(town, 15)
    town.work()
    assert (len(messages(town)), alarmed(town)) == (11, True)  # ten answers, and the alarm itself, which is urgent
    assert spent(town) == 11
    town.clock("Tue 00:01")
    town.work()
    assert (sum(messages(town).values()), spent(town), alarmed(town)) == (16, 5, False)


def test_an_answer_whose_deadline_comes_first_lapses(town: Town) -> None:
    """A day starts at midnight, an answer lives 12 hours: one deferred in the morning lapses, and is logged."""
    town.clock("Mon 10:00")
    ask(town, 11)
    town.work()
    town.clock("Tue 00:01")
    town.work()
    assert sum(messages(town).values()) == 11
    assert town.store.work_queue.count_items("messages") == 0


def test_alerts_use_the_reserve_and_go_on_above_the_cap(town: Town) -> None:
    subscribe(town, PEOPLE[:30])
    number = send(town)
    town.work()
    assert counts(town, number) == {At.ACCEPTED: 30}
    assert alarmed(town)
    assert spent(town) == 31  # and the alarm to its admin


def test_one_alarm_for_the_day(town: Town) -> None:
    ask(town, 15)
    town.work()
    ask(town, 15, start=15)
    town.work()
    assert len([text for text in town["Zuhura"].inbox() if text.startswith("Alarm")]) == 1


class TestStopAtTheCap:
    @pytest.fixture
    def spend(self) -> str:
        return CAP + "alerts_over_cap = false\n[sending]\nrequest_size = 10\nin_flight = 1\n"

    def test_alerts_wait_where_the_setting_says_so(self, town: Town) -> None:
        """A call that would pass the cap does not leave before midnight."""
        town.clock("Mon 22:00")
        subscribe(town, PEOPLE[:30])
        number = send(town, seconds=3 * 3600)
        for _ in range(8):
            town.let_pass_lane("alerts", AlertTask.SEND_BROADCAST)
            dispatch.run_lane(town.context, "alerts", 1)
        assert counts(town, number) == {At.ACCEPTED: 20, At.PENDING: 10}
        assert alarmed(town)
        town.clock("Tue 00:01")
        town.let_pass_lane("alerts", AlertTask.SEND_BROADCAST)
        town.work()
        assert counts(town, number) == {At.ACCEPTED: 30}


def test_the_cost_of_an_unsent_text_is_refunded(town: Town) -> None:
    subscribe(town, PEOPLE[:6])
    town.faults(refuse={PEOPLE[0].e164: 403, PEOPLE[1].e164: 406, PEOPLE[2].e164: 407})
    send(town)
    town.work()
    assert spent(town) == 3
    town.faults(error_status=503)
    ask(town, 3, start=100)
    town.work()
    assert spent(town) == 3
    town.faults()
    town.let_pass_lane("messages")
    town.work()
    assert spent(town) == 6


def test_the_cost_of_an_unknown_text_is_not_refunded(town: Town) -> None:
    """The network took the call, and its answer was lost."""
    town.faults(html_instead=True)
    ask(town, 1)
    town.work()
    assert spent(town) == 1


def test_many_at_once_never_pass_the_limit(town: Town) -> None:
    """Eight threads reserve 3 each out of 1000: exactly 333 reservations succeed."""
    with ThreadPoolExecutor(8) as pool:
        taken = [*pool.map(lambda _: town.store.daily_spend.reserve("2026-11-25", 3, 1000), range(500))]
    assert sorted(total for total in taken if total is not None) == [*range(3, 1000, 3)]
    assert town.store.daily_spend.total("2026-11-25") == 999


def test_no_number_and_no_area_in_the_keys(town: Town) -> None:
    ask(town, 1)
    town.work()
    keys = town.store.connection.execute("KEYS", "spent:*")
    assert len(keys) == 1 and keys[0].decode()[6:] == town.store.read_world().local_time(town.now()).date().isoformat()


class TestNoCap:
    @pytest.fixture
    def spend(self) -> str:
        return "[prices]\ndefault = 1.0\n"

    def test_without_a_cap_nothing_is_counted(self, town: Town) -> None:
        ask(town, 2)
        town.work()
        assert not town.store.connection.execute("KEYS", "spent:*")
