"""SOS, safe calls and contacts together: which person gets which text, also where two events coincide."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.cli import feature
from gateway.crypto.secrets import derive_tags
from gateway.model import intents
from gateway.model.contacts import ContactTask
from gateway.model.feature import Feature
from gateway.model.sos import SOS_FEATURE, SosTier
from gateway.model.sos_answer import SosAnswer
from gateway.store import keys
from jobs import dispatch
from tests.harness.cast import number
from tests.harness.steps_backup import lose_redis, restore_backup, save_backup
from tests.harness.steps_contacts import CONTACT, WORDS, add_contacts, safety_profile
from tests.harness.steps_safe_call import HOUR, PIN, SECOND, miss_return_time, redial, start_safe_call
from tests.harness.steps_sos import close_sos, empty_inboxes, pass_sos_stages, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def test_an_sos_closed_as_false_keeps_the_own_pin(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town), 0))
    do(town, "Amina", intents.SetOwnPin(PIN))
    do(town, "Amina", intents.RaiseSos())
    town.work()
    close_sos(town, SosAnswer.FALSE_ALARM)
    town.work()
    add_contacts(town)
    do(town, "Amina", intents.SetDuressPin(SECOND))
    town["Amina"].text("STOP")
    town.work()
    town.sleep(300)
    town["Amina"].dial("1", "4")
    shown = town["Amina"].choose("People I trust")
    shown2 = town["Amina"].press("9999", "1") if "Choose 4" in shown else shown
    assert "Sister" not in shown2


@pytest.mark.parametrize("words", ["Safe? no help", "safe not yet", "SAFE call please he is here"])
def test_safe_with_other_words_ends_nothing(words: str, town: Town) -> None:
    add_contacts(town)
    start_safe_call(town)
    town["Amina"].text(words)
    town.work()
    assert town.store.read_turn(number("Amina")).safe_call


def test_texts_that_are_not_understood_do_not_delay_a_call(town: Town) -> None:
    for w in ("pls", "where are u", "what now"):
        town["Amina"].text(w)
    town.work()
    town["Amina"].inbox()
    town["Amina"].text("SOS")
    assert any("duty" in t for t in town["Amina"].inbox())
    assert town["Salma"].inbox() + town["Rehema"].inbox() != []


def test_a_call_is_always_answered(town: Town) -> None:
    for w in ("pls", "where are u", "what now", "now"):
        town["Amina"].text(w)
    town.work()
    town["Amina"].inbox()
    town["Amina"].text("SOS")
    assert any("duty" in t for t in town["Amina"].inbox())


def test_after_stop_the_owner_is_reminded_or_contacts_get_nothing(town: Town) -> None:
    add_contacts(town)
    start_safe_call(town)
    town["Amina"].text("STOP")
    town["Amina"].inbox()
    miss_return_time(town)
    reminded = town["Amina"].inbox()
    texts = town["Bahati"].inbox()
    assert reminded or not texts


def test_a_yes_counts_only_for_whose_question_had_come(town: Town) -> None:
    do(town, "Amina", CONTACT)
    town.work()
    do(town, "Chiku", replace(CONTACT, display_name="Rose"))
    # the job runs, but the text waits on the lane (circuit open, budget spent, backlog)
    for item in town.store.work_queue.claim("messages", 8):
        if item.task is ContactTask.INVITE_CONTACTS:
            dispatch.handle_item(town.context, item)
    town["Bahati"].text("YES")  # answers Amina's text
    town["Bahati"].text(town["Bahati"].fresh_code())
    # the yes is handled before the text leaves
    for item in [i for i in town.store.connection.execute("ZRANGE", "due:messages", 0, -1) if i.startswith(b"msg:")]:
        town.store.connection.execute("ZADD", "due:messages", int((town.now() + 60) * 1000), item)
    town.work()
    town.sleep(61)
    texts = town["Bahati"].inbox()
    active = safety_profile(town, "Chiku").contacts[0].active
    assert not active or any("Rose" in t for t in texts)


def test_the_end_is_texted_in_the_language_of_the_sos(town: Town) -> None:
    turn = town.store.read_turn(number("Amina"))
    town.store.apply_intents(turn, [intents.RaiseSos()], "sw")
    assert town.store.commit(turn.transaction)
    town.work()
    town["Amina"].inbox()
    close_sos(town)
    assert "You are not alone" not in " ".join(town["Amina"].inbox())


def test_contacts_hear_that_a_call_has_ended(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS, SosTier.CONTACTS, SosTier.ORGANISATION)))
    do(town, "Amina", intents.RaiseSos())
    town.work()
    town.sleep(61)
    assert town["Bahati"].inbox()
    do(town, "Amina", intents.EndSos())
    assert town["Bahati"].inbox() != []


def test_the_caller_is_texted_that_the_sos_was_closed_as_false(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    town.work()
    code = running_sos(town).code
    do(town, "Salma", intents.AnswerSos(code, SosAnswer.COMING))
    assert town["Amina"].inbox()
    do(town, "Salma", intents.AnswerSos(code, SosAnswer.FALSE_ALARM))
    assert town["Amina"].inbox() == [], "one voice ends nothing"
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.FALSE_ALARM))
    assert town["Amina"].inbox() != []


def test_a_location_sent_too_late_is_not_accepted(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    town.work()
    town["Amina"].dial("1", "4", "1")
    town["Amina"].choose("Say where you are")
    close_sos(town, SosAnswer.FALSE_ALARM)
    shown = town["Amina"].press("behind the port")
    assert "We passed it on" not in shown and "has ended" in shown


def test_a_location_does_not_replace_the_note(town: Town) -> None:
    add_contacts(town)
    start_safe_call(town, colleagues=True)
    miss_return_time(town)
    do(town, "Amina", intents.AddSosDetails("port"))
    assert WORDS in running_sos(town).details


def test_delete_leaves_nothing_of_a_call_that_was_not_real(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    town.work()
    close_sos(town, SosAnswer.FALSE_ALARM)
    town["Amina"].text_and_confirm("DELETE")
    town.work()
    assert safety_profile(town) is None


def test_contacts_do_not_count_as_notified_if_none_is_left(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.ReportDetained())
    town["Bahati"].text("STOP")
    town.work()
    town.sleep(61)
    town.work()
    assert not safety_profile(town).arrest_texts


def test_the_caller_is_texted_that_no_contact_is_left(town: Town) -> None:
    add_contacts(town)
    start_safe_call(town)
    town["Bahati"].text("STOP")
    town.work()
    town["Bahati"].inbox()
    redial(town)
    assert "Nobody on your list" in town["Amina"].press("98")
    miss_return_time(town)
    assert len(town["Amina"].inbox()) == 3, "one more than the two reminders"


def test_staff_shown_as_on_duty_are_texted_at_once(town: Town) -> None:
    for name in ("Rehema", "Salma"):
        do(town, name, intents.SetDuty(is_on_duty=False))
    shown = town["Amina"].dial("1", "4", "1", "1")
    assert "Somebody is on duty" in shown
    got = {n: len(town[n].inbox()) for n in ("Rehema", "Salma", "Vera", "Wema", "Zuhura")}
    assert got["Vera"] + got["Wema"] + got["Zuhura"] > 0


def test_no_backup_restores_a_removed_contact(town: Town, tmp_path: Path) -> None:
    add_contacts(town)
    where = save_backup(town, tmp_path / "b")
    do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    town.work()
    lose_redis(town)
    restore_backup(town, where)
    do(town, "Amina", intents.ReportDetained())
    town.sleep(61)
    assert town["Bahati"].inbox() == []


def test_an_own_sos_continues_after_a_safe_return(town: Town) -> None:
    """Contacts got the note. The caller raises another SOS, and somebody with the phone texts SAFE."""
    add_contacts(town)
    do(town, "Amina", intents.RaiseSos())
    town.work()
    start_safe_call(town, colleagues=True)
    miss_return_time(town)
    town["Salma"].inbox()
    assert running_sos(town)
    do(town, "Amina", intents.EndSafeCall())
    assert town.store.read_turn(number("Amina")).sos


def test_a_late_return_during_an_unanswered_sos_texts_everybody_again(town: Town) -> None:
    """An SOS is past its last round. Then a safe call with colleagues runs out."""
    add_contacts(town)
    start_safe_call(town, colleagues=True)
    do(town, "Amina", intents.RaiseSos())
    pass_sos_stages(town)
    empty_inboxes(town)
    miss_return_time(town)
    got = {n: town.inbox(n) for n in ("Salma", "Rehema", "Vera")}
    assert any(got.values())


def test_a_missed_return_extends_a_running_sos_and_texts_all_again(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.RaiseSos())
    pass_sos_stages(town)
    town.sleep(10 * HOUR)
    start_safe_call(town, colleagues=True)
    empty_inboxes(town)
    miss_return_time(town)
    assert [bool(town.inbox(name)) for name in ("Salma", "Rehema", "Vera", "Zuhura")] == [True] * 4
    town.sleep(3 * HOUR)
    town.work()
    assert WORDS in town["Vera"].dial("1", "7", "2468", "8", "1", "1") or running_sos(town).asked_staff


def test_a_yes_by_dialling_counts_before_the_question_was_sent(town: Town) -> None:
    do(town, "Amina", CONTACT)
    town.faults(error_status=500)
    town.work()
    town["Bahati"].dial("1", "4")
    town["Bahati"].choose("A question for you")
    town["Bahati"].choose("Yes")
    town.work()
    assert safety_profile(town).active_contacts


def test_answers_to_sos_come_to_an_end(town: Town) -> None:
    """A machine answers each of our texts with the word SOS."""
    for _ in range(40):
        town["Amina"].text("SOS")
    assert len(town["Amina"].inbox()) < 30


def test_a_caller_who_left_a_note_by_dialling_is_texted_that_somebody_comes(town: Town) -> None:
    add_contacts(town)
    start_safe_call(town, colleagues=True)
    town.store.connection.execute("DEL", keys.reply_window(derive_tags(town.store.vault, number("Amina")).reply_window))
    miss_return_time(town)
    town["Amina"].inbox()
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    assert town["Amina"].inbox() == ["1 person is on the way."]


def test_a_running_sos_can_be_ended_after_the_feature_is_off(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    do(town, "Amina", intents.RaiseSos())
    monkeypatch.setattr(feature, "load_deployment", lambda: town.context.deployment)
    feature.turn_off(SOS_FEATURE)
    redial(town)
    town["Amina"].choose("I need someone now")
    assert "Ended." in town["Amina"].choose("End my call for help", "Yes, end it")
