"""Contacts, safe calls and SOS: limits, ends, what is stored, and crashes between two steps."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.cli import feature
from gateway.cli.checks import features as checks
from gateway.cli.checks.finding import Level
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE, INVITATION_WINDOW_S, MAX_CONTACTS, MAX_INVITATIONS, ContactTask
from gateway.model.feature import Feature
from gateway.model.safe_call import SAFE_CALL_FEATURE, SafeCallTask
from gateway.model.sos import SOS_FEATURE, SosTier
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_task import SosTask
from gateway.model.task import Task, task_of
from gateway.settings import Settings
from gateway.store import keys
from gateway.store.records.callers import CONTACT_REQUESTS
from jobs import dispatch
from tests.harness.cast import NUMBERS, RESPONDERS, TEAM, number
from tests.harness.leaks import Haystack, needles
from tests.harness.steps_backup import lose_redis, restore_backup, save_backup
from tests.harness.steps_contacts import CONTACT, WORDS, add_contacts, safety_profile
from tests.harness.steps_sos import close_sos
from tests.harness.steps_turns import do
from tests.harness.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def due(town: Town, lane: str = "alerts") -> list[Task | None]:
    found: Sequence[bytes] = town.store.connection.execute("ZRANGE", f"due:{lane}", 0, -1)
    return [task_of(item) for item in found]


def test_features_are_off_until_somebody_read_the_risks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature, "load_deployment", lambda: town.context.deployment)
    with pytest.raises(BadInput, match="safe-call needs contacts"):
        feature.turn_off(CONTACTS_FEATURE)
    feature.turn_off(SAFE_CALL_FEATURE)
    feature.turn_off(CONTACTS_FEATURE)
    feature.turn_off(SOS_FEATURE)
    assert "\n1. " not in town["Amina"].dial("1", "4")
    assert "We got it" not in said(town, "Amina", "SOS")
    with pytest.raises(BadInput, match="needs contacts"):
        feature.turn_on(SAFE_CALL_FEATURE, "Zuhura")
    with pytest.raises(BadInput, match="--by"):
        feature.turn_on(SOS_FEATURE, " ")
    feature.turn_on(SOS_FEATURE, "Zuhura")
    assert "I need someone now" in town["Amina"].dial("1", "4")
    for each in Feature.all():
        assert "How it could hurt" in feature.read_risk_page(each)


def test_check_keeps_asking(town: Town) -> None:
    found = list(checks.check(town.context.deployment))
    assert [f.level for f in found if "lawyer" in f.text] == [Level.SHOULD] * len(Feature.all())
    town.sleep(checks.REREAD_AFTER_S + 1)
    assert sum("read long ago" in f.text for f in checks.check(town.context.deployment)) == len(Feature.all())


def said(town: Town, name: str, words: str) -> str:
    town[name].text(words)
    return " ".join(town[name].inbox())


def test_nobody_is_asked_in_a_loop(town: Town) -> None:
    """Neither by one caller, nor by many, nor twice by the same."""
    for _again in range(3):
        do(town, "Amina", CONTACT)
    assert len(town["Bahati"].inbox()) == 1
    for name in ("Chiku", "Dafina", "Vera"):
        do(town, name, replace(CONTACT, display_name=name))
    assert len(town["Bahati"].inbox()) == keys.MAX_INVITATIONS - 1
    town.sleep(keys.INVITATIONS_TTL_S + 1)
    assert len(town["Bahati"].inbox()) == keys.MAX_INVITATIONS, "postponed questions are asked then"


def test_a_list_and_invitations_have_an_end(town: Town) -> None:
    for n in range(MAX_CONTACTS + 2):
        do(town, "Amina", replace(CONTACT, number=f"+25471100030{n}"))
    assert len(safety_profile(town).contacts) == MAX_CONTACTS
    for n in range(MAX_INVITATIONS):
        do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
        do(town, "Amina", replace(CONTACT, number=f"+25471100040{n}"))
    assert len(safety_profile(town).invitations) == MAX_INVITATIONS
    assert len(safety_profile(town).contacts) < MAX_CONTACTS
    town.sleep(INVITATION_WINDOW_S + 1)
    do(town, "Amina", replace(CONTACT, number="+254711000500"))
    assert len(safety_profile(town).invitations) == MAX_INVITATIONS + 1


def test_no_contact_is_texted_before_a_yes_or_after_stop(town: Town) -> None:
    do(town, "Amina", CONTACT, intents.SetArrestMessage("Aisha is held"))
    assert "A. asks" in town["Bahati"].inbox()[0]
    do(town, "Amina", intents.ReportDetained())
    town.sleep(61)
    assert town["Bahati"].inbox() == []
    town["Bahati"].text_and_confirm("YES")
    assert "Thank you" in town["Bahati"].inbox()[0]
    do(town, "Amina", intents.ReportDetained())
    town.sleep(61)
    assert town["Bahati"].inbox() == ["Aisha is held 0711000099"]
    do(town, "Amina", intents.ReportDetained())
    town["Bahati"].text("STOP")
    town.sleep(61)
    assert town["Bahati"].inbox() == ["Done. No more texts."]
    assert safety_profile(town).contacts == ()
    assert not town.store.connection.execute("KEYS", "trust:*") and not town.store.connection.execute("KEYS", "gone:*")


def test_pressing_again_delays_nothing(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.ReportDetained())
    town.sleep(50)
    do(town, "Amina", intents.ReportDetained())
    town.sleep(11)
    assert town["Bahati"].inbox() == ["Aisha is held 0711000099"]


def test_an_extension_needs_the_own_pin(town: Town) -> None:
    """A person who has the phone cannot delay the alarm."""
    add_contacts(town)
    do(town, "Amina", intents.SetOwnPin("2468"), intents.StartSafeCall(int(town.now()) + 600, WORDS))
    until = town.store.read_turn(number("Amina")).safe_call.until
    town["Amina"].dial("1", "7", "9999", "4")
    assert "One hour more" not in town["Amina"].screen
    assert town.store.read_turn(number("Amina")).safe_call.until == until
    town.sleep(300)
    town["Amina"].dial("1", "7", "2468", "4")
    town["Amina"].choose("One hour more")
    assert town.store.read_turn(number("Amina")).safe_call.until > until


def test_a_stop_between_queueing_and_sending_counts(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.ReportDetained())
    town.sleep(61)
    town.make_due_by_town_clock()
    [item] = [i for i in town.store.work_queue.claim("alerts", 5) if i.task is ContactTask.SEND_ARREST_MESSAGE]
    dispatch.handle_item(town.context, item)
    town["Bahati"].text("STOP")
    assert town["Bahati"].inbox() == ["Done. No more texts."]


def test_delete_leaves_nothing_of_the_caller(town: Town) -> None:
    add_contacts(town, "Bahati", "Chiku")
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 600, WORDS), intents.RaiseSos(), intents.ReportDetained())
    town["Amina"].text_and_confirm("DELETE")
    for name in ("Rehema", "Salma"):
        town.inbox(name)
    town.sleep(3600)
    assert [town["Bahati"].inbox(), town["Chiku"].inbox()] == [[], []]
    call = town.store.connection.execute
    left = [k for kind in ("care", "out", "sos", "calls", "trust") for k in call("KEYS", f"{kind}*")]
    assert left == []
    assert not {SafeCallTask.ADVANCE_SAFE_CALL, SosTask.ADVANCE_SOS, ContactTask.SEND_ARREST_MESSAGE} & set(due(town))


def test_a_crash_between_two_steps_repeats_nothing(town: Town) -> None:
    """The worker dies after its commit, before it reports the item as done. The next worker finds it done."""
    add_contacts(town)
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 60, WORDS))
    for step, wanted in ((121, 0), (601, 0), (901, 1)):  # the first is rounded up to a minute
        town.sleep(step)
        town.make_due_by_town_clock()
        items = [i for i in town.store.work_queue.claim("alerts", 5) if i.task is SafeCallTask.ADVANCE_SAFE_CALL]
        for item in items:
            dispatch.handle_item(town.context, item)
            dispatch.handle_item(town.context, item)  # again, with a lease that ran out
        assert len(town["Bahati"].inbox()) == wanted


def test_a_duress_pin_ends_it_on_the_screen_only(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.SetOwnPin("2468"), intents.SetDuressPin("1357"))
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 3600, WORDS))
    screens = {}
    for code in ("2468", "1357"):
        do(town, "Amina", intents.StartSafeCall(int(town.now()) + 3600, WORDS))
        town.sleep(300)  # a session that was cut off is not resumed
        town["Amina"].dial("1", "7", code, "4")
        screens[code] = town["Amina"].choose("I am back")
        town.sleep(300)
        assert "If I am not back" in town["Amina"].dial("1", "7", code, "4"), code
    assert screens["2468"] == screens["1357"]
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    assert town["Amina"].inbox() == []


def test_two_staff_get_an_sos_even_if_nobody_is_on_duty(town: Town) -> None:
    for name in (*TEAM, *RESPONDERS):
        do(town, name, intents.SetDuty(is_on_duty=False))
    do(town, "Amina", intents.RaiseSos())
    assert len(town["Rehema"].inbox()) == len(town["Salma"].inbox()) == 1


def test_where_no_responder_is_on_duty_others_are_asked_at_once_and_responders_a_minute_later(town: Town) -> None:
    for name in RESPONDERS:
        do(town, name, intents.SetDuty(is_on_duty=False))
    do(town, "Amina", intents.RaiseSos())
    assert sum(len(town[name].inbox()) for name in TEAM) >= 2
    assert [town[name].inbox() for name in RESPONDERS] == [[], []]
    town.sleep(61)
    assert [len(town[name].inbox()) for name in RESPONDERS] == [1, 1]


def test_only_the_chosen_people_get_an_sos(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS, SosTier.CONTACTS)), intents.RaiseSos())
    town.work()
    town.sleep(61)
    assert "Aisha needs you now" in town["Bahati"].inbox()[0]
    town.sleep(121)
    town.sleep(121)
    assert [town[name].inbox() for name in ("Vera", "Wema", "Zuhura")] == [[], [], []]


def test_an_sos_after_a_false_one_is_listed_lower_and_never_left_out(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    town.work()
    close_sos(town, SosAnswer.FALSE_ALARM)
    town.work()
    do(town, "Amina", intents.RaiseSos())
    town.sleep(2)
    do(town, "Bahati", intents.RaiseSos())
    town.work()
    first, second = (town.store.read_turn(number(name)).sos.code for name in ("Bahati", "Amina"))
    screen = town["Salma"].dial("1", "7", "3434", "8", "1")
    assert screen.index(first) < screen.index(second)


def test_one_call_at_a_time_and_it_ends_by_itself(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    code = town.store.read_turn(number("Amina")).sos.code
    do(town, "Amina", intents.RaiseSos())
    assert town.store.read_turn(number("Amina")).sos.code == code
    town.work()
    town.sleep(town.store.settings.times.sos + 1)
    town.work()
    assert town.store.connection.execute("ZCARD", keys.OPEN_SOS) == 0
    assert "Nobody asks for help now" in town["Salma"].dial("1", "7", "3434", "8", "1")


def test_an_sos_withdrawn_again_and_again_texts_nobody_at_once(town: Town) -> None:
    """The SOS is listed like any other, and staff on duty are texted after it was open for a minute."""
    for _again in range(4):
        do(town, "Amina", intents.RaiseSos())
        town.work()
        do(town, "Amina", intents.EndSos())
    do(town, "Amina", intents.RaiseSos())
    code = town.store.read_turn(number("Amina")).sos.code
    wanted = [text for text in town["Salma"].inbox() if "you are needed" in text]
    assert len(wanted) == 3
    assert code in town["Salma"].dial("1", "7", "3434", "8", "1")
    town.sleep(61)
    assert [code in text for text in town["Salma"].inbox()] == [True]


def test_others_of_the_team_read_what_they_were_asked_about(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    town.work()
    assert "Calls for help" not in town["Vera"].dial("1", "7", "2468", "8")
    for _step in range(3):
        town.sleep(121)
        town.work()
    assert "Calls for help: 1" in town["Vera"].dial("1", "7", "2468", "8")


def test_strangers_to_the_team_see_no_calls(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos(), intents.AddSosDetails(WORDS))
    town.work()
    assert (
        town.store.read_turn(number("Bahati")).sos_by_code == {}
        and town.store.read_turn(number("Nurse")).sos_by_code == {}
    )
    assert WORDS not in town["Salma"].dial("1", "7")
    assert WORDS in town["Salma"].press("3434", "8", "1", "1")


def test_nothing_stands_in_clear(town: Town, values: Settings) -> None:
    add_contacts(town)
    do(
        town,
        "Amina",
        intents.StartSafeCall(int(town.now()) + 600, WORDS),
        intents.RaiseSos(),
        intents.AddSosDetails(WORDS),
    )
    do(town, "Amina", intents.SetPassphrase("Swalaword"), intents.SetDuressPin("0357"))
    hay = Haystack()
    hay.put_redis(town.store.connection.redis)
    hidden = needles(NUMBERS, ["Kibokohotel", "Swalaword", "Aisha", "Sister"])
    assert hay.find(hidden) == []


def test_a_backup_brings_lists_back_and_nobody_who_left(town: Town, tmp_path: Path) -> None:
    add_contacts(town, "Bahati", "Chiku")
    do(town, "Dafina", replace(CONTACT, number=NUMBERS["Amina"]))
    path = save_backup(town, tmp_path / "backup")
    town["Chiku"].text("STOP")
    town["Dafina"].text_and_confirm("DELETE")
    town.work()
    lose_redis(town)
    restore_backup(town, path)
    assert [c.name for c in safety_profile(town).contacts] == ["Sister"]
    assert safety_profile(town, "Dafina") is None
    assert town.store.safety_records.has_agreed_contact(
        number("Bahati")
    ) and not town.store.safety_records.has_agreed_contact(number("Chiku"))
    assert not town.store.connection.execute(
        "EXISTS", keys.contact_requests(CONTACT_REQUESTS.tag(town.store.vault, number("Amina")))
    )
