"""A promotional sender delivers in its hours only: staff know it before they send, and a late text counts as late."""

from pathlib import Path

import pytest

from gateway import settings
from gateway.model import intents
from gateway.model.broadcast import RecipientState as At
from gateway.numbers import Number
from gateway.profile import build_tariff
from gateway.turns.delivery_reports import DeliveryReportHandler
from jobs.monitoring.alarms import AlarmCause
from tests.harness.reports import at_report
from tests.harness.steps_alerts import PEOPLE, counts, messages, send, subscribe
from tests.harness.town import Town

ELSEWHERE = Number.from_int(254733000001)
HOURS = """
[networks.day]
sender = "promotional"
hours = "08:00-18:00"
prefixes = ["+254712"]
[networks.night]
sender = "transactional"
hours = "08:00-18:00"
prefixes = ["+254711", "+254733"]
"""


@pytest.fixture
def environ(tmp_path: Path, environ: dict[str, str]) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(HOURS)
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


def alarmed(town: Town) -> bool:
    return AlarmCause.OUTSIDE_SENDER_HOURS.encode() in town.store.read_world().alarms


def write(town: Town, *people: Number) -> None:
    """Let each text; each is to get one answer."""
    for person in people:
        town.sms.handle_text(f"text-{hash(person)}", person, "HELP")


@pytest.mark.parametrize(
    ("hours", "at", "closed", "opens"),
    [
        ("08:00-18:00", "Mon 07:59", True, "Mon 08:00"),
        ("08:00-18:00", "Mon 08:00", False, "Mon 08:00"),
        ("08:00-18:00", "Mon 18:00", True, "Tue 08:00"),
        ("Mon-Sat 08:00-18:00", "Sat 20:00", True, "Mon 08:00"),
        ("Mon-Fri 08:00-20:00; Sat 09:00-12:00", "Sat 08:30", True, "Sat 09:00"),
    ],
)
def test_when_a_network_delivers(town: Town, tmp_path: Path, hours: str, at: str, closed: bool, opens: str) -> None:
    (tmp_path / "one.toml").write_text(f"[networks.day]\nsender = 'promotional'\nhours = '{hours}'\n")
    tuning = settings.load({"MWAVULI_SETTINGS": str(tmp_path / "one.toml")}).tuning
    town.clock(at)
    (found,) = build_tariff(tuning).carriers_with_hours
    local = town.store.read_world().local_time(town.now())
    assert (found.is_closed(local), f"{found.next_delivery(local):%a %H:%M}") == (closed, opens)


