"""What a network says of one number is asked "of how many else?", and deletes nobody on one day alone."""

import pytest

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.broadcast import RecipientState as At
from gateway.numbers import Number
from gateway.store import keys
from gateway.turns.delivery_reports import DeliveryReportHandler
from jobs.handlers.inactivity import _scan_buckets
from jobs.monitoring.floods import check_floods
from tests.harness.cast import number
from tests.harness.reports import at_report
from tests.harness.steps_alerts import (
    PEOPLE,
    counts,
    messages,
    report_delivery,
    send,
    send_and_end_alert,
    subscribe,
    subscription_of,
)
from tests.harness.steps_turns import do
from tests.harness.town import Town

DAY = 86400
AMINA, BAHATI, CHIKU, DAFINA = (number(name) for name in ("Amina", "Bahati", "Chiku", "Dafina"))
BLOCKED = "our texts are blocked"
QUESTION = "Your network stopped our texts. Start again?"


def alarms(town: Town) -> set[str]:
    return set(town.store.read_world().alarms.values())


def is_muted(town: Town, person: Number) -> bool:
    return town.store.read_turn(person).is_muted


def refuse(town: Town, *people: Number, code: int = 406) -> None:
    town.faults(refuse={person.e164: code for person in people})


@pytest.fixture
def thirty(town: Town) -> list[Number]:
    """Return thirty subscribers."""
    subscribe(town, PEOPLE[:30])
    return PEOPLE[:30]


def test_a_sender_that_is_not_cleared_loses_nobody(town: Town, thirty: list[Number]) -> None:
    refuse(town, *thirty)
    alert = send(town)
    town.work()
    assert counts(town, alert) == {At.PENDING: 30}
    assert not any(is_muted(town, person) for person in thirty)
    assert alarms(town) == {BLOCKED}
    assert all(town.store.circuit_breaker.remaining_pause_s(lane) for lane in ("alerts", "messages", "bulk"))
    refuse(town)
    town.let_pass_lane("alerts")
    town.see_through()
    assert counts(town, alert) == {At.ACCEPTED: 30}
    assert set(messages(town).values()) == {1}


def test_such_a_warning_waits_until_the_account_is_mended(town: Town, thirty: list[Number]) -> None:
    refuse(town, *thirty)
    alert = send(town)
    for _ in range(10):
        town.let_pass_lane("alerts")
        town.work()
    refuse(town)
    town.let_pass_lane("alerts")
    town.see_through()
    assert counts(town, alert) == {At.ACCEPTED: 30}


def test_a_fifth_of_a_call_is_a_fault_and_the_others_are_texted(town: Town) -> None:
    people = PEOPLE[:15]
    subscribe(town, people)
    refuse(town, *people[:3])
    alert = send(town)
    town.work()
    assert counts(town, alert)[At.ACCEPTED] == 12
    assert alarms(town) == {BLOCKED}
    assert all(subscription_of(town, person) and not is_muted(town, person) for person in people)


def test_of_sixteen_three_are_below_a_fifth_and_are_muted(town: Town) -> None:
    people = PEOPLE[:16]
    subscribe(town, people)
    refuse(town, *people[:3])
    alert = send(town)
    town.work()
    assert counts(town, alert) == {At.ACCEPTED: 13, At.REFUSED: 3}
    assert [is_muted(town, person) for person in people] == [True] * 3 + [False] * 13
    assert not alarms(town)


def test_the_hour_tells_where_each_text_is_a_call_of_its_own(town: Town) -> None:
    """The first two are muted, and the third shows that the account is at fault: then nobody is."""
    people = {"Amina": AMINA, "Bahati": BAHATI, "Chiku": CHIKU}
    subscribe(town, list(people.values()))
    refuse(town, *people.values())
    for name, muted in (("Amina", 1), ("Bahati", 2), ("Chiku", 0)):
        town[name].text("HELP")
        town.work()
        assert sum(is_muted(town, person) for person in people.values()) == muted
    assert alarms(town) == {BLOCKED}
    refuse(town)
    town.let_pass()
    town.see_through()
    assert len(town["Chiku"].inbox()) == 1, "the answer waited"


def test_a_live_warning_goes_to_those_who_were_muted_by_mistake(town: Town) -> None:
    subscribe(town, [AMINA, BAHATI])
    refuse(town, AMINA, CHIKU, DAFINA)
    alert = send(town)
    town.work()
    assert counts(town, alert) == {At.ACCEPTED: 1, At.REFUSED: 1}
    for name in ("Chiku", "Dafina"):
        town[name].text("HELP")
        town.work()
    assert not is_muted(town, AMINA)
    refuse(town)
    town.let_pass_lane("alerts")
    town.see_through()
    assert counts(town, alert) == {At.ACCEPTED: 2}
    assert town.store.recipients.read_counts(f"{alert}.0").refusals == {}


