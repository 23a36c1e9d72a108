"""What can be changed after a key, and what everybody hears of a decision: reports, hours, codes and wrong keys."""

import pytest
from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState, RejectReason
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.subscription import Wording
from gateway.text.wording import alert_text
from gateway.turns.snapshot import caller_from_turn
from jobs.handlers.verification import rejection_text
from menus import safe_call
from tests.harness.cast import number
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town


def report(town: Town, name: str = "Chiku") -> Alert:
    do(town, name, intents.SubmitReport(AlertKind.RAID, area_id(town), "gate"))
    [alert] = town.store.read_world().alerts.values()
    return alert


def alert_of(town: Town, alert: Alert) -> Alert:
    found = town.store.read_world().alert(alert.number)
    assert found
    return found


def test_a_wrong_kind_is_changed_in_the_session_and_later(town: Town) -> None:
    chiku = town["Chiku"]
    said = chiku.dial("1", "5", "1", "soko mwezi", "1")
    assert said.startswith("Thank you. We ask someone to check it.")
    [sent] = town.store.read_world().alerts.values()
    chiku.choose("Wrong kind? Change it", "Arrests")
    assert chiku.screen.startswith("Changed. Arrests.") and alert_of(town, sent).kind is AlertKind.ARRESTS
    town.sleep(300)
    chiku.dial("1", "5", "1")
    chiku.choose("Wrong kind? Change it", "Police raid")
    assert alert_of(town, sent).kind is AlertKind.RAID
    do(town, "Bahati", intents.CorrectReport(sent.number, AlertKind.HOTEL))
    assert alert_of(town, sent).kind is AlertKind.RAID, "nobody changes another phone's report"


def test_a_report_of_several_or_a_decided_one_keeps_its_kind(town: Town) -> None:
    sent = report(town)
    do(town, "Bahati", intents.SubmitReport(AlertKind.RAID, area_id(town), ""))
    do(town, "Chiku", intents.CorrectReport(sent.number, AlertKind.HOTEL))
    assert alert_of(town, sent).kind is AlertKind.RAID


def test_nobody_is_asked_to_check_what_was_decided_meanwhile(town: Town) -> None:
    sent = report(town)
    assert "Please check" in str(town.inbox("Vera"))
    do(town, "Chiku", intents.AddToReport(sent.number, "two cars"))
    do(town, "Wema", intents.RejectReport(sent.number, RejectReason.OVER))
    town.sleep(300)
    assert "Please check" not in str(town.inbox("Vera"))


def test_the_verifier_who_asked_hears_the_answer_even_after_the_decision(town: Town) -> None:
    sent = report(town)
    do(town, "Vera", intents.AskReporters(sent.number, "sure?"))
    do(town, "Wema", intents.RejectReport(sent.number, RejectReason.UNCLEAR))
    town.inbox("Vera")
    town.sleep(300)
    [asked] = town.store.read_world().conversations.values()
    do(town, "Chiku", intents.AnswerVerifier(asked.code, "yes, I saw it"))
    assert f"There is more on notice {sent.number}, which is decided." in str(town.inbox("Vera"))
    vera = town["Vera"]
    vera.dial("1", "7", "2468", "8")
    vera.choose("Warnings now", "Not sent")
    assert "yes, I saw it" in vera.screen


@pytest.mark.parametrize("reason", RejectReason)
def test_a_reporter_hears_the_reason_of_a_no_and_the_verifier_can_look_again(town: Town, reason: RejectReason) -> None:
    sent = report(town)
    town.inbox("Chiku")
    vera = town["Vera"]
    vera.dial("1", "7", "2468", "8")
    vera.choose("To check", str(sent.number), "Say no")
    vera.press(str(list(RejectReason).index(reason) + 1))
    assert "Look at it again" in vera.screen
    vera.choose("Look at it again", "Send a warning")
    rejected = replace(sent, state=AlertState.REJECTED, reject_reason=reason)
    texts = {rejection_text(replace(rejected, reject_reason=r), town.context.translator("en")) for r in RejectReason}
    assert len(texts) == len(RejectReason)
    assert rejection_text(rejected, town.context.translator("en")) in town.inbox("Chiku")


