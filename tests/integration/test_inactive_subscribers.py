"""'Still want these?' is asked after a long silence, once more, and then the subscriber is deleted."""

from collections.abc import Mapping

import pytest

from gateway.crypto.vault import Purpose
from gateway.model.subscription import WEEK_S, Subscription, SubscriptionTask, TextPreference, week_number
from gateway.settings import Forget
from gateway.store import keys
from jobs import scheduler
from jobs.handlers import inactivity
from jobs.handlers.inactivity import Decision, decide
from tests.harness.cast import number
from tests.harness.steps_alerts import report_delivery, send_and_end_alert, subscribe, subscription_of
from tests.harness.town import Town

DAY = 86400
AMINA, BAHATI = number("Amina"), number("Bahati")
NOW = 1_800_000_000.0
LIMITS = Forget()


def ago(days: int) -> int:
    """Return the week that ended this many days ago, or a little before."""
    return week_number(NOW - days * DAY) - 1


@pytest.mark.parametrize(
    ("what", "changes", "arrived", "right"),
    [
        ("heard from lately", {"seen_week": ago(10)}, 0, None),
        ("a year of silence", {"seen_week": ago(365)}, 0, Decision.ASK),
        ("one day less", {"seen_week": week_number(NOW - 364 * DAY)}, 0, None),
        ("joined lately, though nothing was seen since", {"seen_week": 0, "consent_week": ago(1)}, 0, None),
        ("a text arrived lately", {"seen_week": ago(200), "delivered_week": ago(90)}, ago(1), None),
        ("none has for 120 days", {"seen_week": ago(200), "delivered_week": ago(120)}, ago(1), Decision.ASK),
        ("dialled since", {"seen_week": ago(100), "delivered_week": ago(150)}, ago(1), None),
        ("nobody's has: reports do not reach us", {"seen_week": ago(200), "delivered_week": ago(150)}, ago(150), None),
        ("no report was ever made", {"seen_week": ago(200)}, ago(1), None),
        ("asked a week ago", {"seen_week": ago(400), "unanswered_questions": 1, "asked_week": ago(7)}, 0, None),
        ("silent for two weeks more",
         {"seen_week": ago(400), "unanswered_questions": 1, "asked_week": ago(14)}, 0, Decision.ASK),
        ("asked twice, a week ago", {"seen_week": ago(400), "unanswered_questions": 2, "asked_week": ago(7)}, 0, None),
        ("silent after both",
         {"seen_week": ago(400), "unanswered_questions": 2, "asked_week": ago(14)}, 0, Decision.FORGET),
        ("the question arrived, and only reports were missing",
         {"seen_week": ago(200), "delivered_week": ago(1), "unanswered_questions": 1, "asked_week": ago(14)},
         ago(1), Decision.RESET),
    ],
)  # fmt: skip
def test_decisions(what: str, changes: Mapping[str, int], arrived: int, right: Decision | None) -> None:
    person = Subscription(**({"lang": "en", "consent_week": ago(500)} | changes))
    assert decide(person, NOW, LIMITS, arrived) is right, what


def test_either_rule_can_be_switched_off() -> None:
    silent = Subscription("en", consent_week=ago(500), seen_week=ago(500), delivered_week=ago(400))
    assert decide(silent, NOW, Forget(ask_days=0), ago(1)) is Decision.ASK
    assert decide(silent, NOW, Forget(unreached_days=0), 0) is Decision.ASK
    assert decide(silent, NOW, Forget(ask_days=0, unreached_days=0), ago(1)) is None


@pytest.fixture
def noon(town: Town) -> Town:
    """Return a town at noon with two subscribers, after one scan by the clock."""
    town.clock("Mon 12:00")
    subscribe(town, [AMINA, BAHATI])
    scheduler.sweep(town.context)
    return town


def days_pass(town: Town, days: int) -> None:
    """Let this many days pass, each with its whole scan at noon."""
    town.sleep(days * DAY)
    scan_all(town)


