"""Clinics stay true: what a nurse tells is seen by the next caller, checks grow old, and an admin adds a phone."""

import pytest

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.clinic_state import DAY_S, MIN_RATINGS, ClinicTask
from gateway.model.referral import ReferralStage, new_referral_code
from gateway.model.staff import Role
from gateway.store.ratings import rating_field
from gateway.store.records.subscribers import RATINGS
from gateway.turns.snapshot import caller_from_turn
from jobs import scheduler
from menus import health
from menus.engine.screen import ScreenResult
from tests.harness.cast import NUMBERS, number
from tests.harness.phone import Phone
from tests.harness.steps_turns import do
from tests.harness.town import Town

HOSPITAL = "Ndoto County Hospital"


def our_place(town: Town, *labels: str) -> str:
    nurse = town["Nurse"]
    nurse.dial()
    while "PIN" not in nurse.screen:  # the language, or what a cut call left
        nurse.press("1")
    nurse.choose("PIN")
    nurse.press("8642")
    return nurse.choose("Team", "Our place today", *labels)


def places_for(town: Town, need: str) -> list[str]:
    """Return the lines of all places for a need from Soko Mwezi, as a caller reads them now."""
    world = town.store.read_world()
    area, here = world.atlas.resolve("Soko Mwezi").id, world.local_time(town.now())
    translator = town.context.translator("en")
    return [health.clinic_line(found, translator) for found in world.directory.nearest(need, area, here, 30)]


def details(town: Town, need: str) -> ScreenResult:
    caller = caller_from_turn(town.store.read_turn(number("Dafina")), "en")
    return health.clinic_details(caller, town.context.translator("en"), need=need, area="", code="D01")


def refer(town: Town, name: str, need: str) -> str:
    area, code = town.store.read_world().atlas.resolve("Soko Mwezi").id, new_referral_code()
    do(town, name, intents.CreateReferral(code, need, "D01", area), intents.AllowReferralTexts(code))
    return code


def stage(town: Town, name: str, code: str) -> ReferralStage:
    return town.store.read_turn(number(name)).referrals[code].stage


def review(town: Town) -> None:
    """Let the daily round over all clinics happen."""
    scheduler.sweep(town.context)
    town.let_pass_lane("bulk", ClinicTask.REVIEW_CLINICS)
    town.work()


def hold(phone: Phone, *labels: str) -> str:
    phone.dial("1", "2")
    return phone.choose(*labels)


def test_by_ussd_the_next_caller_sees_at_once_what_ran_out(town: Town) -> None:
    assert places_for(town, "hurt")[0].startswith(f"{HOSPITAL}: open")
    said = our_place(town, "Something ran out", "medicine to start within 72 h", "Mon")
    assert said.startswith("Callers read now: medicine to start within 72 h: none till Mon")
    lines = places_for(town, "hurt")
    assert lines[-1].startswith(f"{HOSPITAL}: none till Mon")
    assert places_for(town, "test")[0].startswith(f"{HOSPITAL}: open"), "only that service is out"
    assert details(town, "hurt").text.startswith("They have none of this till Mon")
    assert "Tell them I come" not in [choice.label for choice in details(town, "hurt").choices]
    assert "Tell them I come" in [choice.label for choice in details(town, "test").choices]
    our_place(town, "medicine to start within 72 h: here again")
    assert places_for(town, "hurt")[0].startswith(f"{HOSPITAL}: open")


def test_by_text_it_counts_after_the_code(town: Town) -> None:
    """A sender can be forged, so the text alone changes nothing."""
    nurse = town["Nurse"]
    nurse.text("no PEP till Monday")
    town.work()
    assert places_for(town, "hurt")[0].startswith(f"{HOSPITAL}: open")
    nurse.text("0000")
    assert places_for(town, "hurt")[0].startswith(f"{HOSPITAL}: open")
    nurse.inbox()
    nurse.text(nurse.fresh_code())
    assert places_for(town, "hurt")[-1].startswith(f"{HOSPITAL}: none till Mon")
    [said] = nurse.inbox()
    assert said.startswith("Thank you. Callers read now: medicine to start within 72 h: none till Mon")


