"""Dead numbers are dropped, but not at the first report, and never because a phone is only off."""

import pytest
from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.subscription import Channel, Subscription, TextPreference, Wording, week_number
from gateway.numbers import Number
from gateway.store import keys
from gateway.turns.delivery_reports import DeliveryReportHandler
from tests.harness.cast import number
from tests.harness.reports import at_report
from tests.harness.steps_alerts import report_delivery, send_and_end_alert, subscribe, subscription_of
from tests.harness.town import Town

DAY = 86400
AMINA, BAHATI = number("Amina"), number("Bahati")


@pytest.fixture
def pair(town: Town) -> Town:
    subscribe(town, [AMINA, BAHATI])
    return town


def strikes(town: Town, name: Number) -> bytes | None:
    found: bytes | None = town.store.connection.execute(
        "GET", keys.dead_days(town.store.vault.token(name, Purpose.SUBSCRIBER))
    )
    return found


@pytest.mark.parametrize("code", [403, 404])
def test_reports_of_a_dead_number_on_three_days_in_two_weeks_drop_it(code: int, pair: Town) -> None:
    pair.faults(refuse={AMINA.e164: code})
    for _ in range(2):
        send_and_end_alert(pair)
        pair.sleep(DAY)
    assert subscription_of(pair, AMINA)
    send_and_end_alert(pair)
    assert subscription_of(pair, AMINA) is None and subscription_of(pair, BAHATI)
    assert strikes(pair, AMINA) is None, "what counted against a number goes with it"


def test_one_day_of_many_warnings_is_one_strike(pair: Town) -> None:
    pair.faults(refuse={AMINA.e164: 403})
    for _ in range(4):
        send_and_end_alert(pair)
    assert subscription_of(pair, AMINA)


def test_strikes_grow_old(pair: Town) -> None:
    pair.faults(refuse={AMINA.e164: 403})
    for days in (7, 7, 7, 7):
        send_and_end_alert(pair)
        pair.sleep(days * DAY)
    assert subscription_of(pair, AMINA), "never three within fourteen days"


def test_a_delivered_text_clears_strikes(pair: Town) -> None:
    for _ in range(2):
        pair.faults(refuse={AMINA.e164: 403})
        send_and_end_alert(pair)
        pair.sleep(DAY)
        pair.faults()
        send_and_end_alert(pair)
        assert report_delivery(pair, AMINA, "Success") == "known"
        assert strikes(pair, AMINA) is None
        pair.sleep(DAY)
    pair.faults(refuse={AMINA.e164: 403})
    send_and_end_alert(pair)
    assert subscription_of(pair, AMINA)


@pytest.mark.parametrize(
    ("status", "reason", "dropped"),
    [
        ("Failed", "UserDoesNotExist", True),
        ("Rejected", "UserAccountSuspended", True),
        ("Failed", "UserIsInactive", False),
        ("Failed", "DeliveryFailure", False),
        ("Failed", "", False),
        ("AbsentSubscriber", "AbsentSubscriber", False),
        ("Expired", "", False),
    ],
)
def test_reports_count_where_they_say_that_nobody_has_the_number(
    status: str, reason: str, dropped: bool, pair: Town
) -> None:
    for _ in range(3):
        send_and_end_alert(pair)
        assert report_delivery(pair, AMINA, status, reason) == "known"
        pair.sleep(DAY)
    assert (subscription_of(pair, AMINA) is None) is dropped


def test_a_blacklist_drops_on_the_second_day_and_a_strangers_report_never(pair: Town) -> None:
    send_and_end_alert(pair)
    reports = DeliveryReportHandler(pair.context.deployment)
    assert reports.record_report(at_report("ATXid_of_nobody", "Failed", BAHATI, "UserInBlackList")) == "stranger"
    assert report_delivery(pair, AMINA, "Failed", "UserInBlackList") == "known"
    assert subscription_of(pair, AMINA), "one report deletes nobody"
    pair.sleep(DAY)
    pair["Amina"].text("HELP")
    pair.work()
    assert report_delivery(pair, AMINA, "Failed", "UserInBlackList") == "known"
    assert subscription_of(pair, AMINA) is None and subscription_of(pair, BAHATI)


def test_only_subscribers_have_strikes(town: Town) -> None:
    town["Dafina"].text("HELP")
    town.faults(refuse={number("Dafina").e164: 403})
    town.work()
    assert not list(town.store.connection.redis.scan_iter("dead:*"))


def test_a_report_notes_the_week_once(pair: Town) -> None:
    """Nothing else of the record changes. The test runs by day, because the record also stores "no texts at night"."""
    pair.clock("Wed 10:00")
    token = pair.store.vault.token(AMINA, Purpose.SUBSCRIBER)
    full = Subscription(
        "zh_Hans",
        consent_week=2000,
        seen_week=2001,
        channel=Channel.SMS,
        wording=Wording.CODE,
        text_preference=TextPreference.DAYTIME,
        unanswered_questions=2,
        asked_week=2950,
        areas=subscription_of(pair, AMINA).areas * 3,
        tonight_area="ab" * 5,
        tonight_until=2**31,
        pin_hash=b"12345678" * 2,
        remembers_language=True,
    )
    assert Subscription.unpack(full.pack()) == full and Subscription.unpack_language_and_wording(full.pack()) == (
        "zh_Hans",
        Wording.CODE,
    )
    pair.store.connection.execute("HSET", keys.subscription_bucket(token), token, full.pack())
    for _ in range(2):
        send_and_end_alert(pair)
        assert report_delivery(pair, AMINA, "Success") == "known"
    found = subscription_of(pair, AMINA)
    assert found is not None and found.delivered_week == week_number(pair.now())
    assert found == replace(full, delivered_week=found.delivered_week)
    assert int(pair.store.connection.execute("GET", "arrived")) == found.delivered_week
    pair.sleep(7 * DAY)
    send_and_end_alert(pair)
    report_delivery(pair, AMINA, "Success")
    later = subscription_of(pair, AMINA)
    assert later is not None and later.delivered_week == found.delivered_week + 1


def test_any_dial_or_text_notes_the_week(pair: Town) -> None:
    for how in (lambda: pair["Amina"].dial(), lambda: pair["Amina"].text("HELP")):
        pair.sleep(7 * DAY)
        before = subscription_of(pair, BAHATI)
        how()
        found = subscription_of(pair, AMINA)
        assert found is not None and found.seen_week == week_number(pair.now())
        assert subscription_of(pair, BAHATI) == before
