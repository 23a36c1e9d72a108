"""An adversary forges a call for help in a caller's name. The caller's own call, later, must reach responders anew."""

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import MAX_TEXTS, RENEWAL_PAUSE_S, TEXT_RENEWAL_PAUSE_S
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_evidence import FLOOD_SOS
from gateway.numbers import Number
from jobs.handlers.sos_batch import BUNDLE_S
from tests.harness.cast import RESPONDERS
from tests.harness.steps_sos import empty_inboxes, pass_sos_stages, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    """A call that was forged in Amina's name, of which all rounds are over."""
    town.turn_on(*Feature.all())
    do(town, "Amina", intents.Subscribe(area_id(town)))
    town["Amina"].text("SOS")
    pass_sos_stages(town)
    empty_inboxes(town)
    return town


def asked(town: Town) -> bool:
    code = running_sos(town).code
    return all(any(code in text for text in town.inbox(name)) for name in RESPONDERS)


def test_whoever_forged_an_earlier_call_silences_no_call_by_text(town: Town) -> None:
    town.sleep(TEXT_RENEWAL_PAUSE_S)
    town["Amina"].text("SOS he has a knife")
    assert asked(town)
    assert running_sos(town).texted == ("he has a knife",)


def test_whoever_forged_an_earlier_call_silences_no_call_by_the_three_keys(town: Town) -> None:
    town.sleep(RENEWAL_PAUSE_S)
    assert "Sent." in town["Amina"].dial("1", "4", "1", "1")
    assert asked(town)


def test_words_that_the_caller_dials_later_reach_responders(town: Town) -> None:
    town.sleep(RENEWAL_PAUSE_S)
    town["Amina"].dial("1", "4", "1")
    town["Amina"].choose("Say where you are")
    town["Amina"].press("by the port")
    assert asked(town)
    assert "by the port" in running_sos(town).details


def test_whoever_fills_a_call_with_forged_words_keeps_no_later_words_out(town: Town) -> None:
    for n in range(MAX_TEXTS + 1):
        town["Amina"].text(f"SOS blue house {n}")
    town.sleep(TEXT_RENEWAL_PAUSE_S)
    town["Amina"].text("SOS room 4")
    assert running_sos(town).texted[-1] == "room 4"


def test_two_who_say_that_they_come_and_stay_at_home_keep_no_colleague_from_hearing_a_second_call(town: Town) -> None:
    for name in RESPONDERS:
        do(town, name, intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    empty_inboxes(town)
    town.sleep(TEXT_RENEWAL_PAUSE_S)
    town["Amina"].text("SOS nobody came")
    assert asked(town)


def test_whoever_forges_call_after_call_tires_nobody(town: Town) -> None:
    """Within the pause, a repeated call changes nothing for responders."""
    town.sleep(TEXT_RENEWAL_PAUSE_S)
    for _ in range(5):
        town["Amina"].text("SOS")
    assert len(town.inbox("Salma")) == 1


def test_whoever_repeats_a_crowd_of_forged_calls_is_bundled_as_the_first_time(town: Town) -> None:
    """The flood of the first calls is over when they are repeated. Each of them counts anew."""
    for again in ("first", "second", "third"):
        empty_inboxes(town)
        for n in range(FLOOD_SOS + 10):
            town.sms.handle_text(f"{again}-{n}", Number.from_int(254_716_000_000 + n), "SOS")
        said = town.inbox("Salma")
        for _wait in range(6):
            town.sleep(BUNDLE_S * 2)
            said += town.inbox("Salma")
        town.sleep(TEXT_RENEWAL_PAUSE_S)
    assert any(f"{FLOOD_SOS + 10} people need you" in text for text in said)
    assert not [text for text in said if "you are needed" in text]