def scan_all(town: Town) -> None:
    for _ in range(keys.BUCKETS // inactivity.BUCKETS_PER_SCAN + 1):
        town.let_pass_lane("bulk", SubscriptionTask.SCAN_INACTIVE)
        town.work()


def test_a_year_two_questions_then_forgotten_and_a_dial_is_a_yes(noon: Town) -> None:
    days_pass(noon, 360)
    assert noon["Amina"].inbox() == []
    days_pass(noon, 14)
    [question] = noon["Amina"].inbox()
    assert question == "Bado unataka jumbe zetu? Basi piga *384*2024#. La sivyo, zitakoma."
    assert noon["Bahati"].inbox() == [question]
    days_pass(noon, 1)
    assert noon["Amina"].inbox() == [], "asked once"
    noon["Bahati"].dial()
    days_pass(noon, 21)
    assert (noon["Amina"].inbox(), noon["Bahati"].inbox()) == ([question], [])
    assert subscription_of(noon, AMINA)
    days_pass(noon, 21)
    assert subscription_of(noon, AMINA) is None and subscription_of(noon, BAHATI)
    assert noon["Amina"].inbox() == [], "no goodbye: the question said so"
    assert noon.store.count_subscribers()[noon.store.read_world().atlas.resolve("Soko Mwezi").id] == 1


def test_an_unreached_subscriber_is_asked_and_a_delivery_report_of_the_question_is_enough(noon: Town) -> None:
    send_and_end_alert(noon)
    for person in (AMINA, BAHATI):
        assert report_delivery(noon, person, "Success") == "known"
    noon.sleep(100 * DAY)
    noon["Bahati"].dial()
    send_and_end_alert(noon)
    assert report_delivery(noon, BAHATI, "Success") == "known"
    for name in ("Amina", "Bahati"):
        noon[name].inbox()
    days_pass(noon, 30)
    assert [len(noon[name].inbox()) for name in ("Amina", "Bahati")] == [1, 0]
    assert subscription_of(noon, AMINA).unanswered_questions == 1
    assert report_delivery(noon, AMINA, "Success") == "known"
    days_pass(noon, 21)
    assert subscription_of(noon, AMINA).unanswered_questions == 0 and noon["Amina"].inbox() == []


def test_the_scan_pauses_in_quiet_hours(noon: Town) -> None:
    noon.sleep(400 * DAY + 10 * 3600)
    scan_all(noon)
    assert noon["Amina"].inbox() == [] and subscription_of(noon, AMINA).unanswered_questions == 0
    noon.sleep(10 * 3600 + 60)
    scan_all(noon)
    assert len(noon["Amina"].inbox()) == 1


def test_a_question_that_could_not_leave_does_not_count(noon: Town) -> None:
    noon.faults(balance=0)
    days_pass(noon, 400)
    assert subscription_of(noon, AMINA).unanswered_questions == 1
    noon.sleep(4 * DAY)
    noon.faults()
    noon.work()
    assert noon["Amina"].inbox() == [] and subscription_of(noon, AMINA).unanswered_questions == 0
    scan_all(noon)
    days_pass(noon, 1)
    assert len(noon["Amina"].inbox()) == 1 and subscription_of(noon, AMINA).unanswered_questions == 1


def test_a_subscriber_without_texts_is_not_asked_and_expires_all_the_same(noon: Town) -> None:
    noon["Amina"].dial("1", "6", "3", "4", "4", "1")
    for days in (400, 21, 21):
        assert subscription_of(noon, AMINA).text_preference is TextPreference.NONE
        days_pass(noon, days)
        assert noon["Amina"].inbox() == []
    assert subscription_of(noon, AMINA) is None


def test_the_scan_goes_on_where_it_stopped_and_asks_no_more_than_set(
    noon: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuning = noon.context.deployment.settings.tuning
    monkeypatch.setattr(noon.context.deployment.settings, "__dict__", noon.context.deployment.settings.__dict__ | {
        "tuning": tuning.model_copy(update={"forget": Forget(max_questions_per_day=1)})
    })  # fmt: skip
    days_pass(noon, 400)
    asked = [len(noon[name].inbox()) for name in ("Amina", "Bahati")]
    assert sorted(asked) == [0, 1]
    at = int(noon.store.connection.execute("HGET", keys.INACTIVITY_CURSOR, "at"))
    assert 0 < at < keys.BUCKETS, "the scan stops behind the subscriber who was asked"
    days_pass(noon, 1)
    assert [len(noon[name].inbox()) for name in ("Amina", "Bahati")] == [1 - n for n in asked]


def test_a_subscriber_who_dials_meanwhile_does_not_expire(noon: Town) -> None:
    """The scan read an older record a moment before; the commit depends on the current record."""
    token = noon.store.vault.token(AMINA, Purpose.SUBSCRIBER)
    old = Subscription(
        "sw",
        consent_week=1,
        seen_week=1,
        unanswered_questions=2,
        asked_week=2,
        areas=subscription_of(noon, AMINA).areas,
    )
    noon.store.connection.execute("HSET", keys.subscription_bucket(token), token, old.pack())
    assert decide(old, noon.now(), LIMITS, 0) is Decision.FORGET
    noon["Amina"].dial()
    assert inactivity._apply_decision(noon.context, token, LIMITS, 0) is None
    assert subscription_of(noon, AMINA).seen_week == noon.now() // WEEK_S
