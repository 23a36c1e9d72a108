"""A forger sends texts and missed calls whose sender number is another person's. Nothing is removed or exposed.

The forger posts what a network would post, to the real web application, and cannot read the texts that go out.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.enrolment import enrol_staff
from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.safe_call import SAFE_CALL_FEATURE
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role, Staff
from gateway.model.text_guard import (
    MAX_ANSWERED_PER_DAY,
    MAX_REQUESTED_TEXTS,
    MAX_UNPROVEN_PER_DAY,
    MAX_UNPROVEN_PER_HOUR,
    STAFF_FACTOR,
)
from gateway.settings import Settings
from tests.harness.cast import NUMBERS, TEAM, number
from tests.harness.phone import FRESH_CODE
from tests.harness.served import Served, served
from tests.harness.steps_contacts import CONTACT, add_contacts, safety_profile
from tests.harness.steps_turns import agreed_visit, do
from tests.harness.town import Town

PIN, SECOND = "2468", "1357"
BACK = "+254711000702"


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(f'[voice]\nsos_number = "+254711000701"\nsafe_call_number = "{BACK}"\n')
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml"), "MWAVULI_STAFF_SMS": "1"}


@pytest.fixture
def web(values: Settings, town: Town) -> Iterator[Served]:
    town.turn_on(SOS_FEATURE, CONTACTS_FEATURE, SAFE_CALL_FEATURE)
    with served(values) as web:
        yield web


def person(town: Town, name: str) -> Staff:
    return next(p for p in town.store.read_world().roster.people if p.name == name)


def forge(web: Served, name: str, *texts: str) -> None:
    for words in texts:
        assert web.text(name, words).status_code == 200


def ring_back(web: Served, name: str) -> str:
    form = {"sessionId": "one", "callerNumber": NUMBERS[name], "destinationNumber": BACK, "isActive": "1"}
    return web.post("voice", form).text


def questions(texts: list[str]) -> list[str]:
    """Return the codes that the owner of the phone reads."""
    return [found[1] for text in texts if (found := re.search(FRESH_CODE, text))]


# Roles (A3 a)


def test_a_forger_who_sends_stop_from_every_staff_phone_takes_no_role(town: Town, web: Served) -> None:
    for name in (*TEAM, "Rehema", "Salma", "Nurse"):
        forge(web, name, "STOP")
    assert all(p.active for p in town.store.read_world().roster.people)
    assert town["Vera"].inbox()[-1] == "Done. No more texts.", "other words would show whose phone it is"
    town["Vera"].dial("1", "7", TEAM["Vera"][3], "8")
    assert "This phone sent STOP" in town["Vera"].choose("My tasks")
    town["Vera"].choose("Get texts again")
    assert person(town, "Vera").gets_texts
    town["Wema"].dial("1", "7", TEAM["Wema"][3], "8")
    town["Wema"].choose("I go on duty")
    assert person(town, "Wema").gets_texts


def test_a_forged_stop_of_one_verifier_leaves_the_others_warned_and_asked(town: Town, web: Served) -> None:
    forge(web, "Vera", "STOP")
    assert "Vera sent STOP and gets no more texts." in town["Zuhura"].inbox()
    town["Vera"].inbox()
    forge(web, "Chiku", "REPORT soko mwezi raid")
    town.work()
    assert town["Vera"].inbox() == []
    assert any("Soko Mwezi" in text for text in town["Wema"].inbox()), "the next verifier is asked at once"


def test_a_thief_with_the_staff_phone_but_no_pin_ends_no_role(town: Town, web: Served) -> None:
    town["Vera"].dial("1", "6", "7", "1")
    assert person(town, "Vera").active
    assert "Team" not in town["Vera"].dial("1", "7", "0000")


def test_the_last_admin_and_responder_cannot_leave_and_colleagues_hear_of_others(town: Town, web: Served) -> None:
    town["Zuhura"].dial("1", "7", TEAM["Zuhura"][3], "8")
    town["Zuhura"].choose("My tasks")
    assert "Nobody else does this here" in town["Zuhura"].choose("Leave the team")
    town["Vera"].dial("1", "7", TEAM["Vera"][3], "8")
    town["Vera"].choose("My tasks", "Leave the team", "Yes")
    assert town["Vera"].screen == "Done. You have left the team."
    assert not person(town, "Vera").active
    assert "Vera has left the team." in town["Zuhura"].inbox()


def test_two_verifiers_who_leave_at_once_do_not_both_leave(town: Town) -> None:
    turns = [town.store.read_turn(number(name)) for name in ("Wema", "Zuhura")]
    for turn in turns:
        town.store.apply_intents(turn, (intents.LeaveTeam(),), "en")
    done = [town.store.commit(turn.transaction) for turn in turns]
    assert len([p for p in town.store.read_world().roster.people if p.may_verify and not p.area]) >= 1, done


# Clinics (A3 b)


def test_a_forger_who_tries_all_codes_of_a_clinic_answers_no_visit(town: Town, web: Served) -> None:
    do(town, "Amina", *agreed_visit(town, "48215"))
    town["Nurse"].inbox()
    codes = [f"{n}{check}" for n in range(4816, 4826) for check in range(10)]
    forge(web, "Nurse", *(f"5 {code} Come to the blue gate" for code in codes))
    _raw, referral = town.store.read_referral("48215")
    assert referral and not referral.clinic_texts
    assert town["Amina"].inbox() == []
    assert len(town["Nurse"].inbox()) <= STAFF_FACTOR * MAX_UNPROVEN_PER_HOUR


def test_a_clinic_answers_with_the_fresh_code_and_a_wrong_visit_reads_alike(town: Town, web: Served) -> None:
    do(town, "Amina", *agreed_visit(town, "48215"))
    town["Nurse"].inbox()
    said = []
    for code in ("48215", "48314"):
        town["Nurse"].text(f"1 {code}")
        [question] = town["Nurse"].inbox()
        town["Nurse"].text(questions([question])[0])
        said.append((re.sub(FRESH_CODE, "0000", question), town["Nurse"].inbox()))
    assert said[0] == said[1]
    assert town.store.read_turn(number("Nurse")).text_guard.wrong_codes, "the code that the clinic does not have"
    assert town["Amina"].inbox() != []


# The safe call (A3 c, d)


def begin_safe_call(town: Town, *what: intents.Intent) -> None:
    add_contacts(town)
    do(town, "Amina", *what, intents.StartSafeCall(int(town.now()) + 600, "by the port"))


def test_a_forger_who_texts_every_pin_ends_no_safe_call_and_learns_no_pin(town: Town, web: Served) -> None:
    begin_safe_call(town, intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    forge(web, "Amina", *(f"SAFE {pin}" for pin in ("0000", SECOND, PIN, "9999")))
    assert town.store.read_turn(number("Amina")).safe_call
    assert town["Amina"].inbox() == ["Please dial *384*2024#."] * MAX_UNPROVEN_PER_HOUR
    assert town["Bahati"].inbox() == []


def test_with_a_pin_the_answer_to_safe_is_the_same_whether_or_not_a_safe_call_runs(town: Town, web: Served) -> None:
    do(town, "Amina", intents.SetPassphrase("mango"), intents.SetOwnPin(PIN))
    forge(web, "Amina", "SAFE")
    ring_back(web, "Amina")
    assert town["Amina"].inbox() == ["Please dial *384*2024#."]


def test_a_forged_safe_or_missed_call_stops_no_timer(town: Town, web: Served) -> None:
    begin_safe_call(town)
    assert "<Reject/>" in ring_back(web, "Amina")
    forge(web, "Amina", "SAFE", "safe")
    assert town.store.read_turn(number("Amina")).safe_call
    forge(web, "Amina", "0000", "1111", "2222", "3333")
    assert town.store.read_turn(number("Amina")).safe_call


def test_the_caller_ends_it_by_a_missed_call_and_the_code(town: Town, web: Served) -> None:
    begin_safe_call(town)
    ring_back(web, "Amina")
    [code] = questions(town["Amina"].inbox())
    forge(web, "Amina", code)
    assert town.store.read_turn(number("Amina")).safe_call is None


def test_a_forged_stop_ends_no_safe_call(town: Town, web: Served) -> None:
    begin_safe_call(town)
    forge(web, "Amina", "STOP")
    assert town.store.read_turn(number("Amina")).safe_call


# DELETE and YES (A3 e, f)


def test_a_forged_delete_deletes_nothing(town: Town, web: Served) -> None:
    add_contacts(town)
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].inbox()
    forge(web, "Amina", "DELETE")
    turn = town.store.read_turn(number("Amina"))
    assert turn.subscription and turn.safety_profile and turn.safety_profile.active_contacts
    [code] = questions(town["Amina"].inbox())
    forge(web, "Amina", code)
    assert town.store.read_turn(number("Amina")).subscription is None


def test_a_forged_delete_of_a_caller_with_a_pin_deletes_nothing(town: Town, web: Served) -> None:
    """Whoever has the phone too, and sends the code back, gets no more than by dialling without the PIN."""
    do(town, "Amina", intents.SetPassphrase("mango"), intents.SetOwnPin(PIN))
    forge(web, "Amina", "DELETE")
    [code] = questions(town["Amina"].inbox())
    forge(web, "Amina", code)
    assert town["Amina"].inbox() == ["Done. We delete all about this number. No more texts."]
    assert town.store.read_turn(number("Amina")).safety_profile


def test_a_caller_who_invites_a_stranger_cannot_forge_the_yes(town: Town, web: Served) -> None:
    do(town, "Amina", CONTACT)
    town.work()
    town["Bahati"].inbox()
    forge(web, "Bahati", "YES", "0000", "1234", "9999")
    town.work()
    assert not safety_profile(town).active_contacts
    assert len(town["Bahati"].inbox()) <= MAX_UNPROVEN_PER_HOUR


# Strangers (A3 g)


def test_a_forger_cannot_subscribe_or_out_a_stranger(town: Town, web: Served) -> None:
    forge(web, "Dafina", "JOIN soko mwezi", "RIGHTS", "RIGHTS 101", "RIGHTS 102", "HELP", "CLINIC", "ALERTS kasri")
    assert town.store.read_turn(number("Dafina")).subscription is None
    texts = [re.sub(FRESH_CODE, "", text) for text in town["Dafina"].inbox()]
    assert len(texts) == MAX_UNPROVEN_PER_HOUR
    neutral = {"Please dial *384*2024#.", "If you texted us now, send  to go on. Or dial *384*2024#."}
    assert set(texts) == neutral, "a question says nothing of what it is about"


def test_a_forger_cannot_fill_the_inbox_of_a_subscriber_day_by_day(town: Town, web: Served) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].inbox()
    for _ in range(12):
        forge(web, "Amina", *(f"RIGHTS {n}" for n in (101, 102, 103, 104, 105)))
        town.sleep(1801)
    texts = town["Amina"].inbox()
    assert len(texts) <= MAX_ANSWERED_PER_DAY + 10, "the last topic may have several texts"


def test_join_and_stop_in_turns_end_after_a_few(town: Town, web: Served) -> None:
    for _ in range(40):
        forge(web, "Dafina", "JOIN soko mwezi", "STOP")
    assert len(town["Dafina"].inbox()) <= 2


def test_over_a_day_a_stranger_gets_a_few_texts_and_none_after_stop(town: Town, web: Served) -> None:
    for _ in range(20):
        forge(web, "Dafina", "JOIN soko mwezi", "JOIN kasri", "hello", "HELP")
        town.sleep(3601)
    assert len(town["Dafina"].inbox()) <= MAX_UNPROVEN_PER_DAY
    town.sleep(86400)
    forge(web, "Dafina", "STOP")
    assert town["Dafina"].inbox() == ["Done. No more texts."]
    forge(web, "Dafina", "JOIN soko mwezi", "RIGHTS 101", "HELP")
    assert town["Dafina"].inbox() == []


def test_the_question_does_not_show_whether_a_number_is_known(town: Town, web: Served) -> None:
    town["Amina"].text_and_confirm("JOIN kasri")
    town["Amina"].inbox()
    answers = {}
    for name in ("Amina", "Dafina"):
        answers[name] = web.text(name, "JOIN soko mwezi").content
    assert answers["Amina"] == answers["Dafina"]
    said = [re.sub(FRESH_CODE, "0000", text) for name in answers for text in town[name].inbox()]
    assert len(said) == 2 and said[0] == said[1]


def test_a_forger_cannot_have_warnings_come_in_a_language_that_nobody_reads(town: Town, web: Served) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    forge(web, "Amina", "LANG zh_Hans")
    subscription = town.store.read_turn(number("Amina")).subscription
    assert subscription and subscription.lang == "en"


# Staff commands (A3 i)


def test_a_forger_cannot_try_one_use_codes_or_lock_a_verifier_out(town: Town, web: Served) -> None:
    town.give_codes("Vera", ["700001"])
    forge(web, "Vera", *(f"CONFIRM {n} 1234" for n in range(700000, 700020)))
    assert len(person(town, "Vera").code_hashes) == 1, "not even a right code is used up"
    assert not person(town, "Vera").wrong_pins
    town["Vera"].dial("1", "7", TEAM["Vera"][3], "8")
    assert "To check" in town["Vera"].screen


def test_wrong_one_use_codes_with_the_phone_in_hand_lock_texts_only(town: Town, web: Served) -> None:
    town.give_codes("Vera", ["700001"])
    for n in range(5):
        town["Vera"].text_and_confirm(f"ALERT 10000{n} soko mwezi raid")
        town.sleep(3601)
    town["Vera"].inbox()
    town["Vera"].text("ALERT 700001 soko mwezi raid")
    assert town["Vera"].inbox() == ["Please dial *384*2024#."]
    town["Vera"].dial("1", "7", TEAM["Vera"][3], "8")
    assert "To check" in town["Vera"].screen


def test_wrong_pins_by_dialling_do_not_lock_the_texts(town: Town, web: Served) -> None:
    town["Vera"].dial("1", "7", "1111", "8", "1112", "1113", "1114", "1115")
    town.give_codes("Vera", ["700001"])
    town["Vera"].text_and_confirm("ALERT 700001 soko mwezi raid gate")
    assert any("Sending now" in text for text in town["Vera"].inbox())


def test_a_forger_who_tries_activation_codes_has_five_a_day(town: Town, web: Served) -> None:
    _pin, code = enrol_staff(number("Dafina"), "Dafina", Role.VERIFIER)
    forge(web, "Dafina", *(f"{n:06}" for n in range(6)), code)
    assert not person(town, "Dafina").active
    assert len(town["Dafina"].inbox()) <= 1 + MAX_UNPROVEN_PER_HOUR, "and the text that asks for the code"
    town.sleep(86400)
    town["Dafina"].text(code)
    assert person(town, "Dafina").active


# The code itself


def test_a_forger_who_guesses_codes_has_three_tries_and_five_a_day(town: Town, web: Served) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    tried = 0
    for _ in range(24):
        forge(web, "Amina", "DELETE")
        guard = town.store.read_turn(number("Amina")).text_guard
        for guess in range(10000):
            code = guard.open_code(int(town.now()))
            if not code:
                break
            if f"{guess:04}" != code:
                forge(web, "Amina", f"{guess:04}")
                tried += 1
            guard = town.store.read_turn(number("Amina")).text_guard
        town.sleep(3601)
    assert tried <= 6
    assert town.store.read_turn(number("Amina")).subscription


def test_a_forged_text_cannot_ride_on_the_code_of_another(town: Town, web: Served) -> None:
    """The forger's DELETE waits, and Amina, who wants another place, answers the question that she gets."""
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].inbox()
    forge(web, "Amina", "DELETE")
    [code] = questions(town["Amina"].inbox())
    town["Amina"].text("JOIN kasri")
    assert town["Amina"].inbox() == ["Please dial *384*2024#."]
    town["Amina"].text(code)
    assert town.store.read_turn(number("Amina")).subscription


