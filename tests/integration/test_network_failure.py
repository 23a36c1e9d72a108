"""When the network takes nothing, or does not answer: lanes pause, counts add up, and no recipient is lost."""

import logging
import random
import secrets
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gateway.errors import StoreUnavailable
from gateway.model.alert import AlertTask
from gateway.model.broadcast import RecipientState as At
from gateway.numbers import Number
from gateway.providers import Recipient, SendOutcome
from gateway.store import keys
from gateway.turns.delivery_reports import DeliveryReportHandler
from jobs import dispatch
from jobs.sending import backoff
from jobs.sending.backoff import FAILURES_BEFORE_ALARM
from tests.harness.cast import number as number_of
from tests.harness.reports import at_report
from tests.harness.steps_alerts import PEOPLE, counts, messages, send
from tests.harness.town import Town

ALL = {At.ACCEPTED: len(PEOPLE)}
STATES = {state.value.encode(): state for state in At}


def calls(town: Town) -> int:
    asked: int = town.network.get("/stats").json()["calls"]
    return asked


def alarms(town: Town) -> set[str]:
    return set(town.store.read_world().alarms.values())


def queue(town: Town, *names: str) -> None:
    """Queue a text of the menu for each of them, on the messages lane."""
    for name in names:
        town[name].text("HELP")


