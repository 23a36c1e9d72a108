"""What an attack looks like raises an alarm at the next sweep of the clock (once a second)."""

import secrets

import pytest
from msgspec.structs import replace

from gateway.model.sos import SOS_FEATURE
from gateway.numbers import Number
from gateway.providers.events import DeliveryReport, DeliveryStatus
from gateway.turns.delivery_reports import DeliveryReportHandler
from jobs import scheduler
from jobs.monitoring.alarms import ALARM_LABELS, AlarmCause, raise_alarm
from menus.alarms import FORGED, NOBODY
from tests.harness.cast import number
from tests.harness.steps_alerts import PEOPLE, send, subscribe
from tests.harness.town import Town

FLOOD = 60


def alarms(town: Town) -> set[str]:
    scheduler.sweep(town.context)
    return set(town.store.read_world().alarms.values())


def silence(town: Town, *names: str) -> None:
    """Make these members of staff inactive, as a forger or an order at the terminal would."""
    tokens = {town.store.vault.token(number(name), "staff") for name in names}  # type: ignore[arg-type]

    def write(world, transaction, now):  # type: ignore[no-untyped-def]
        for person in world.roster.people:
            if person.token in tokens:
                town.store.world_cache.staff.put(transaction, person.token, replace(person, active=False))

    town.store.transact(write)


@pytest.mark.parametrize("cause", AlarmCause)
def test_every_alarm_says_what_to_do(cause: AlarmCause, town: Town) -> None:
    raise_alarm(town.context, cause)
    assert ALARM_LABELS[cause] in town["Vera"].dial("1", "7", "2468", "8")
    said = town["Vera"].choose("The alarm: what to do")
    is_named = cause in NOBODY | FORGED
    assert ALARM_LABELS[cause] in said and "1. Team" in said
    assert ("Texts may come late. Tell the person who runs this" in said) is not is_named


def test_the_causes_with_a_remedy_of_their_own_exist() -> None:
    assert set(AlarmCause) >= NOBODY | FORGED


def test_whoever_silences_the_last_verifier_is_noticed(town: Town) -> None:
    assert alarms(town) == set()
    silence(town, "Vera")
    assert alarms(town) == set(), "another verifier is there"
    silence(town, "Wema", "Zuhura")
    assert "nobody to check" in alarms(town)


def test_without_an_admin_the_senders_learn_of_the_alarm(town: Town) -> None:
    silence(town, "Zuhura")
    assert "no admin" in alarms(town)
    town.work()
    assert any(text.startswith("Alarm: no admin") for text in town["Sabra"].inbox())


def test_whoever_makes_many_leave_at_once_is_noticed(town: Town) -> None:
    subscribe(town, PEOPLE[:200])
    for n, person in enumerate(PEOPLE[:20]):
        assert alarms(town) == set(), f"{n} who leave are no alarm"
        town.sms.handle_text(secrets.token_hex(8), person, "STOP")
    assert alarms(town) == {"many stop our texts"}
    town.sleep(1201)
    assert alarms(town) == set()


def test_strangers_who_send_stop_are_no_alarm(town: Town) -> None:
    for person in PEOPLE[:40]:
        town.sms.handle_text(secrets.token_hex(8), person, "STOP")
    assert alarms(town) == set()


def test_a_few_of_many_who_leave_are_no_alarm(town: Town) -> None:
    subscribe(town, [Number.from_int(254717000000 + n) for n in range(1500)])
    subscribe(town, PEOPLE[:21])
    for person in PEOPLE[:21]:
        town.sms.handle_text(secrets.token_hex(8), person, "STOP")
    assert alarms(town) == set()


def test_whoever_floods_with_calls_for_help_is_noticed(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    for n in range(FLOOD):
        town.sms.handle_text(secrets.token_hex(8), Number.from_int(254718000000 + n), "SOS")
    assert "very many calls for help" in alarms(town)


@pytest.mark.parametrize("reports", [19, 20])
def test_whoever_sends_in_our_name_is_noticed_by_the_reports(town: Town, reports: int) -> None:
    """The network reports on texts that we never sent."""
    handler = DeliveryReportHandler(town.context.deployment)
    for n in range(reports):
        handler.record_report(DeliveryReport(f"ATXid_{n}", DeliveryStatus.DELIVERED, number=PEOPLE[n]))
    assert alarms(town) == ({"perhaps others text as us"} if reports >= 20 else set())


def test_reports_that_come_before_the_answer_to_a_request_are_no_alarm(town: Town) -> None:
    """A quick network reports on a text before the worker has read that the network took it."""
    town.faults(reports={"mode": "off"})
    handler, store, early = DeliveryReportHandler(town.context.deployment), town.store, []
    mark = store.recipients.mark_single_text

    def report_first(hash_: bytes, is_asked_for: bool = False) -> None:
        [row] = town.network.get("/messages", params={"since": len(early)}).json()["messages"]
        report = DeliveryReport(row["id"], DeliveryStatus.DELIVERED, number=Number.parse(row["number"]))
        early.append(handler.record_report(report))
        mark(hash_, is_asked_for)

    store.recipients.mark_single_text = report_first  # type: ignore[method-assign]
    for n in range(22):
        town.sms.handle_text(secrets.token_hex(8), PEOPLE[n], "RIGHTS")
        town.work()
    assert early == ["stranger"] * 22
    assert alarms(town) == set()


def test_reports_that_the_network_repeats_are_no_alarm(town: Town) -> None:
    subscribe(town, PEOPLE[:1])
    send(town)
    town.work()
    [row] = town.network.get("/messages", params={"since": 0}).json()["messages"]
    handler = DeliveryReportHandler(town.context.deployment)
    for _ in range(40):
        report = DeliveryReport(row["id"], DeliveryStatus.DELIVERED, number=Number.parse(row["number"]))
        assert handler.record_report(report) == "known"
    assert alarms(town) == set()


def test_whoever_makes_hundreds_of_numbers_join_by_text_is_noticed(town: Town) -> None:
    for n in range(FLOOD):
        town.sms.handle_text(secrets.token_hex(8), Number.from_int(254719000000 + n), "JOIN soko mwezi")
    assert alarms(town) == {"very many join by text"}


def test_whoever_silences_every_verifier_by_forged_stops_is_noticed(town: Town) -> None:
    """Their roles stay, but no report reaches anybody."""
    for name in ("Vera", "Wema", "Zuhura"):
        town[name].text("STOP")
    assert {"nobody to check", "no admin"} <= alarms(town)


def test_whoever_forges_a_few_stops_at_a_time_is_noticed_before_most_are_silent(town: Town) -> None:
    subscribe(town, PEOPLE[:200])
    for left in range(0, 200, 9):
        for person in PEOPLE[left : left + 9]:
            town.sms.handle_text(secrets.token_hex(8), person, "STOP")
        if "many stop our texts" in alarms(town):
            break
        town.sleep(601)
    assert left < 50