def test_a_transactional_sender_and_all_hours_are_no_limit(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(HOURS + "[networks.all]\nsender = 'promotional'\nhours = '00:00-24:00'\n")
    tuning = settings.load({"MWAVULI_SETTINGS": str(tmp_path / "one.toml")}).tuning
    assert [carrier.name for carrier in build_tariff(tuning).carriers_with_hours] == ["day"]


def test_an_answer_waits_for_the_networks_hours_others_do_not(town: Town) -> None:
    town.clock("Mon 05:00")
    write(town, PEOPLE[0], ELSEWHERE)
    town.work()
    assert set(messages(town)) == {ELSEWHERE.e164}
    town.clock("Mon 08:00")
    town.work()
    assert set(messages(town)) == {ELSEWHERE.e164, PEOPLE[0].e164}


def test_an_answer_that_would_lapse_first_leaves_all_the_same(town: Town) -> None:
    """An answer of 18:05 lives until 06:05. The network may take it, and we could not send it later."""
    town.clock("Mon 18:05")
    write(town, PEOPLE[0])
    town.work()
    assert set(messages(town)) == {PEOPLE[0].e164}


def test_a_warning_leaves_at_once_with_an_alarm(town: Town) -> None:
    """The network may take it. The alarm ends when the network delivers again."""
    town.clock("Mon 06:00")
    subscribe(town, PEOPLE[:3])
    number = send(town, seconds=5 * 3600)
    town.work()
    assert counts(town, number) == {At.ACCEPTED: 3}
    assert alarmed(town)
    assert "Alarm: a network delays texts" in town["Zuhura"].inbox()
    town.clock("Mon 08:00")
    town.work()
    assert not alarmed(town)


def test_hours_that_end_while_it_is_live_are_an_alarm(town: Town) -> None:
    town.clock("Mon 16:00")
    subscribe(town, PEOPLE[:3])
    send(town, seconds=4 * 3600)
    town.work()
    assert not alarmed(town)
    town.clock("Mon 18:00")
    town.work()
    assert alarmed(town)
    town.clock("Mon 20:01")
    town.work()
    assert not alarmed(town), "nothing is live"


def test_staff_read_the_delay_before_they_send(town: Town) -> None:
    steps = ("1", "7", "2468", "8", "2", "1", "soko", "1", "gate", "1", "1")
    town.clock("Mon 06:00")
    vera = town["Vera"]
    vera.dial()
    for key in steps:
        vera.press(key)
    assert "day: texts wait until 08:00." in vera.screen
    town.clock("Mon 09:00")
    vera.dial()
    for key in steps:
        vera.press(key)
    assert "texts wait" not in vera.screen and "1. Send" in vera.screen


class TestByText:
    @pytest.fixture
    def environ(self, environ: dict[str, str]) -> dict[str, str]:
        return environ | {"MWAVULI_STAFF_SMS": "1"}

    def test_staff_who_text_read_the_delay_in_the_answer(self, town: Town) -> None:
        town.clock("Mon 06:00")
        town.give_codes("Vera", ["700001"])
        town["Vera"].text_and_confirm("ALERT 700001 soko mwezi raid gate")
        assert "day: texts wait until 08:00." in town["Vera"].inbox()[0]


class TestLate:
    """A text that is reported as delivered after the warning was over is shown as late, not as delivered."""

    def report(self, town: Town, status: str = "Success") -> None:
        found = town.network.get("/messages", params={"since": 0}).json()["messages"]
        sent = next(m for m in found if m["number"] == PEOPLE[0].e164)
        DeliveryReportHandler(town.context.deployment).record_report(at_report(sent["id"], status, PEOPLE[0]))

    @pytest.fixture
    def number(self, town: Town) -> int:
        subscribe(town, PEOPLE[:2])
        number = send(town, seconds=3600)
        town.work()
        return number

    @pytest.mark.parametrize(
        ("after", "status", "state"),
        [
            (3500, "Success", At.DELIVERED),
            (3600 + 500, "Success", At.DELIVERED),  # a report takes a while
            (3600 + 700, "Success", At.LATE),
            (3600 + 700, "Failed", At.FAILED),
        ],
    )
    def test_a_text_is_late_by_the_time_of_its_report(
        self, town: Town, number: int, after: int, status: str, state: At
    ) -> None:
        town.sleep(after)
        self.report(town, status)
        assert counts(town, number) == {At.ACCEPTED: 1, state: 1}

    def test_a_warning_made_longer_is_not_over(self, town: Town, number: int) -> None:

        turn = town.store.read_terminal_turn()
        alert = turn.world.alert(number)
        town.store.apply_intents(turn, (intents.UpdateAlert(number, alert.venue, alert.text, alert.until + 3600),), "")
        assert town.store.commit(turn.transaction)
        town.sleep(3600 + 700)
        self.report(town)
        assert counts(town, number) == {At.ACCEPTED: 1, At.DELIVERED: 1}

    def test_beside_an_ending_that_is_in_time(self, town: Town, number: int) -> None:
        town.sleep(3600 + 700)
        town.work()
        self.report(town)
        assert counts(town, number) == {At.ACCEPTED: 1, At.LATE: 1}
        assert counts(town, number, edition=1) == {At.ACCEPTED: 2}

    def test_a_late_recipient_gets_the_end(self, town: Town, number: int) -> None:
        town.sleep(3600 + 700)
        self.report(town)
        town.work()
        assert messages(town)[PEOPLE[0].e164] == 2
        assert counts(town, number, edition=1) == {At.ACCEPTED: 2}