@pytest.mark.parametrize("lang", ["en", "sw", "fr", "es", "ru", "zh_Hans"])
@pytest.mark.parametrize("style", Wording)
def test_a_place_is_never_shortened_to_another_place(town: Town, lang: str, style: Wording) -> None:
    world = town.store.read_world()
    for venue in ("Market gate near Baraka bar", "Market gate near Baraka bar, behind the old petrol station and shop"):
        alert = Alert(4711, AlertKind.RAID, "", AlertState.LIVE, int(town.now()), until=0, venue=venue)
        text = alert_text(alert, "Soko Mwezi", style, town.context.translator(lang), world.local_time, "*384*2024#")
        assert "Soko Mwezi" in text
        assert "Market gate" not in text or "Market gate near Baraka bar" in text


def test_the_result_of_a_warning_leaves_out_what_is_none(town: Town) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    do(town, "Wema", intents.SendAlert(AlertKind.RAID, area_id(town), "gate", "", int(town.now()) + 3600))
    [result] = [text for text in town.inbox("Wema") if "sent to" in text]
    assert result.endswith("sent to <10 of <10.")


@pytest.mark.parametrize(("typed_h", "asks"), [(-1, True), (-8, True), (-15, False), (2, False)])
def test_an_hour_that_has_just_passed_is_asked_about(town: Town, typed_h: int, asks: bool) -> None:
    town.clock("Tue 18:00")
    caller = caller_from_turn(town.store.read_turn(number("Amina")), "en")
    typed = caller.world.local_time(town.now() + typed_h * 3600).strftime("%H:%M")
    shown = safe_call.return_time_typed(caller, town.context.translator("en"), note="", typed=typed)
    assert ("is over today. Do you mean tomorrow?" in shown.text) is asks
    assert shown.text.startswith("Done.") is not asks
    if asks:
        assert [choice.label for choice in shown.choices] == ["Yes, tomorrow", "Another hour"]
        assert int(str(shown.choices[0].link.args["until"])) > town.now() + 12 * 3600


def test_a_pin_can_be_made_in_settings_before_anything_else(town: Town) -> None:
    assert "You have nothing here yet." in town["Dafina"].dial("1", "6", "4")
    town.turn_on(CONTACTS_FEATURE)
    town.sleep(300)
    assert "Done. Your PIN is set." in town["Dafina"].dial("1", "6", "4", "2580", "2580")
    assert town.store.read_turn(number("Dafina")).safety_profile


def test_a_wrong_key_takes_no_choice_off_the_page(town: Town) -> None:
    """The hint has the room of text. What stood on the page still stands there, and so does the next page."""
    report(town)
    for name, keys in (("Vera", ("1", "7", "2468", "8", "1", "1")), ("Dafina", ("5",)), ("Chiku", ("1", "6"))):
        phone = town[name]
        town.sleep(300)
        before = phone.dial(*keys)
        choices = [line for line in before.splitlines() if line[:1].isdigit()]
        following = phone.session().next_page_start
        for wrong in ("77", "66"):
            after = phone.press(wrong)
            assert [line for line in after.splitlines() if line[:1].isdigit()] == choices
            assert phone.session().next_page_start == following


def test_keys_of_a_card_mean_the_same_one_by_one_after_a_call_that_was_cut_off(town: Town) -> None:
    dafina = town["Dafina"]
    wanted = dafina.dial("1", "4")
    dafina.dial("1", "2")
    assert "88. Go on" in dafina.dial()
    assert dafina.press("1", "4") == wanted
    dafina.dial("2", "2")
    assert dafina.dial("88") and dafina.session().location.screen == "health.health"


def test_the_nurses_phone_lists_the_open_codes(town: Town) -> None:
    do(town, "Amina", intents.CreateReferral("10009", "test", "D01", area_id(town)))
    nurse = town["Nurse"]
    nurse.dial("1", "7", "8642", "8")
    assert "1. ! 10009" in nurse.choose("Answer a visitor")
    assert nurse.press("1").startswith("10009")
    town["Nurse"].text_and_confirm("yes 10009 can come")
    town.sleep(300)
    nurse.dial("1", "7", "8642", "8")
    assert "1. 10009" in nurse.choose("Answer a visitor")
    assert nurse.press("10009").startswith("10009"), "a code can still be typed"