def test_two_services_of_one_text_are_both_out(town: Town) -> None:
    town["Nurse"].text_and_confirm("no PEP and no condoms till Monday")
    state = town.store.read_world().directory.state("D01")
    assert set(state.needs_out(int(town.now()))) == {"hurt", "condoms"}


def test_on_the_day_that_was_named_the_service_is_there_again(town: Town) -> None:
    town.clock("Sat 12:00")
    town["Nurse"].text_and_confirm("no PEP till Monday")
    town.clock("Mon 05:30")
    assert "none till" in places_for(town, "hurt")[-1]
    town.clock("Mon 06:30")
    assert places_for(town, "hurt")[0].startswith(f"{HOSPITAL}: open")


@pytest.mark.parametrize("opened", ["open", "by USSD"])
def test_closed_and_open_again(town: Town, opened: str) -> None:
    town.clock("Wed 14:00")
    town["Nurse"].text_and_confirm("closed")
    line = next(line for line in places_for(town, "test") if line.startswith(HOSPITAL))
    assert line.startswith(f"{HOSPITAL}: closed till Thu")
    assert details(town, "test").text.startswith("Closed till Thu")
    assert not places_for(town, "test")[0].startswith(HOSPITAL)
    if opened == "open":
        town["Nurse"].text_and_confirm("open")
    else:
        our_place(town, "We are open again")
    assert places_for(town, "test")[0].startswith(f"{HOSPITAL}: open")


def test_closed_lasts_until_the_day_that_is_chosen(town: Town) -> None:
    town.clock("Wed 14:00")
    our_place(town, "We are closed", "Sat")
    assert any(line.startswith(f"{HOSPITAL}: closed till Sat") for line in places_for(town, "test"))
    town.clock("Sat 07:00")
    assert places_for(town, "test")[0].startswith(f"{HOSPITAL}: open")


def test_visitors_who_are_expected_are_told_once(town: Town) -> None:
    """Visitors who wait for what ran out are texted; visitors for something else are not."""
    hurt, test = refer(town, "Amina", "hurt"), refer(town, "Bahati", "test")
    town["Nurse"].text_and_confirm(f"1 {hurt}")
    town["Nurse"].text_and_confirm(f"1 {test}")
    hold(town["Amina"], "My visit", hurt)
    assert "They expect you" in town["Amina"].screen
    town["Amina"].inbox(), town["Bahati"].inbox()
    town["Nurse"].text_and_confirm("no PEP till Monday")
    assert stage(town, "Amina", hurt) is ReferralStage.FULL
    assert stage(town, "Bahati", test) is ReferralStage.WELCOME
    assert town["Amina"].inbox() == ["An answer waits for you. Dial *384*2024#"]
    assert town["Bahati"].inbox() == []


def test_they_expect_you_stands_only_after_the_nurse_answered(town: Town) -> None:
    code, amina = refer(town, "Amina", "test"), town["Amina"]
    assert "expect" not in hold(amina, "My visit", code)
    town["Nurse"].text_and_confirm(f"2 {code}")
    assert "expect" not in hold(amina, "My visit", code)
    town["Nurse"].text_and_confirm(f"1 {code}")
    assert "They expect you" in hold(amina, "My visit", code)


def test_one_answer_waits_until_it_was_read(town: Town) -> None:
    code, amina, nurse = refer(town, "Amina", "test"), town["Amina"], town["Nurse"]
    for said in (f"1 {code}", f"2 {code}", f"5 {code} Come by the blue gate", f"1 {code} after noon"):
        nurse.text_and_confirm(said)
    assert amina.inbox() == ["An answer waits for you. Dial *384*2024#"]
    screen = hold(amina, "My visit", f"! {code}")
    assert "They expect you" in screen and "Come by the blue gate" in screen and "after noon" in screen
    assert "blue gate" in hold(amina, "My visit", code), "a call that is cut off loses no words"
    assert amina.inbox() == []
    nurse.text_and_confirm(f"2 {code}")
    assert amina.inbox() == ["An answer waits for you. Dial *384*2024#"]


