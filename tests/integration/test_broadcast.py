"""A broadcast: who gets the warning, and whether the counts always add up to the audience."""

import dataclasses
from collections import Counter
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from gateway.errors import StoreUnavailable
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertTask
from gateway.model.broadcast import OPEN_STATES, RecipientState as At
from gateway.model.task import Task
from gateway.numbers import Number
from gateway.providers import Recipient, SendOutcome
from gateway.store import Transaction, keys
from gateway.turns.delivery_reports import DeliveryReportHandler
from jobs import dispatch
from jobs.handlers import redelivery
from tests.harness.cast import number as number_of
from tests.harness.crowd import nothing_left
from tests.harness.reports import at_report
from tests.harness.steps_alerts import PEOPLE, counts, messages, send, subscribe
from tests.harness.steps_turns import decide
from tests.harness.town import Town


def test_everybody_gets_the_warning_once(crowd: Town) -> None:
    number = send(crowd)
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE)}
    assert messages(crowd) == Counter({p.e164: 1 for p in PEOPLE})


def test_a_subscriber_of_two_areas_gets_one_text(town: Town) -> None:
    subscribe(town, PEOPLE[:3])
    subscribe(town, PEOPLE[:3], "Kasri")
    send(town)
    town.work()
    assert messages(town) == Counter({p.e164: 1 for p in PEOPLE[:3]})


def test_areas_above_and_below_get_the_warning_and_others_do_not(town: Town) -> None:
    subscribe(town, PEOPLE[:1], "Pwani Ndoto")
    subscribe(town, PEOPLE[1:2], "Soko Mwezi")
    subscribe(town, PEOPLE[2:3], "Pwani Ndoto/Taa Mbili")
    send(town, "Soko Mwezi")
    town.work()
    assert set(messages(town)) == {PEOPLE[0].e164, PEOPLE[1].e164}


def test_a_recipient_who_left_meanwhile_is_removed_and_not_sent_to(crowd: Town) -> None:
    number = send(crowd)
    for person in PEOPLE[:10]:
        turn = crowd.store.read_turn(person)
        crowd.store.apply_intents(turn, (intents.Unsubscribe(),), "")
        assert crowd.store.commit(turn.transaction)
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 10}
    assert not set(messages(crowd)) & {p.e164 for p in PEOPLE[:10]}


def test_stop_between_writing_in_and_sending(crowd: Town) -> None:
    """A chunk that was queued before STOP does not send to the subscriber."""
    number = send(crowd)
    broadcast = crowd.store.read_world() and crowd.store.world_cache.broadcasts.items[f"{number}.0".encode()]
    everybody = crowd.store.recipients.find_subscribers(
        [crowd.store.read_world().alert(number).area], range(1 << broadcast.shard_bits), broadcast.shard_bits
    )
    crowd.store.recipients.insert(broadcast, everybody, broadcast.until)
    turn = crowd.store.read_turn(PEOPLE[0])
    crowd.store.apply_intents(turn, (intents.Unsubscribe(),), "")
    assert crowd.store.commit(turn.transaction)
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 1, At.REMOVED: 1}
    assert PEOPLE[0].e164 not in messages(crowd)


def test_refusals_are_told_apart(crowd: Town) -> None:
    """A blacklisted number is muted, a dead number dropped only after several reports; all other texts arrive."""
    crowd.faults(refuse={PEOPLE[0].e164: 406, PEOPLE[1].e164: 403, PEOPLE[2].e164: 407})
    number = send(crowd)
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 3, At.REFUSED: 3}
    turns = [crowd.store.read_turn(p) for p in PEOPLE[:4]]
    assert all(turn.subscription for turn in turns)
    assert [turn.is_muted for turn in turns] == [True, False, False, False]


def test_a_busy_network_gets_the_texts_later(crowd: Town) -> None:
    crowd.faults(error_status=500, error_next=3)
    number = send(crowd)
    crowd.see_through()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE)}
    assert max(messages(crowd).values()) == 1