def test_a_code_ends_after_its_time_and_serves_once(town: Town, web: Served) -> None:
    town["Dafina"].text("JOIN soko mwezi")
    [code] = questions(town["Dafina"].inbox())
    town.sleep(601)
    town["Dafina"].text(code)
    assert town.store.read_turn(number("Dafina")).subscription is None
    town["Dafina"].text("JOIN soko mwezi")
    [code] = questions(town["Dafina"].inbox())
    town["Dafina"].text(f"ok {code[:2]} {code[2:]}")
    assert town.store.read_turn(number("Dafina")).subscription


class TestSharedCode:
    @pytest.fixture
    def environ(self, environ: dict[str, str]) -> dict[str, str]:
        return environ | {"AT_KEYWORD": "info"}

    def test_on_a_shared_short_code_the_question_names_our_keyword(self, town: Town) -> None:
        town["Dafina"].text("info JOIN soko mwezi")
        [question] = town["Dafina"].inbox()
        code = town["Dafina"].fresh_code()
        assert f"send info {code} to go on" in question
        town["Dafina"].text(f"info {code}")
        assert town.store.read_turn(number("Dafina")).subscription


def test_a_machine_that_sends_our_question_back_proves_nothing(town: Town, web: Served) -> None:
    forge(web, "Dafina", "JOIN soko mwezi")
    [question] = town["Dafina"].inbox()
    forge(web, "Dafina", question, f"Re: {question}")
    assert town.store.read_turn(number("Dafina")).subscription is None