def muted_amina(town: Town) -> None:
    subscribe(town, [AMINA, *PEOPLE[:5]])
    refuse(town, AMINA)
    send_and_end_alert(town)
    refuse(town)
    assert is_muted(town, AMINA)


def test_a_muted_person_is_kept_and_gets_no_warning(town: Town) -> None:
    muted_amina(town)
    assert subscription_of(town, AMINA)
    alert = send(town)
    town.work()
    assert counts(town, alert) == {At.ACCEPTED: 5, At.LAPSED: 1}
    assert AMINA.e164 not in messages(town)


def test_an_answer_that_arrives_undoes_it(town: Town) -> None:
    muted_amina(town)
    town["Amina"].text("HELP")
    assert town["Amina"].inbox()
    assert is_muted(town, AMINA), "taken is not delivered"
    report_delivery(town, AMINA, "Success")
    assert not is_muted(town, AMINA)


def test_an_answer_that_fails_undoes_nothing(town: Town) -> None:
    muted_amina(town)
    town["Amina"].text("HELP")
    town.work()
    report_delivery(town, AMINA, "Failed")
    assert is_muted(town, AMINA)


def test_on_another_day_it_is_a_stop(town: Town) -> None:
    muted_amina(town)
    refuse(town, AMINA)
    town["Amina"].text("HELP")
    town.work()
    assert subscription_of(town, AMINA), "the same day counts once"
    town.sleep(DAY)
    town["Amina"].text("HELP")
    town.work()
    assert subscription_of(town, AMINA) is None and not is_muted(town, AMINA)


def test_a_late_copy_of_one_report_is_no_second_day(town: Town) -> None:
    subscribe(town, [AMINA, *PEOPLE[:5]])
    town.clock("Tue 22:00")
    town["Amina"].text("HELP")
    town.work()
    report_delivery(town, AMINA, "Failed", "UserInBlacklist")
    town.sleep(12 * 3600)
    report_delivery(town, AMINA, "Failed", "UserInBlacklist")
    assert subscription_of(town, AMINA) and is_muted(town, AMINA)


def test_one_key_starts_texts_again(town: Town) -> None:
    muted_amina(town)
    send(town)
    town.work()
    assert town["Amina"].dial("1").startswith("99. ! 1 waits\n")
    assert town["Amina"].press("99") == f"{QUESTION}\n1. Yes\n2. No\n0. Home"
    assert town["Amina"].press("1").startswith("Done.")
    assert not is_muted(town, AMINA)
    assert len(town["Amina"].inbox()) == 1, "the warning that is live"
    assert "waits" not in town["Amina"].dial("1")


def test_no_leaves_it_as_it_is(town: Town) -> None:
    muted_amina(town)
    town["Amina"].dial("1", "99", "2")
    assert is_muted(town, AMINA)


def test_behind_a_pin_the_question_waits_for_the_pin(town: Town) -> None:
    """Before it the phone is a stranger's, and keys that are known by heart change nothing."""
    muted_amina(town)
    do(town, "Amina", intents.SetOwnPin("2580"))
    stranger = town["Dafina"].dial("1")
    assert town["Amina"].dial("1") == stranger
    town["Amina"].press("99")
    assert QUESTION not in town["Amina"].screen
    assert is_muted(town, AMINA)
    town["Amina"].dial("1")
    assert town["Amina"].press("7", "2580").startswith("99. ! 1 waits")
    assert QUESTION in town["Amina"].press("99")
    town["Amina"].press("1")
    assert not is_muted(town, AMINA)


def test_stop_ends_the_mute_too(town: Town) -> None:
    muted_amina(town)
    town["Amina"].text("STOP")
    assert not is_muted(town, AMINA)


def test_nobody_is_asked_or_forgotten_while_texts_rest(town: Town) -> None:
    muted_amina(town)
    town.sleep(500 * DAY)
    town.store.connection.execute("SET", keys.mute(town.store.vault.token(AMINA, Purpose.SUBSCRIBER)), "1")
    for _ in range(4):
        _scan_buckets(town.context, town.now(), range(keys.BUCKETS))
        town.sleep(30 * DAY)
    found = subscription_of(town, AMINA)
    assert found and not found.unanswered_questions
    assert subscription_of(town, PEOPLE[0]) is None, "who was asked twice, and is silent"