def test_a_silent_clinic_is_announced_once_too(town: Town) -> None:
    code = refer(town, "Amina", "test")
    town.work()
    for _ in range(3):
        town.sleep(1900)
        town.work()
    town["Nurse"].text_and_confirm(f"2 {code}")
    assert town["Amina"].inbox() == ["An answer waits for you. Dial *384*2024#"]


def test_the_nurse_reads_what_an_answer_changed(town: Town) -> None:
    code, nurse = refer(town, "Amina", "test"), town["Nurse"]
    nurse.text_and_confirm(f"1 {code}")
    assert nurse.inbox()[-1] == "Thank you."
    nurse.text_and_confirm(f"1 {code}")
    assert nurse.inbox()[-1] == f"{code}: this was your answer already: You can come"
    nurse.text_and_confirm(f"2 {code}")
    assert nurse.inbox()[-1] == f"{code}, changed. Now: We are full. Before: You can come"


def invite(town: Town, name: str) -> str:
    """Add this person's phone to the hospital from Zuhura's phone. Return the PIN."""
    zuhura = town["Zuhura"]
    zuhura.dial("1", "7", "9753")
    zuhura.choose("Team", "A new nurse's phone", HOSPITAL)
    return zuhura.press(NUMBERS[name]).split("PIN: ")[1][:4]


def activation(town: Town, name: str) -> str:
    [text] = [text for text in town[name].inbox() if text.startswith("Please answer this text with")]
    return text.split()[5]


def test_a_new_nurses_phone_needs_no_terminal(town: Town) -> None:
    pin = invite(town, "Dafina")
    assert any("one more phone" in text for text in town["Nurse"].inbox()), "a stolen admin's phone could do it"
    assert not any("one more phone" in text for text in town["Zuhura"].inbox())
    code, dafina = activation(town, "Dafina"), town["Dafina"]
    dafina.dial("1", "7", pin)
    assert "Team" not in dafina.screen, "before its code came back the phone has no role"
    dafina.text(code)
    dafina.dial()
    dafina.choose("English", "PIN")
    dafina.press(pin)
    assert "Answer a visitor" in dafina.choose("Team")
    [nurse] = [p for p in town.store.read_world().roster.nurses("D01") if p.token == staff_token(town, "Dafina")]
    assert nurse.roles == {Role.CLINIC}


def staff_token(town: Town, name: str) -> bytes:
    return town.store.vault.token(number(name), Purpose.STAFF)


def test_a_phone_that_has_a_task_is_refused(town: Town) -> None:
    before = town.store.read_world().roster.by_token[staff_token(town, "Vera")]
    zuhura = town["Zuhura"]
    zuhura.dial("1", "7", "9753")
    zuhura.choose("Team", "A new nurse's phone", HOSPITAL)
    assert zuhura.press(NUMBERS["Vera"]).startswith("This phone has a task already.")
    do(town, "Zuhura", intents.InviteNurse(area_of_hospital(town), "D01", NUMBERS["Vera"], "8246"))
    assert town.store.read_world().roster.by_token[staff_token(town, "Vera")] == before


def area_of_hospital(town: Town) -> str:
    clinic = town.store.read_world().directory.get("D01")
    assert clinic
    return clinic.area_id


def test_only_an_admin_is_offered_it(town: Town) -> None:
    town["Vera"].dial("1", "7", "2468")
    assert "nurse" not in town["Vera"].choose("Team")