TROUBLE: dict[str, tuple[dict[str, object], str]] = {
    "key refused": ({"wrong_key": True}, "our sender name is refused"),
    "our sender name is refused": ({"invalid_sender": True}, "our sender name is refused"),
    "our sender name is refused, number by number": ({"refuse_share": {"402": 1.0}}, "our sender name is refused"),
    "no airtime": ({"balance": 0}, "no airtime"),
    "too many requests": ({"error_status": 429}, "no texts are sent"),
    "down": ({"error_status": 503}, "no texts are sent"),
    "down, number by number": ({"refuse_share": {"500": 1.0}}, "no texts are sent"),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_one_request_probes_the_network_and_others_wait(
    crowd: Town, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """All lanes pause. After each pause one call is made. Recovery needs no operator, and one alarm is raised."""
    faults, alarm = TROUBLE[name]
    crowd.faults(**faults)
    number = send(crowd)
    crowd.work()
    first = calls(crowd)
    assert 1 <= first <= 3, "the calls that left together"
    assert all(crowd.store.circuit_breaker.remaining_pause_s(lane) for lane in ("alerts", "messages", "bulk"))
    for _ in range(FAILURES_BEFORE_ALARM + 2):
        crowd.end_pauses()
        crowd.work()
    assert calls(crowd) == first + FAILURES_BEFORE_ALARM + 2
    assert counts(crowd, number) == {At.PENDING: len(PEOPLE)}
    assert alarms(crowd) == {alarm}
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == [f"ALARM: {alarm}"]
    crowd.faults()
    crowd.end_pauses()
    crowd.work()
    assert counts(crowd, number) == ALL and not alarms(crowd)
    assert messages(crowd)[PEOPLE[0].e164] == 1


def test_a_failure_on_one_lane_pauses_the_other_lanes(crowd: Town) -> None:
    crowd.faults(wrong_key=True)
    send(crowd)
    crowd.work()
    asked = calls(crowd)
    queue(crowd, "Amina", "Bahati", "Chiku")
    crowd.work()
    assert calls(crowd) == asked
    crowd.faults()
    crowd.see_through()
    assert len(crowd["Amina"].inbox()) == 1


@pytest.mark.parametrize("trouble", backoff.PAUSES_BY_ERROR)
def test_pauses(crowd: Town, trouble: backoff.ProviderErrorKind) -> None:
    """A busy network is tried again within half a minute; one that an operator must repair, soonest for alerts."""
    for _ in range(12):
        crowd.end_pauses()
        backoff.trip_circuit(crowd.context, backoff.Lane.ALERTS, trouble)
    left = {lane: crowd.store.circuit_breaker.remaining_pause_s(lane) for lane in ("alerts", "messages", "bulk")}
    if trouble is backoff.ProviderErrorKind.BUSY:
        assert all(14 < seconds <= 25 for seconds in left.values())
    else:
        assert left["alerts"] <= 12.5 and 40 < left["messages"] <= 75 and left["bulk"] > 220


def test_an_open_circuit_breaker_does_not_stop_work_that_sends_nothing(crowd: Town) -> None:
    """While no text leaves, reports are decided and alerts are deleted."""
    backoff.trip_circuit(crowd.context, backoff.Lane.ALERTS, backoff.ProviderErrorKind.REJECTED_SENDER)
    send(crowd)
    connection = crowd.store.connection
    item = crowd.store.seal_item(AlertTask.EXPIRE_ALERT.item(1234))
    connection.execute("ZADD", "due:alerts", 0, item)
    dispatch.run_lane(crowd.context, "alerts", 10)
    assert connection.execute("ZSCORE", "due:alerts", item) is None
    assert crowd.store.work_queue.has_due_items("alerts"), "the warning itself"


def test_refusals_by_code(crowd: Town) -> None:
    """Blacklisted and dead numbers are refused for good, below a fifth of each call; only busy ones are tried again."""
    blocked, dead, busy = PEOPLE[:10], PEOPLE[10:20], PEOPLE[75:80]
    codes = {406: blocked, 403: dead, 500: busy}
    crowd.faults(refuse={p.e164: code for code, people in codes.items() for p in people})
    number = send(crowd)
    crowd.work()
    crowd.faults(refuse={p.e164: code for code in (406, 403) for p in codes[code]})
    crowd.let_pass_lane("alerts")
    crowd.work()
    tally = crowd.store.recipients.read_counts(f"{number}.0")
    assert tally.refusals == {403: 10, 406: 10}
    assert tally.states[At.REFUSED] == 20 and tally.states[At.ACCEPTED] == len(PEOPLE) - 20
    assert messages(crowd) == Counter({p.e164: 1 for p in PEOPLE[20:]})
    turns = [crowd.store.read_turn(p) for p in blocked]
    assert all(turn.subscription and turn.is_muted for turn in turns)


def test_a_recipient_that_is_always_deferred_is_refused_with_that_code(crowd: Town) -> None:
    crowd.faults(refuse={PEOPLE[7].e164: 501})
    number = send(crowd)
    for _ in range(9):
        crowd.work()
        crowd.let_pass_lane("alerts")
    assert crowd.store.recipients.read_counts(f"{number}.0").refusals == {501: 1}


# Answers that do not say what became of it


SILENCE: dict[str, dict[str, object]] = {
    "a page": {"html_instead": True},
    "nobody in it": {"empty_recipients": True},
    "cut off": {"cut_off": True},
    "words": {"text_instead": True},
    "an error, though taken": {"error_status": 504, "error_taken": True},
}


@pytest.mark.parametrize("name", SILENCE)
def test_a_call_without_answer_is_unknown_and_later_texts_wait(crowd: Town, name: str) -> None:
    """The texts are unknown and sent once more. Meanwhile no other text is lost in the same way."""
    crowd.faults(**SILENCE[name])
    number = send(crowd)
    crowd.work()
    said = counts(crowd, number)
    assert sum(said.values()) == len(PEOPLE)
    assert set(said) <= {At.UNKNOWN, At.PENDING} and said[At.UNKNOWN]
    asked = calls(crowd)
    crowd.work()
    assert calls(crowd) == asked and crowd.store.circuit_breaker.remaining_pause_s("alerts"), "the lane is paused"
    crowd.faults()
    crowd.see_through()
    crowd.let_pass_lane("alerts", AlertTask.RESEND_UNKNOWN)
    crowd.see_through()
    assert counts(crowd, number) == ALL
    taken = messages(crowd)
    assert set(taken) == {p.e164 for p in PEOPLE}
    twice = sum(n - 1 for n in taken.values())
    assert twice in ((0,) if name in ("a page", "words") else (said[At.UNKNOWN],))


@pytest.mark.parametrize("name", SILENCE)
def test_a_single_text_is_never_doubled_and_shown_unknown(town: Town, name: str) -> None:
    town.faults(**SILENCE[name])
    queue(town, "Amina")
    town.work()
    town.faults()
    town.see_through()
    assert messages(town)[number_of("Amina").e164] <= 1
    assert town.store.send_counters.read()["messages"]["unknown"] == 1


# Lost answers of Redis


def test_a_command_to_redis_whose_answer_is_lost_loses_no_text(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker marked the start and got no answer. No text was sent, so the worker may start again."""
    queue(town, "Amina")
    run, connection = town.store.connection.run_script, town.store.connection

    def deaf(name: str, *words: object) -> object:
        found = run(name, *words)
        if name == "mark_started":
            raise StoreUnavailable("its answer is lost")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(connection, "run_script", deaf)
        dispatch.run_lane(town.context, "messages", 10)
    assert connection.execute("HLEN", "begun:messages") == 1
    assert town["Amina"].inbox() == []
    town.let_pass_lane("messages")
    assert len(town["Amina"].inbox()) == 1
    assert "unknown" not in town.store.send_counters.read().get("messages", {})


def test_a_start_marked_by_a_dead_worker_does_not_count_as_ours(town: Town) -> None:
    queue(town, "Amina")
    [item] = town.store.work_queue.claim("messages", 8)
    assert town.store.work_queue.mark_started(item)  # and dies
    time.sleep(0.002)  # a lease is named by its millisecond
    town.let_pass_lane("messages")
    assert town["Amina"].inbox() == []
    assert town.store.send_counters.read()["messages"]["unknown"] == 1


# How many texts a crash can double


@pytest.mark.parametrize("in_flight", [1, 3])
class TestCrashBound:
    @pytest.fixture
    def environ(self, tmp_path: Path, environ: dict[str, str], in_flight: int) -> dict[str, str]:
        (tmp_path / "settings.toml").write_text(f"[sending]\nrequest_size = 20\nin_flight = {in_flight}\n")
        return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}

    def test_only_recipients_of_calls_in_flight_are_claimed(
        self, crowd: Town, in_flight: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A worker that is killed leaves at most the recipients of its calls in flight."""
        claimed, send_on = [], crowd.context.provider.send

        def look(text: str, recipients: Sequence[Recipient], until: float) -> Mapping[Number, SendOutcome]:
            claimed.append(counts(crowd, number)[At.CLAIMED])
            return send_on(text, recipients, until)

        monkeypatch.setattr(crowd.context.provider, "send", look)
        number = send(crowd)
        crowd.work()
        assert counts(crowd, number) == ALL
        assert len(claimed) >= len(PEOPLE) / 20
        assert 0 < max(claimed) <= in_flight * 20


# Counts


def standing(town: Town, number: int) -> tuple[dict[At, int], dict[At, int]]:
    """Return the counts, and the states of recipients one by one, at one moment."""
    broadcast = town.store.read_world() and town.store.world_cache.broadcasts.items[f"{number}.0".encode()]
    asked = [
        ("HGETALL", keys.broadcast_part(town.store.vault, broadcast.id, "n")),
        *(("HVALS", keys.broadcast_part(town.store.vault, broadcast.id, p)) for p in range(1 << broadcast.shard_bits)),
    ]
    with town.store.connection.redis.pipeline(transaction=True) as pipe:
        for words in asked:
            pipe.execute_command(*words)
        said, *hashes = pipe.execute()
    found = Counter(STATES[value[:1]] for values in hashes for value in values)
    return {STATES[f]: int(n) for f, n in said.items() if f in STATES and int(n)}, dict(found)


def agree(said: dict[At, int], found: dict[At, int]) -> bool:
    """Whether counts and states agree. A dead number is refused, then deleted: it is counted without a state."""
    forgotten = said.get(At.REFUSED, 0) - found.get(At.REFUSED, 0)
    return forgotten >= 0 and all(said.get(at, 0) == found.get(at, 0) for at in At if at is not At.REFUSED)


def some_faults(chance: random.Random) -> dict[str, object]:
    """Return one set of faults of the network."""
    return chance.choice(
        [
            {"error_status": chance.choice((429, 500, 503)), "error_next": chance.randrange(4)},
            {"error_status": 504, "error_taken": True, "error_next": 1},
            {"missing_recipients": chance.randrange(40)},
            {"refuse_share": {str(chance.choice((403, 405, 407, 500, 502))): chance.random() / 4}},
            {"balance": chance.randrange(200)},
            {"empty_recipients": True},
            {"cut_off": True},
            {"wrong_key": True},
            {},
        ]
    )


@pytest.mark.parametrize("attempt", range(4))
def test_counts_add_up_at_every_moment(crowd: Town, attempt: int) -> None:
    """Counts are checked after each step and while threads send, whatever the network does."""
    seed = secrets.randbelow(10**6)
    print(f"attempt {attempt}, seed {seed}")
    chance, reports = random.Random(seed), DeliveryReportHandler(crowd.context.deployment)
    number = send(crowd, seconds=7200)
    for _ in range(25):
        crowd.faults(**some_faults(chance))
        dispatch.run_lane(crowd.context, "alerts", 0.05)
        said, found = standing(crowd, number)
        assert agree(said, found), (said, found)
        for row in crowd.network.get("/messages", params={"since": 0}).json()["messages"]:
            if chance.random() < 0.05:
                status = chance.choice(("Success", "Sent", "Failed", "Expired"))
                reports.record_report(at_report(row["id"], status, Number.parse(row["number"])))
        said, found = standing(crowd, number)
        assert agree(said, found), (said, found)
        tally = crowd.store.recipients.read_counts(f"{number}.0")
        assert sum(tally.refusals.values()) == tally.states[At.REFUSED]
        crowd.let_pass_lane("alerts")
    crowd.faults()
    for _ in range(3):
        crowd.see_through()
        crowd.let_pass_lane("alerts")
    said, found = standing(crowd, number)
    assert agree(said, found) and sum(said.values()) == len(PEOPLE)
    assert not {At.PENDING, At.CLAIMED} & set(said)
    sent = messages(crowd)
    assert max(sent[person.e164] for person in PEOPLE) <= 2