@pytest.mark.parametrize("code", [406, 409])
def test_a_question_that_the_network_refuses_was_not_asked(code: int, town: Town) -> None:
    """Nobody is deleted for silence after questions that never left."""
    town.clock("Mon 12:00")
    subscribe(town, [AMINA])
    refuse(town, AMINA, code=code)
    town.sleep(400 * DAY)
    _scan_buckets(town.context, town.now(), range(keys.BUCKETS))
    found = subscription_of(town, AMINA)
    assert found and found.unanswered_questions == 1
    town.work()
    found = subscription_of(town, AMINA)
    assert found and found.unanswered_questions == 0


@pytest.mark.parametrize("code", [401, 407, 409])
def test_a_network_that_refuses_many_numbers_is_an_alarm(code: int, town: Town) -> None:
    subscribe(town, PEOPLE[:12])
    refuse(town, *PEOPLE[:3], code=code)
    alert = send(town)
    town.work()
    assert counts(town, alert) == {At.ACCEPTED: 9, At.REFUSED: 3}
    assert alarms(town) == {BLOCKED}


def test_reports_that_all_are_blacklisted_mute_nobody(town: Town, thirty: list[Number]) -> None:
    send(town)
    town.work()
    for person in thirty[:10]:
        report_delivery(town, person, "Failed", "UserInBlacklist")
    assert all(subscription_of(town, person) for person in thirty)
    assert sum(is_muted(town, person) for person in thirty) == 0


def test_a_stranger_who_is_answered_is_not_muted(town: Town) -> None:
    """There is nothing to stop: only phones with a record of ours have one of these."""
    refuse(town, DAFINA)
    town["Dafina"].text("HELP")
    town.work()
    assert not is_muted(town, DAFINA)


@pytest.mark.parametrize("code", [403, 404])
def test_a_network_that_calls_many_numbers_dead_drops_none(code: int, town: Town) -> None:
    people = PEOPLE[:12]
    subscribe(town, people)
    refuse(town, *people[:4], code=code)
    for _ in range(4):
        send_and_end_alert(town)
        assert BLOCKED in alarms(town)
        town.sleep(DAY)
    assert all(subscription_of(town, person) for person in people)
    assert not list(town.store.connection.redis.scan_iter("dead:*"))


def test_the_alarm_ends_by_itself(town: Town, thirty: list[Number]) -> None:
    refuse(town, *thirty)
    send_and_end_alert(town)
    assert BLOCKED in alarms(town)
    town.sleep(3 * 3600)
    check_floods(town.context)
    assert BLOCKED not in alarms(town)


@pytest.mark.parametrize("first", ["Failed", "AbsentSubscriber", "Expired"])
def test_the_best_news_wins(first: str, town: Town) -> None:
    subscribe(town, [AMINA, BAHATI])
    alert = send(town)
    town.work()
    report_delivery(town, AMINA, first)
    report_delivery(town, AMINA, "Success")
    assert counts(town, alert) == {At.ACCEPTED: 1, At.DELIVERED: 1}
    for later in ("Failed", "Expired", "AbsentSubscriber", "Buffered", "Sent"):
        report_delivery(town, AMINA, later)
    assert counts(town, alert) == {At.ACCEPTED: 1, At.DELIVERED: 1}
    do_end(town, alert)
    assert len(town["Amina"].inbox()) == 2, "the warning and its ending"


@pytest.mark.parametrize(("status", "ending"), [("AbsentSubscriber", True), ("Expired", True), ("Failed", False)])
def test_whoever_may_have_the_warning_hears_its_end(status: str, ending: bool, town: Town) -> None:
    subscribe(town, [AMINA, BAHATI])
    alert = send(town)
    town.work()
    report_delivery(town, AMINA, status)
    do_end(town, alert)
    assert len(town["Amina"].inbox()) == 1 + ending


def test_a_warning_that_arrives_after_the_ending_left_has_its_ending(town: Town) -> None:
    subscribe(town, [AMINA, BAHATI])
    alert = send(town)
    town.work()
    sent = newest(town, AMINA)
    report(town, sent, "Failed")
    do_end(town, alert)
    assert len(town["Amina"].inbox()) == 1
    report(town, sent, "Success")
    assert len(town["Amina"].inbox()) == 1, "the ending"
    report(town, sent, "Success")
    assert not town["Amina"].inbox()


def newest(town: Town, person: Number) -> str:
    texts = town.network.get("/messages", params={"since": 0}).json()["messages"]
    return [text["id"] for text in texts if text["number"] == person.e164][-1]


def report(town: Town, message_id: str, status: str) -> None:
    DeliveryReportHandler(town.context.deployment).record_report(at_report(message_id, status, AMINA))


def do_end(town: Town, alert: int) -> None:
    turn = town.store.read_terminal_turn()
    town.store.apply_intents(turn, (intents.EndAlert(alert),), "")
    assert town.store.commit(turn.transaction)
    town.work()