def test_stop_and_a_cry_for_help_are_never_swallowed_by_a_question(town: Town, web: Served) -> None:
    for words in ("SOS at the ferry", "STOP"):
        forge(web, "Amina", "JOIN soko mwezi")
        forge(web, "Amina", words)
    turn = town.store.read_turn(number("Amina"))
    assert turn.sos
    assert not turn.text_guard.question
    box = town["Amina"].inbox()
    assert any(text.startswith("Done. Your call is still open: only its texts come. ") for text in box)


# Texts that a caller asks for (C2)


def test_a_caller_cannot_drain_the_balance_by_asking_for_texts(town: Town) -> None:
    for _ in range(30):
        town["Dafina"].dial("1", "3", "1", "1", "98", "98", "1", "1")
    assert 0 < len(town["Dafina"].inbox()) <= MAX_REQUESTED_TEXTS
    assert town["Dafina"].screen == "This phone got enough texts today. You can read here each day."
    town.sleep(86400)
    town["Dafina"].dial("1", "3", "1", "1", "98", "98", "1", "1")
    assert town["Dafina"].screen == "We send it now."


# Below the menus


def test_an_intent_that_a_menu_forgot_to_hold_back_is_refused(town: Town) -> None:
    for kind in (intents.DeleteCaller(), intents.EndSos(), intents.SetOwnPin(""), intents.LeaveTeam()):
        turn = town.store.read_turn(number("Vera"), text_id="ab")
        town.store.apply_intents(turn, (kind,), "en")
        assert not [w for w in turn.transaction.arguments(town.store.seal_item) if w in ("HDEL", "HSET", "DEL ")], kind