def test_unknown_recipients_are_sent_to_once_more_and_only_once(crowd: Town) -> None:
    """Recipients missing from the answer are unknown. The warning goes to them once more, then they stay unknown."""
    crowd.faults(missing_recipients=5)
    number = send(crowd)
    crowd.work()
    first = counts(crowd, number)
    assert first[At.UNKNOWN] and sum(first.values()) == len(PEOPLE)
    crowd.let_pass_lane("alerts", AlertTask.RESEND_UNKNOWN)
    crowd.work()
    crowd.let_pass_lane("alerts", AlertTask.RESEND_UNKNOWN)
    crowd.work()
    assert sum(counts(crowd, number).values()) == len(PEOPLE)
    assert max(messages(crowd).values()) <= 2


def test_a_report_settles_what_was_unknown_before_it_is_sent_again(crowd: Town) -> None:
    crowd.faults(missing_recipients=5)
    number = send(crowd)
    crowd.work()
    unknown = counts(crowd, number)[At.UNKNOWN]
    crowd.faults()
    reports = DeliveryReportHandler(crowd.context.deployment)
    for row in crowd.network.get("/messages", params={"since": 0}).json()["messages"]:
        reports.record_report(at_report(row["id"], "Success", Number.parse(row["number"])))
    assert counts(crowd, number) == {At.DELIVERED: len(PEOPLE)}
    crowd.let_pass_lane("alerts", AlertTask.RESEND_UNKNOWN)
    crowd.work()
    assert unknown and max(messages(crowd).values()) == 1


def test_reports_out_of_order_and_unknown(crowd: Town) -> None:
    number = send(crowd)
    crowd.work()
    row = crowd.network.get("/messages", params={"since": 0}).json()["messages"][0]
    reports, person = DeliveryReportHandler(crowd.context.deployment), Number.parse(row["number"])
    statuses = ("Success", "Sent", "Buffered", "Failed", "Odd")
    assert [reports.record_report(at_report(row["id"], s, person)) for s in statuses] == [
        "known", "known", "known", "known", "unknown status",
    ]  # fmt: skip
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 1, At.DELIVERED: 1}


def test_a_worker_dies_with_claimed_recipients(crowd: Town) -> None:
    """The next worker marks them as unknown, goes on with the pending recipients, and sends to them once more."""
    number = send(crowd)
    store = crowd.store
    [item] = [i for i in store.work_queue.claim("alerts", 8) if i.task is AlertTask.SEND_BROADCAST]
    broadcast = store.read_world() and store.world_cache.broadcasts.items[item.payload]
    tokens = store.recipients.find_subscribers([store.read_world().alert(number).area], [0], broadcast.shard_bits)[0][
        :30
    ]
    store.recipients.insert(broadcast, {0: tokens}, broadcast.until)
    assert len(store.recipients.claim(broadcast, tokens)) == 30
    crowd.let_pass_lane("alerts")
    dispatch.run_lane(crowd.context, "alerts", 10)
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 30, At.UNKNOWN: 30}
    crowd.let_pass_lane("alerts", AlertTask.RESEND_UNKNOWN)
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE)}
    assert messages(crowd) == Counter({p.e164: 1 for p in PEOPLE})


def test_nothing_is_sent_after_expiry(crowd: Town) -> None:
    number = send(crowd)
    store = crowd.store
    world = store.read_world()
    transaction = store.transact(
        lambda w, c, now: store.world_cache.broadcasts.put(
            c,
            f"{number}.0".encode(),
            replace(store.world_cache.broadcasts.items[f"{number}.0".encode()], until=now - 1),
        )
    )
    crowd.work()
    assert world and transaction is None
    assert counts(crowd, number) == {At.LAPSED: len(PEOPLE)}
    assert not messages(crowd)


