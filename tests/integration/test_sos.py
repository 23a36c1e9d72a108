"""SOS: what a duress PIN does, which staff are asked, and that every code in a text can be opened."""

import re

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import SosTier
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_task import SosTask
from gateway.numbers import Number
from gateway.store import keys
from gateway.text.gsm import count_segments
from jobs import dispatch
from tests.harness.cast import NUMBERS
from tests.harness.steps_sos import close_sos, open_sos, running_sos
from tests.harness.steps_turns import do
from tests.harness.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def force(town: Town) -> None:
    """Let Amina raise an SOS, and somebody force Amina to end it after a while."""
    do(town, "Amina", intents.SetOwnPin("2468"), intents.SetDuressPin("1357"))
    do(town, "Amina", intents.RaiseSos())


@pytest.mark.parametrize("steps", range(5))
def test_a_duress_pin_raises_an_alarm_whenever_it_is_typed(town: Town, steps: int) -> None:
    force(town)
    for _step in range(steps):
        town.work()
        town.sleep(121)
    town.work()
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    for name in NUMBERS:
        town.inbox(name)
    do(town, "Amina", intents.GiveDuressPin())
    for name in ("Rehema", "Salma", "Vera", "Zuhura"):
        assert any("needed" in text for text in town[name].inbox()), name
    assert "forces" in town["Salma"].dial("1", "7", "3434", "8", "1", "1")


def test_after_a_duress_pin_the_callers_phone_gets_no_text(town: Town) -> None:
    force(town)
    town.work()
    do(town, "Amina", intents.GiveDuressPin(), intents.EndSos())
    for _step in range(4):
        town.sleep(121)
        town.work()
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    town.work()
    close_sos(town)
    assert town["Amina"].inbox() == []


@pytest.mark.parametrize("answer", [SosAnswer.DONE, SosAnswer.FALSE_ALARM])
def test_a_new_sos_after_a_forced_one_was_closed_can_be_found(town: Town, answer: SosAnswer) -> None:
    """The closed SOS waits for its last text. The new SOS must not take over a code that opens nothing."""
    force(town)
    town.work()
    do(town, "Amina", intents.GiveDuressPin(), intents.EndSos(), intents.RaiseSos())
    town.work()
    close_sos(town, answer)
    assert running_sos(town).is_closed, "the job that deletes it has not run"
    do(town, "Amina", intents.RaiseSos(), intents.AddSosDetails("by the port"))
    code = running_sos(town).code
    assert any(f"{code}: you are needed" in text for text in town["Salma"].inbox())
    town["Salma"].dial("1", "7", "3434", "8", "1")
    assert "by the port" in town["Salma"].press(code)


def test_a_responder_who_raises_an_sos_is_not_asked_to_answer_it(town: Town) -> None:
    do(town, "Rehema", intents.RaiseSos())
    assert town["Rehema"].inbox() == []
    asked = [name for name in ("Salma", "Vera", "Wema", "Zuhura") if town[name].inbox()]
    assert "Salma" in asked and len(asked) >= 2


def test_only_staff_who_would_be_asked_count_as_on_duty(town: Town) -> None:
    for name in ("Rehema", "Salma"):
        do(town, name, intents.SetDuty(is_on_duty=False))
    assert "Somebody is on duty now" in town["Amina"].dial("1", "4", "1")
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS,)))
    town.sleep(300)
    assert "Nobody is on duty now" in town["Amina"].dial("1", "4", "1")


def test_every_code_can_be_opened_however_many_call(town: Town) -> None:
    callers = ("Bahati", "Chiku", "Dafina", "Vera", "Wema", "Sabra", "Zuhura", "Rehema", "Amina")
    for name in callers:
        do(town, name, intents.RaiseSos())
        town.work()
        town.sleep(1)
    do(town, "Amina", intents.AddSosDetails("by the port"))
    town["Salma"].dial("1", "7", "3434", "8", "1")
    assert "number from the list" in town["Salma"].press("77")
    assert "No call for help has this code" in town["Salma"].press("0000")
    town["Salma"].press("1")
    assert "by the port" in town["Salma"].press(running_sos(town).code)


def raise_many_sos(town: Town, count: int) -> list[str]:
    """Let this many strangers raise an SOS at once. Return their codes."""
    found = []
    while len(found) < count:
        turn = town.store.read_turn(Number.from_int(254_711_000_600 + len(found)))
        town.store.apply_intents(turn, [intents.RaiseSos()], "en")
        if town.store.commit(turn.transaction) and turn.sos:  # another code is drawn where one is in use
            found.append(turn.sos.code)
    return found


def test_one_text_lists_several_sos(town: Town) -> None:
    codes = raise_many_sos(town, 30)
    for name in ("Rehema", "Salma"):
        texts = town[name].inbox()
        assert sorted(re.findall(r"\b\d{4}\b(?=[:,])", " ".join(texts))) == sorted(codes)
        assert len(texts) == 2 and {count_segments(text) for text in texts} == {1}
    assert "Calls for help: 30" in town["Salma"].dial("1", "7", "3434", "8")


def test_an_unreadable_sos_does_not_block_others(town: Town) -> None:
    codes = raise_many_sos(town, 3)
    [tag] = [tag for tag, sos in open_sos(town.store).items() if sos.code == codes[1]]
    town.store.connection.execute("SET", keys.sos(tag), b"damaged")
    said = " ".join(town["Salma"].inbox())
    assert [code in said for code in codes] == [True, False, True]


def test_a_crash_between_two_steps_asks_nobody_twice(town: Town) -> None:
    """The worker dies after its commit, before it reports the items as done."""
    codes = raise_many_sos(town, 3)
    town.make_due_by_town_clock()
    items = [item for item in town.store.work_queue.claim("alerts", 8) if item.task is SosTask.ADVANCE_SOS]
    assert len(items) == 3
    assert dispatch.advance_sos_together(town.context, items)
    assert dispatch.advance_sos_together(town.context, items)  # again, with a lease that ran out
    said = " ".join(town["Salma"].inbox())
    assert [said.count(code) for code in codes] == [1, 1, 1]


@pytest.mark.parametrize("words", ["hotel jamii room 4", "help he is at the gate", "room 1234", "make him stop"])
def test_a_caller_who_texts_where_without_a_keyword_is_understood(town: Town, words: str) -> None:
    """After `SOS` a person in fear writes the rest without a keyword."""
    town["Dafina"].text("SOS")
    got = town["Dafina"].inbox()
    town["Dafina"].text(words)
    assert running_sos(town, "Dafina").texted == (words,)
    assert got[0].startswith("We got it.") and town["Dafina"].inbox() == ["We passed it on."]


def test_stop_during_a_call_for_help_stays_stop(town: Town) -> None:
    town["Dafina"].text("SOS")
    assert town["Dafina"].inbox()[-1] == "We got it. Somebody is on duty now. Where are you?"
    town["Dafina"].text("STOP")
    assert running_sos(town, "Dafina").texted == ()
    said = "Done. Your call is still open: only its texts come. To end your call: dial *384*2024# and press 1-4-1-2-1."
    assert town["Dafina"].inbox()[-1] == said
