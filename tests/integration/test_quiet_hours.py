"""Texts that nobody waits for wait at night, come once a day at most, and not to a subscriber who wants none."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.broadcast import RecipientState as At
from gateway.model.message import Lane, LegalBasis, MessageTask
from gateway.model.subscription import TextPreference
from gateway.numbers import Number
from gateway.settings import load, seconds_until_end
from gateway.store import Transaction
from tests.harness.cast import number
from tests.harness.steps_alerts import counts, messages, send, subscribe
from tests.harness.town import Town

AMINA = number("Amina")
HOUR, DAY = 3600, 86400


def at(hour: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-28T{hour}:00").replace(tzinfo=ZoneInfo("Africa/Nairobi"))


@pytest.mark.parametrize(
    ("span", "hour", "left"),
    [
        ("21:00-08:00", "20:59", 0),
        ("21:00-08:00", "21:00", 11 * HOUR),
        ("21:00-08:00", "23:59", 8 * HOUR + 60),
        ("21:00-08:00", "00:00", 8 * HOUR),
        ("21:00-08:00", "07:59", 60),
        ("21:00-08:00", "08:00", 0),
        ("12:00-14:30", "13:00", 90 * 60),
        ("12:00-14:30", "11:59", 0),
        ("12:00-14:30", "14:30", 0),
        ("", "03:00", 0),
    ],
)
def test_how_long_quiet_hours_last(span: str, hour: str, left: int) -> None:
    assert seconds_until_end(span, at(hour)) == left


def test_the_night_in_which_clocks_go_forward_is_shorter() -> None:
    here = datetime(2026, 3, 28, 22, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert seconds_until_end("21:00-08:00", here) == 9 * HOUR


@pytest.mark.parametrize("span", ["21-08", "21:00", "25:00-08:00", "08:00-08:00", "21:00-08:00-09:00"])
def test_bad_hours_are_reported(span: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "settings.toml"
    path.write_text(f'[quiet]\nhours = "{span}"\n', "utf-8")
    with pytest.raises(BadInput, match=r"quiet\.hours"):
        load({"MWAVULI_SETTINGS": str(path)})


@pytest.fixture
def day(town: Town) -> Town:
    """Return a town at noon, where Amina gets warnings and has written today."""
    town.clock("Mon 12:00")
    subscribe(town, [AMINA])
    town["Amina"].text("HELP")
    town.work()
    town.network.post("/reset")
    return town


def put(town: Town, text: str, lane: Lane = Lane.BULK, to: Number = AMINA) -> None:
    transaction = Transaction()
    town.context.queue_text(transaction, to, text, lane, LegalBasis.ANSWER, int(town.now()))
    assert town.store.commit(transaction)
    town.work()


def choose(town: Town, texts: TextPreference, person: Number = AMINA) -> None:
    turn = town.store.read_turn(person)
    town.store.apply_intents(turn, (intents.SetTextPreference(texts),), "")
    assert town.store.commit(turn.transaction)


def got(town: Town) -> list[str]:
    return [m["text"] for m in town.network.get("/messages", params={"since": 0}).json()["messages"]]


def test_news_wait_at_night_and_come_in_the_morning(day: Town) -> None:
    day.clock("Mon 22:00")
    put(day, "news")
    day.sleep(9 * HOUR)
    day.work()
    assert got(day) == []
    day.sleep(HOUR + 1)
    day.work()
    assert got(day) == ["news"]


def test_answers_and_warnings_do_not_wait(day: Town) -> None:
    day.clock("Mon 22:00")
    put(day, "an answer", Lane.MESSAGES)
    alert = send(day)
    day.work()
    assert len(got(day)) == 2 and counts(day, alert) == {At.ACCEPTED: 1}


def test_one_text_a_day_and_the_next_after_24_hours(day: Town) -> None:
    day["Bahati"].text("HELP")
    day.work()
    day.network.post("/reset")
    for text in ("first", "second"):
        put(day, text)
    put(day, "Bahati's", to=number("Bahati"))
    assert got(day) == ["first", "Bahati's"]
    day.sleep(23 * HOUR)
    day.work()
    assert len(got(day)) == 2
    day["Amina"].text("HELP")  # so that a text to Amina is allowed
    day.sleep(HOUR + 60)
    day.work()
    assert got(day)[-1] == "second"


def test_a_text_the_network_puts_off_counts_once(day: Town) -> None:
    day.faults(error_status=500, error_next=1)
    put(day, "news")
    assert day.network.get("/faults").json()["error_next"] == 0, "the first try failed"
    day.let_pass_lane("bulk", MessageTask.SEND_MESSAGE)
    day.work()
    assert got(day) == ["news"]


def test_news_that_waited_too_long_lapse(day: Town) -> None:
    day.clock("Mon 22:00")
    put(day, "news")
    for _ in range(4):  # Amina goes on writing, and the lane sends nothing
        day.sleep(DAY)
        day["Amina"].text("HELP")
    day.clock("Fri 12:00")
    day["Amina"].text("HELP")
    day.work()
    assert got(day) and "news" not in got(day)


@pytest.mark.parametrize("texts", TextPreference)
def test_each_choice_by_day_and_by_night(texts: TextPreference, day: Town) -> None:
    """News at noon, a warning at noon, a warning at midnight, an answer at midnight."""
    choose(day, texts)
    put(day, "news")
    noon = send(day)
    day.work()
    day.clock("Tue 00:30")
    day.work()
    night = send(day)
    put(day, "an answer", Lane.MESSAGES)
    come = {
        TextPreference.ALL: (True, At.ACCEPTED, At.ACCEPTED),
        TextPreference.ALERTS_ONLY: (False, At.ACCEPTED, At.ACCEPTED),
        TextPreference.DAYTIME: (True, At.ACCEPTED, At.LAPSED),
        TextPreference.NONE: (False, At.LAPSED, At.LAPSED),
    }[texts]
    assert ("news" in got(day), counts(day, noon), counts(day, night)) == (come[0], {come[1]: 1}, {come[2]: 1})
    assert "an answer" in got(day)


def test_a_preference_changed_before_sending_counts(town: Town) -> None:
    """No other text is delayed with it, and the counts add up."""
    people = [Number.parse(f"+2547111{i:05}") for i in range(30)]
    subscribe(town, people)
    alert = send(town)
    broadcast = town.store.read_world() and town.store.world_cache.broadcasts.items[f"{alert}.0".encode()]
    where = [town.store.read_world().alert(alert).area]
    for prefix, tokens in town.store.recipients.find_subscribers(
        where, range(1 << broadcast.shard_bits), broadcast.shard_bits
    ).items():
        town.store.recipients.insert(broadcast, {prefix: tokens}, broadcast.until)
    for person in people[:10]:
        choose(town, TextPreference.NONE, person)
    town.work()
    assert counts(town, alert) == {At.ACCEPTED: 20, At.LAPSED: 10}
    assert messages(town) == Counter({p.e164: 1 for p in people[10:]})


def test_stop_forgets_the_count_of_the_day(day: Town) -> None:
    put(day, "news")
    assert list(day.store.connection.redis.scan_iter("daily:*"))
    day["Amina"].text("STOP")
    day.work()
    assert not list(day.store.connection.redis.scan_iter("daily:*"))
