"""One text, one record or one item that always fails holds up nobody else, in any lane."""

import pytest

from gateway.crypto.vault import Purpose
from gateway.errors import NoFreeCode, RecordContended, StoreUnavailable, WrongType
from gateway.model import intents
from gateway.model.alert import AlertTask
from gateway.model.broadcast import RecipientState as At
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind
from gateway.store import WorkItem, keys
from jobs import dispatch
from jobs.context import JobContext
from jobs.handler import HANDLERS
from jobs.handlers.inactivity import _scan_buckets
from jobs.sending.send import MIN_REFUSED_TEXTS
from tests.harness.cast import number
from tests.harness.steps_alerts import PEOPLE, counts, messages, send, subscribe
from tests.harness.town import Town

AMINA, BAHATI, CHIKU = number("Amina"), number("Bahati"), number("Chiku")


def refuse_texts(town: Town, monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """Have the network refuse one text whole where it holds one of these words. Return the texts it was asked for."""
    send_text, asked = town.context.provider.send, []

    def send_or_refuse(text: str, recipients: object, until: float) -> object:
        asked.append(text)
        if any(word in text for word in words):
            raise ProviderError(ProviderErrorKind.BUSY, is_about_text=True)
        return send_text(text, recipients, until)  # type: ignore[arg-type]

    monkeypatch.setattr(town.context.provider, "send", send_or_refuse)
    return asked


def test_a_refused_language_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one warning in two languages, the one that the network takes leaves at once, and no lane pauses."""
    subscribe(town, PEOPLE[:10])
    do_in_english(town, AMINA, BAHATI)
    refuse_texts(town, monkeypatch, "Taarifa")
    alert = send(town)
    dispatch.run_lane(town.context, "alerts", 5)
    assert counts(town, alert) == {At.ACCEPTED: 2, At.PENDING: 10}
    assert not any(town.store.circuit_breaker.remaining_pause_s(lane) for lane in ("alerts", "messages"))
    assert not town.store.read_world().alarms


def do_in_english(town: Town, *people: Number) -> None:
    where = town.store.read_world().atlas.resolve("Soko Mwezi").id
    for person in people:
        turn = town.store.read_turn(person)
        town.store.apply_intents(turn, (intents.Subscribe(where),), "en")
        assert town.store.commit(turn.transaction)


def test_a_refused_text_waits_behind_the_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = refuse_texts(town, monkeypatch, "Msaada")
    town["Amina"].text("MSAADA")
    for name in ("Bahati", "Chiku"):
        town[name].text("HELP")
    dispatch.run_lane(town.context, "messages", 5)
    assert {BAHATI.e164, CHIKU.e164} <= set(messages(town)), asked
    assert not town.store.circuit_breaker.remaining_pause_s("messages")


def test_a_network_that_refuses_each_text_is_taken_to_refuse_all(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_texts(town, monkeypatch, "")
    for at, (name, words) in enumerate((("Amina", "HELP"), ("Bahati", "RIGHTS 101"), ("Chiku", "MSAADA"))):
        assert bool(town.store.circuit_breaker.remaining_pause_s("messages")) is (at >= MIN_REFUSED_TEXTS)
        town[name].text(words)
        dispatch.run_lane(town.context, "messages", 1)
    assert town.store.circuit_breaker.remaining_pause_s("messages")


@pytest.mark.parametrize("packed", [b"", b"\x00", b"\xff" * 12, b"\x18\x03" + b"\xff" * 9], ids=repr)
def test_a_damaged_record_holds_up_no_warning_and_no_scan(packed: bytes, town: Town) -> None:
    subscribe(town, PEOPLE[:5])
    token = town.store.vault.token(PEOPLE[0], Purpose.SUBSCRIBER)
    town.store.connection.execute("HSET", keys.subscription_bucket(token), token, packed)
    alert = send(town)
    town.work()
    assert counts(town, alert)[At.ACCEPTED] >= 4
    assert {person.e164 for person in PEOPLE[1:5]} <= set(messages(town))
    town.clock("Mon 12:00")
    town.sleep(399 * 86400)
    _scan_buckets(town.context, town.now(), range(keys.BUCKETS))
    found = town.store.read_subscription(town.store.vault.token(PEOPLE[1], Purpose.SUBSCRIBER))
    assert found and found.unanswered_questions == 1, "the scan came past it"


@pytest.mark.parametrize("error", [RecordContended, WrongType, NoFreeCode, ValueError])
def test_an_item_that_always_fails_lets_the_others_go_on(
    error: type[Exception], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[bytes] = []

    def handle(context: JobContext, item: WorkItem) -> None:
        if item.payload == b"1111":
            raise error("it never works")
        done.append(item.payload)
        context.store.work_queue.finish(item)

    monkeypatch.setitem(HANDLERS, AlertTask.EXPIRE_ALERT, handle)
    for at, name in enumerate(("1111", "2222", "3333")):
        item = town.store.seal_item(AlertTask.EXPIRE_ALERT.item(name))
        town.store.connection.execute("ZADD", "due:alerts", at, item)
    dispatch.run_lane(town.context, "alerts", 5)
    assert done == [b"2222", b"3333"]


def test_without_redis_the_whole_lane_waits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(context: JobContext, item: WorkItem) -> None:
        raise StoreUnavailable("Redis is away")

    monkeypatch.setitem(HANDLERS, AlertTask.EXPIRE_ALERT, handle)
    town.store.connection.execute("ZADD", "due:alerts", 0, town.store.seal_item(AlertTask.EXPIRE_ALERT.item("1111")))
    with pytest.raises(StoreUnavailable):
        dispatch.run_lane(town.context, "alerts", 5)


def test_a_text_that_cannot_be_opened_waits_longer_each_time(town: Town) -> None:
    town["Amina"].text("HELP")
    [message] = town.store.connection.redis.scan_iter("msg:*")
    town.store.connection.execute("SET", message, b"not sealed")
    town["Bahati"].text("HELP")
    dispatch.run_lane(town.context, "messages", 2)
    assert BAHATI.e164 in messages(town)
    pauses = town.store.connection.execute("HVALS", "tries:messages")
    assert pauses == [b"1"]