def test_a_warning_ended_before_it_was_sent_notifies_nobody(crowd: Town) -> None:
    """The unsent part of the warning lapses, and nobody gets the end of a warning that they never got."""
    number = send(crowd)
    turn = crowd.store.read_terminal_turn()
    crowd.store.apply_intents(turn, (intents.EndAlert(number),), "")
    assert crowd.store.commit(turn.transaction)
    crowd.work()
    assert counts(crowd, number) == {At.LAPSED: len(PEOPLE)}
    assert counts(crowd, number, 1) == {}
    assert not messages(crowd)


def test_an_ending_goes_only_to_warned_recipients(crowd: Town) -> None:
    crowd.faults(refuse={PEOPLE[5].e164: 407})
    number = send(crowd)
    crowd.work()
    crowd.faults()
    turn = crowd.store.read_terminal_turn()
    crowd.store.apply_intents(turn, (intents.EndAlert(number),), "")
    assert crowd.store.commit(turn.transaction)
    crowd.work()
    assert counts(crowd, number, 1) == {At.ACCEPTED: len(PEOPLE) - 1}
    assert PEOPLE[5].e164 not in messages(crowd)


def test_a_late_subscriber_gets_the_warning_and_its_end(crowd: Town) -> None:
    number = send(crowd)
    crowd.work()
    late = Number.from_int(254713000000)
    subscribe(crowd, [late])
    crowd.work()
    assert messages(crowd)[late.e164] == 1
    turn = crowd.store.read_terminal_turn()
    crowd.store.apply_intents(turn, (intents.EndAlert(number),), "")
    assert crowd.store.commit(turn.transaction)
    crowd.work()
    assert messages(crowd)[late.e164] == 2
    assert sum(counts(crowd, number).values()) == len(PEOPLE) + 1


def test_no_airtime_is_one_alarm_and_nothing_is_lost(crowd: Town) -> None:
    crowd.faults(balance=0)
    number = send(crowd)
    crowd.work()
    assert list(crowd.store.read_world().alarms.values()) == ["no airtime"]
    assert counts(crowd, number) == {At.PENDING: len(PEOPLE)}
    crowd.faults()
    crowd.let_pass_lane("alerts")
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE)}
    assert not crowd.store.read_world().alarms


def test_one_number_that_is_always_deferred_delays_nobody_else(crowd: Town) -> None:
    crowd.faults(refuse={PEOPLE[7].e164: 500})
    number = send(crowd)
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 1, At.PENDING: 1}
    for _ in range(8):
        crowd.let_pass_lane("alerts")
        crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE) - 1, At.REFUSED: 1}
    assert max(messages(crowd).values()) == 1


def test_an_extension_applies_to_pending_recipients_and_later_joiners(crowd: Town) -> None:
    number = send(crowd, seconds=60)
    alert = crowd.store.read_world().alert(number)
    decide(crowd, intents.UpdateAlert(number, alert.venue, alert.text, alert.until + 7200))
    crowd.work()
    first = crowd.store.world_cache.broadcasts.items[f"{number}.0".encode()]
    assert first.until == alert.until + 7200
    lifetime_s = crowd.store.connection.execute("TTL", keys.broadcast_part(crowd.store.vault, f"{number}.0", "n"))
    assert lifetime_s > 7200
    late = Number.from_int(254713000001)
    subscribe(crowd, [late])
    crowd.work()
    assert messages(crowd)[late.e164] == 1


def test_after_the_end_no_recipient_is_claimed(crowd: Town) -> None:
    number = send(crowd)
    store = crowd.store
    broadcast = store.read_world() and store.world_cache.broadcasts.items[f"{number}.0".encode()]
    tokens = store.recipients.find_subscribers([store.read_world().alert(number).area], [0], broadcast.shard_bits)[0]
    store.recipients.insert(broadcast, {0: tokens}, broadcast.until)
    past = replace(broadcast, until=int(store.now()))
    assert store.recipients.claim(past, tokens) == []
    decide(crowd, intents.EndAlert(number))
    assert store.recipients.claim(broadcast, tokens) == []


