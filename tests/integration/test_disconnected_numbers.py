"""Numbers that die are dropped: not at the network's first word, and never for a phone that is only off."""

import pytest
from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.subscription import Channel, Subscription, TextPreference, Wording, week_number
from gateway.numbers import Number
from gateway.store import keys
from gateway.turns.delivery_reports import DeliveryReportHandler
from tests.harness.cast import number
from tests.harness.reports import at_report
from tests.harness.town import Town
from tests.integration.test_broadcast import send, subscribe

DAY = 86400
AMINA, BAHATI = number("Amina"), number("Bahati")


@pytest.fixture
def pair(town: Town) -> Town:
    subscribe(town, [AMINA, BAHATI])
    return town


def kept(town: Town, who: Number) -> Subscription | None:
    return town.store.read_subscription(town.store.vault.token(who, Purpose.SUBSCRIBER))


def warn(town: Town) -> None:
    """One warning to everybody, over and forgotten."""
    case = send(town)
    town.work()
    turn = town.store.read_terminal_turn()
    town.store.apply_intents(turn, (intents.EndAlert(case),), "")
    assert town.store.commit(turn.transaction)
    town.work()


def report(town: Town, who: Number, status: str, reason: str = "") -> str:
    """The network's last word on this phone's newest text."""
    texts = town.network.get("/messages", params={"since": 0}).json()["messages"]
    newest = [t["id"] for t in texts if t["number"] == who.e164][-1]
    return DeliveryReportHandler(town.context.deployment).record_report(at_report(newest, status, who, reason))


def strikes(town: Town, who: Number) -> bytes | None:
    found: bytes | None = town.store.connection.execute(
        "GET", keys.dead_days(town.store.vault.token(who, Purpose.SUBSCRIBER))
    )
    return found


@pytest.mark.parametrize("code", [403, 404])
def test_three_days_of_dead_within_two_weeks_drop_a_number(code: int, pair: Town) -> None:
    pair.faults(refuse={AMINA.e164: code})
    for _ in range(2):
        warn(pair)
        pair.sleep(DAY)
    assert kept(pair, AMINA)
    warn(pair)
    assert kept(pair, AMINA) is None and kept(pair, BAHATI)
    assert strikes(pair, AMINA) is None, "what counted against a number goes with it"


def test_one_day_of_many_warnings_is_one_strike(pair: Town) -> None:
    pair.faults(refuse={AMINA.e164: 403})
    for _ in range(4):
        warn(pair)
    assert kept(pair, AMINA)


def test_strikes_grow_old(pair: Town) -> None:
    pair.faults(refuse={AMINA.e164: 403})
    for days in (7, 7, 7, 7):
        warn(pair)
        pair.sleep(days * DAY)
    assert kept(pair, AMINA), "never three within fourteen days"


def test_a_text_that_arrives_takes_strikes_back(pair: Town) -> None:
    for _ in range(2):
        pair.faults(refuse={AMINA.e164: 403})
        warn(pair)
        pair.sleep(DAY)
        pair.faults()
        warn(pair)
        assert report(pair, AMINA, "Success") == "known"
        assert strikes(pair, AMINA) is None
        pair.sleep(DAY)
    pair.faults(refuse={AMINA.e164: 403})
    warn(pair)
    assert kept(pair, AMINA)


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
        warn(pair)
        assert report(pair, AMINA, status, reason) == "known"
        pair.sleep(DAY)
    assert (kept(pair, AMINA) is None) is dropped


def test_a_blacklist_drops_at_once_and_a_strangers_report_never(pair: Town) -> None:
    warn(pair)
    reports = DeliveryReportHandler(pair.context.deployment)
    assert reports.record_report(at_report("ATXid_of_nobody", "Failed", BAHATI, "UserInBlackList")) == "stranger"
    assert report(pair, AMINA, "Failed", "UserInBlackList") == "known"
    assert kept(pair, AMINA) is None and kept(pair, BAHATI)


def test_who_is_no_subscriber_has_no_strikes(town: Town) -> None:
    town["Dafina"].text("HELP")
    town.faults(refuse={number("Dafina").e164: 403})
    town.work()
    assert not list(town.store.connection.redis.scan_iter("dead:*"))


def test_a_report_notes_the_week_once(pair: Town) -> None:
    """And nothing else of the record moves, whatever it holds."""
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
        areas=kept(pair, AMINA).areas * 3,
        tonight_area="ab" * 5,
        tonight_until=2**31,
        pin_hash=b"12345678",
        remembers_language=True,
    )
    assert Subscription.unpack(full.pack()) == full and Subscription.unpack_language_and_wording(full.pack()) == (
        "zh_Hans",
        Wording.CODE,
    )
    pair.store.connection.execute("HSET", keys.subscription_bucket(token), token, full.pack())
    for _ in range(2):
        warn(pair)
        assert report(pair, AMINA, "Success") == "known"
    found = kept(pair, AMINA)
    assert found is not None and found.delivered_week == week_number(pair.now())
    assert found == replace(full, delivered_week=found.delivered_week)
    assert int(pair.store.connection.execute("GET", "arrived")) == found.delivered_week
    pair.sleep(7 * DAY)
    warn(pair)
    report(pair, AMINA, "Success")
    later = kept(pair, AMINA)
    assert later is not None and later.delivered_week == found.delivered_week + 1


def test_any_dial_or_text_notes_the_week(pair: Town) -> None:
    for how in (lambda: pair["Amina"].dial(), lambda: pair["Amina"].text("HELP")):
        pair.sleep(7 * DAY)
        before = kept(pair, BAHATI)
        how()
        found = kept(pair, AMINA)
        assert found is not None and found.seen_week == week_number(pair.now())
        assert kept(pair, BAHATI) == before