def test_another_nurse_hears_each_change_once(town: Town) -> None:
    invite(town, "Dafina")
    town["Dafina"].text(activation(town, "Dafina"))
    town["Nurse"].inbox(), town["Dafina"].inbox()
    town["Nurse"].text_and_confirm("no PEP till Monday")
    [told] = town["Dafina"].inbox()
    assert told.startswith(f"{HOSPITAL}: callers read now: medicine to start within 72 h: none till Mon")
    assert [text for text in town["Nurse"].inbox() if "callers read now" in text] == []


def test_after_90_days_the_nurse_is_asked_and_14_days_later_the_place_is_listed_only(town: Town) -> None:
    town.clock("Mon 12:00")
    town.sleep(80 * DAY_S)
    review(town)
    assert not any("still right" in text for text in town["Nurse"].inbox())
    town.sleep(11 * DAY_S)
    review(town)
    [asked] = [text for text in town["Nurse"].inbox() if "still right" in text]
    assert "text OPEN" in asked
    town.sleep(13 * DAY_S)
    review(town)
    assert "checked" in places_for(town, "test")[0]
    town.sleep(DAY_S)
    review(town)
    line = next(line for line in places_for(town, "test") if line.startswith(HOSPITAL))
    assert "checked" not in line
    assert any("nobody confirmed that all is still right" in text for text in town["Zuhura"].inbox())
    assert not any("still right" in text for text in town["Nurse"].inbox()), "it is asked once"
    town["Nurse"].text_and_confirm("open")
    assert "checked" in places_for(town, "test")[0]


def test_a_nurse_who_says_by_ussd_that_all_is_right_is_not_asked(town: Town) -> None:
    town.clock("Mon 12:00")
    town.sleep(80 * DAY_S)
    our_place(town, "What callers read", "All is right")
    town.sleep(20 * DAY_S)
    review(town)
    assert not any("still right" in text for text in town["Nurse"].inbox())


def rate(town: Town, clinic: str, **counts: int) -> None:
    for answer, count in counts.items():
        town.store.connection.execute("HSET", RATINGS.name, rating_field(town.store.vault, clinic, answer), count)
    town.clock("Mon 12:00")
    review(town)


def test_staff_read_how_visits_went_without_small_numbers(town: Town) -> None:
    code = refer(town, "Amina", "test")
    hold(town["Amina"], "My visit", code, "How was the visit?", "They were unkind to me")
    town.clock("Mon 12:00")
    review(town)
    vera = town["Vera"]
    vera.dial("1", "7", "2468")
    assert vera.choose("Team", "How visits went").startswith(f"{HOSPITAL}: kind <10, unkind <10")
    rate(town, "D01", good=3, bad=40)
    vera.dial("1", "7", "2468")
    assert vera.choose("Team", "How visits went").startswith(f"{HOSPITAL}: kind <10, unkind 40")


def test_one_phone_counts_once_for_a_place(town: Town) -> None:
    for _ in range(3):
        code = refer(town, "Amina", "test")
        do(town, "Amina", intents.RateReferral(code, "bad"))
        do(town, "Amina", intents.RateReferral(code, "bad"))
    assert town.store.read_ratings().of("D01") == {"good": 0, "bad": 1, "not": 0}


def test_ratings_reach_the_order_of_places(town: Town) -> None:
    """The order itself is tested in `tests/unit/test_directory.py`."""
    rate(town, "D01", bad=MIN_RATINGS)
    assert town.store.read_world().directory.state("D01").rating_rank == 2
    rate(town, "D01", bad=MIN_RATINGS - 1)
    assert town.store.read_world().directory.state("D01").rating_rank == 1


def test_a_nurses_text_about_other_things_is_no_report(town: Town) -> None:
    for text in ("I am closed in", "no PEP. Police raid at the gate", "the road is closed", "are you open?"):
        town["Nurse"].text(text)
        town.work()
        town["Nurse"].text(town["Nurse"].fresh_code() or "1")
    state = town.store.read_world().directory.state("D01")
    assert not state.closed_until and not state.out