def test_unknown_recipients_stay_unknown_when_the_warning_is_over(crowd: Town) -> None:
    """The network took the warning: these recipients get the end, and do not count as lapsed."""
    crowd.faults(missing_recipients=5)
    number = send(crowd)
    crowd.work()
    crowd.faults()
    unknown = counts(crowd, number)[At.UNKNOWN]
    decide(crowd, intents.EndAlert(number))
    crowd.let_pass_lane("alerts", AlertTask.RESEND_UNKNOWN)
    crowd.work()
    assert unknown and counts(crowd, number)[At.UNKNOWN] == unknown
    assert counts(crowd, number, 1) == {At.ACCEPTED: len(PEOPLE)}


def test_the_report_of_another_text_settles_no_warning(crowd: Town) -> None:
    subscribe(crowd, [number_of("Amina")])
    crowd.faults(missing_recipients=300)
    number = send(crowd)
    crowd.see_through()
    crowd.faults()
    assert counts(crowd, number) == {At.UNKNOWN: len(PEOPLE) + 1}
    crowd.end_pauses()  # the network did not answer
    crowd["Amina"].text("info")
    crowd.work()
    reply = crowd.network.get("/messages", params={"since": 0}).json()["messages"][-1]
    assert reply["number"] == number_of("Amina").e164 and "JIUNGE" in reply["text"]
    report = at_report(reply["id"], "Success", number_of("Amina"))
    said = DeliveryReportHandler(crowd.context.deployment).record_report(report)
    assert said == "known" and counts(crowd, number) == {At.UNKNOWN: len(PEOPLE) + 1}


def test_a_caller_who_leaves_is_removed_from_every_warning(crowd: Town) -> None:
    number = send(crowd)
    crowd.work()
    turn = crowd.store.read_turn(PEOPLE[3])
    crowd.store.apply_intents(turn, (intents.DeleteCaller(),), "")
    assert crowd.store.commit(turn.transaction)
    crowd.work()
    broadcast = crowd.store.world_cache.broadcasts.items[f"{number}.0".encode()]
    states = crowd.store.recipients.read_states(broadcast, range(1 << broadcast.shard_bits))
    assert all(turn.token not in people for people in states.values())
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE)}


def test_the_sender_gets_the_result_once(crowd: Town) -> None:
    vera = crowd.store.read_turn(number_of("Vera"))
    area = crowd.store.read_world().atlas.resolve("Soko Mwezi").id
    crowd.store.apply_intents(vera, (intents.SendAlert(AlertKind.RAID, area, "Gate", "", vera.now + 3600),), "en")
    assert crowd.store.commit(vera.transaction)
    assert len(crowd["Vera"].inbox()) == 1
    subscribe(crowd, [Number.from_int(254713000002)])
    assert crowd["Vera"].inbox() == []


def test_two_versions_of_the_world_crossing_do_no_harm(town: Town) -> None:
    """A thread that read older versions installs its world last; the next reader reads nothing again, and goes on."""
    tables, read = town.store.world_cache, town.store.connection
    old = list(read.execute("MGET", *tables.version_keys))
    transaction = Transaction()
    tables.alarms.put(transaction, b"x", "hello")
    assert town.store.commit(transaction)
    town.store.read_world()
    read.run_commands(tables.refresh(old))
    new = list(read.execute("MGET", *tables.version_keys))
    assert read.run_commands(tables.refresh(new)).versions == new
    assert read.run_commands(tables.refresh(new)).world.alarms == {b"x": "hello"}


def test_a_damaged_record_does_not_close_access(town: Town) -> None:
    town.store.connection.batch([("HSET", "alarms", "bad", "rubbish"), ("SET", "ver:alarms", "moved")])
    assert town.store.read_world().alarms == {}
    assert "1." in town["Amina"].dial()


def test_staff_who_lost_a_role_get_no_more_of_its_texts(town: Town) -> None:
    """The text was queued while nothing could leave. When it can leave, the role is gone, so it is dropped."""
    town.faults(balance=0)
    town["Chiku"].dial("1", "5", "1", "soko", "1")
    town.work()
    town["Vera"].text("STOP")
    town.faults()
    for lane in ("alerts", "messages"):
        town.let_pass_lane(lane)
    assert not [text for text in town["Vera"].inbox() if "check" in text]


def test_an_answer_after_the_lease_settles_recipients_that_were_unknown(crowd: Town) -> None:
    """The call outlived its worker's lease, and another worker took over. Nobody gets the warning twice."""

    class Slow:
        def __getattr__(self, name: str) -> object:
            return getattr(crowd.context.provider, name)

        def send(self, text: str, recipients: list[Recipient], until: float) -> Mapping[Number, SendOutcome]:
            outcomes = crowd.context.provider.send(text, recipients, until)
            redelivery.recover_from_crash(crowd.context, broadcast, broadcast.until)
            return outcomes

    number = send(crowd)
    broadcast = crowd.store.read_world() and crowd.store.world_cache.broadcasts.items[f"{number}.0".encode()]
    dispatch.run_lane(dataclasses.replace(crowd.context, provider=Slow()), "alerts", 10)
    crowd.let_pass_lane("alerts")
    crowd.work()
    assert counts(crowd, number) == {At.ACCEPTED: len(PEOPLE)}
    assert set(messages(crowd).values()) == {1}


class Dying:
    """A connection that answers a set number of commands, after which the worker is dead. Counts the deaths."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch):
        self._town, self._patch, self.deaths = town, monkeypatch, 0

    def handle(self, task: Task, answers: int) -> bool:
        """Handle the due item of this task with that many answers left. Return whether the worker survived."""
        connection = self._town.store.connection
        self._town.let_pass_lane("alerts", task)
        [item] = [item for item in self._town.store.work_queue.claim("alerts", 8) if item.task is task]
        ask, left = connection._execute_all, iter(range(answers))

        def asked(*args: object) -> list[object]:
            if next(left, None) is None:
                raise StoreUnavailable("dead")
            return ask(*args)  # type: ignore[arg-type]

        with self._patch.context() as patch:
            patch.setattr(connection, "_execute_all", asked)
            try:
                dispatch.handle_item(self._town.context, item)
            except StoreUnavailable:
                self.deaths += 1
                return False
        return True


def clear(town: Town, number: int) -> None:
    turn = town.store.read_terminal_turn()
    town.store.apply_intents(turn, (intents.EndAlert(number),), "")
    assert town.store.commit(turn.transaction)


def ends_whole(town: Town, number: int) -> None:
    """End the alert after a worker died. Assert that no work is left and that every recipient has a final state."""
    clear(town, number)
    town.let_pass_lane("alerts")
    town.work()
    town.let_pass_lane("alerts")
    town.work()
    assert nothing_left(town.store, f"{number}.0")
    assert not set(counts(town, number)) & set(OPEN_STATES), counts(town, number)


def test_a_crash_while_enlisting_a_late_joiner_leaves_nothing_behind(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning ends before another worker takes over."""
    subscribe(town, PEOPLE[:3])
    dying = Dying(town, monkeypatch)
    for answers in range(1, 20):
        number = send(town, place=f"Gate {answers}")
        town.work()
        subscribe(town, [PEOPLE[10 + answers]])
        lived = dying.handle(AlertTask.SEND_TO_NEW_SUBSCRIBER, answers)
        ends_whole(town, number)
        if lived:
            break
    assert dying.deaths > 4


def test_a_crash_during_redelivery_leaves_nothing_behind(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(town, PEOPLE[:3])
    dying = Dying(town, monkeypatch)
    monkeypatch.setattr("gateway.providers.africastalking.send.TIMEOUTS_S", (3.05, 0.5))
    for answers in range(1, 20):
        town.faults(timeout_next=1)
        number = send(town, place=f"Gate {answers}")
        town.work()
        town.faults()
        town.end_pauses()
        town.work()
        assert counts(town, number) == {At.UNKNOWN: 3}
        lived = dying.handle(AlertTask.RESEND_UNKNOWN, answers)
        ends_whole(town, number)
        if lived:
            break
    assert dying.deaths > 4
