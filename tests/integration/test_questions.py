"""Ask us: a question without a number, who is asked to answer, and a verifier's question to a reporter."""

import pytest

from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.conversation import LIFETIME_S, MAX_CONVERSATIONS, MAX_LINES, NEXT_PERSON_S, Conversation
from gateway.model.staff import Role
from tests.harness.cast import NUMBERS
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_safe_call import PIN, SECOND, set_pins
from tests.harness.steps_turns import area_id, do, leave
from tests.harness.town import Town
from translations import Languages

MINUTE_S = 60
"""work is due at whole minutes"""
WAITS = "An answer waits for you."
ASKED = "a question waits for you"


def ask(town: Town, name: str = "Dafina", words: str = "may I refuse?", text: bool = True) -> None:
    assert town[name].dial("1", "5", "2", words, "1" if text else "2").startswith("Thank you.")


def only(town: Town) -> Conversation:
    [found] = town.store.read_world().conversations.values()
    return found


def answer(town: Town, words: str = "You can.", name: str = "Asha") -> None:
    do(town, name, intents.AnswerQuestion(only(town).code, words))


def duty(town: Town, **names: bool) -> None:
    for name, on in names.items():
        town.change_staff(name, duty_override=on)


def test_where_nobody_is_named_it_is_offered_nowhere(town: Town) -> None:
    ask_us = "Ask us"
    assert ask_us in town["Dafina"].dial("1", "5")
    town.change_staff("Asha", roles=frozenset({Role.SENDER}))
    assert ask_us not in town["Amina"].dial("1", "5")
    topic = next(t for t in town.store.read_world().topics("en") if t.group == "police" and t.answers)
    town["Chiku"].dial("1", "3")
    shown = town["Chiku"].choose("Police", topic.title)
    while "98. " in town["Chiku"].screen:
        shown += town["Chiku"].press("98")
    assert "1. Text me this" in shown and "2. Ask us" not in shown
    assert "Questions" not in town["Zuhura"].dial("1", "7", "9753", "8", "98")
    do(town, "Dafina", intents.AskUs("all the same"))
    assert not town.store.read_world().conversations


def test_a_topic_with_a_slot_leads_to_the_question_and_its_ready_answer_comes_first(town: Town) -> None:
    topic = next(t for t in town.store.read_world().topics("en") if t.group == "police" and t.answers)
    town["Dafina"].dial("1", "3")
    town["Dafina"].choose("Police", topic.title, "Ask us")
    town["Dafina"].press("must I?", "1")
    assert only(town).topic == topic.slug
    asha = town["Asha"]
    asha.dial("1", "7", "4545", "8", "2", "1")
    assert topic.title in asha.screen
    assert topic.answers[0].question in asha.choose("Ready answers")
    asha.press("1", "1")
    assert only(town).latest_from_us == (topic.answers[0].words,)


def test_every_slot_of_every_language_has_a_ready_answer(town: Town) -> None:
    languages: Languages = town.context.deployment.languages
    assert len(languages.codes) == 6
    for code in languages.codes:
        for topic in languages.topics(code):
            assert [slot for slot, _question, words in topic.answers if words] == list(topic.slots), topic.name


@pytest.mark.parametrize(
    ("hours", "on", "said"),
    [
        ("", True, "An answer takes about 2 hours."),
        ("Mon-Sun 20:00-21:00", None, "Somebody answers from 20:00."),
        ("", False, "Nobody is on duty now. An answer can take a day."),
    ],
)
def test_the_wait_is_said_before_the_caller_writes(town: Town, hours: str, on: bool | None, said: str) -> None:
    town.clock("Tue 10:00")
    town.change_staff("Asha", duty_hours=hours, duty_override=on)
    assert said in town["Dafina"].dial("1", "5", "2")


def test_the_wait_is_what_answers_took(town: Town) -> None:
    ask(town)
    town.sleep(5 * 3600)
    answer(town)
    assert "about 5 hours" in town["Chiku"].dial("1", "5", "2")


def test_the_next_person_is_asked_after_two_hours_and_at_last_the_admins(town: Town) -> None:
    town.change_staff("Sabra", roles=frozenset({Role.ADVISER}))
    duty(town, Asha=True, Sabra=False)
    ask(town)
    assert [ASKED in str(town[name].inbox()) for name in ("Asha", "Sabra", "Zuhura")] == [True, False, False]
    town.sleep(NEXT_PERSON_S - 60)
    assert town["Sabra"].inbox() == []
    town.sleep(2 * MINUTE_S)
    assert [ASKED in str(town[name].inbox()) for name in ("Asha", "Sabra", "Zuhura")] == [False, True, False]
    town.sleep(NEXT_PERSON_S + MINUTE_S)
    assert [ASKED in str(town[name].inbox()) for name in ("Asha", "Sabra", "Zuhura")] == [False, False, True]
    town.sleep(NEXT_PERSON_S + MINUTE_S)
    assert [town[name].inbox() for name in ("Asha", "Sabra", "Zuhura")] == [[], [], []]


def test_nobody_is_woken_before_duty_begins(town: Town) -> None:
    town.clock("Tue 02:00")
    town.change_staff("Asha", duty_hours="Mon-Sun 08:00-20:00")
    ask(town)
    assert town["Asha"].inbox() == []
    town.clock("Tue 08:01")
    assert ASKED in str(town["Asha"].inbox())


def test_after_an_answer_nobody_else_is_asked(town: Town) -> None:
    ask(town)
    town["Asha"].inbox()
    answer(town)
    town.sleep(NEXT_PERSON_S + MINUTE_S)
    assert town["Zuhura"].inbox() == []


def test_the_caller_is_texted_once_until_it_was_read_and_only_after_a_yes(town: Town) -> None:
    ask(town)
    answer(town, "One.")
    answer(town, "Two.")
    assert str(town["Dafina"].inbox()).count(WAITS) == 1
    assert town["Dafina"].dial("1", "99").startswith("One.\nTwo.")
    ask(town, text=False)
    answer(town, "Three.")
    assert town["Dafina"].inbox() == []
    assert town["Dafina"].dial("1", "99").startswith("Three.")


def test_after_stop_no_text_comes_and_the_answer_is_there(town: Town) -> None:
    ask(town)
    town["Dafina"].text("STOP")
    town["Dafina"].inbox()
    answer(town)
    assert town["Dafina"].inbox() == []
    assert "! 1 waits" in town["Dafina"].dial("1")


def test_no_screen_of_staff_has_a_number_and_the_record_has_none_in_clear(town: Town) -> None:
    ask(town, words="Kibokosalon")
    asha = town["Asha"]
    shown = asha.dial("1", "7", "4545", "8", "2") + asha.press("1") + asha.press("2")
    assert "Kibokosalon" in shown and NUMBERS["Dafina"][-9:] not in shown
    stored = str(town.store.connection.execute("HGETALL", "talks"))
    assert "Kibokosalon" not in stored and only(town).code not in stored
    assert town.store.vault.token is not None and str(only(town).owner) not in stored


def test_it_ends_after_seven_days_and_on_delete(town: Town) -> None:
    ask(town)
    town.sleep(LIFETIME_S - 3600)
    town.work()
    assert only(town)
    town.sleep(3700)
    town.work()
    assert not town.store.read_world().conversations
    ask(town)
    leave(town, "DELETE", "Dafina")
    assert not town.store.read_world().conversations


def test_only_so_many_conversations_and_lines_are_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.actions.conversations.MAX_CONVERSATIONS", 1)
    for n in range(MAX_LINES + 2):
        do(town, "Dafina", intents.AskUs(f"word {n}"))
    do(town, "Chiku", intents.AskUs("no room"))
    assert MAX_CONVERSATIONS > 1 and [line.words for line in only(town).lines][:2] == ["word 0", "word 3"]


def test_behind_the_own_pin_alone_and_behind_the_second_code_alike(town: Town) -> None:
    add_contacts(town, "Bahati")
    set_pins(town)
    ask(town, "Amina")
    answer(town)
    assert "waits" not in town["Amina"].dial("1"), "before the PIN it is a stranger's phone"
    assert "Read the answer" not in town["Amina"].press("5", "2")
    do(town, "Amina", intents.MarkAnswerRead(only(town).code), behind_pin=False)
    assert only(town).is_unread
    with_pin, with_second = (town["Amina"].dial("1", "7", code) for code in (PIN, SECOND))
    assert with_pin == with_second and with_pin.startswith("99. ! 1 waits")


def test_a_stranger_can_neither_read_nor_end_another_phones_conversation(town: Town) -> None:
    ask(town)
    answer(town)
    do(town, "Chiku", intents.MarkAnswerRead(only(town).code), intents.AnswerVerifier(only(town).code, "x"))
    assert only(town).is_unread
    assert "waits" not in town["Chiku"].dial("1")


def test_a_verifier_asks_a_reporter_one_question_and_reads_the_answer(town: Town) -> None:
    do(town, "Chiku", intents.SubmitReport(AlertKind.RAID, area_id(town), "gate"))
    vera, chiku = town["Vera"], town["Chiku"]
    vera.inbox()
    vera.dial("1", "7", "2468", "8")
    vera.choose("To check")
    vera.press("1")
    vera.choose("Ask who told us")
    vera.press("did you see it?")
    assert "We have one question for you." in str(chiku.inbox())
    assert "did you see it?" in chiku.dial("1", "99")
    town.sleep(200)
    chiku.press("I saw two cars")
    assert "Please check notice" in str(vera.inbox()), "the verifier hears that there is more"
    assert "waits" not in chiku.dial("1")
    vera.dial("1", "7", "2468", "8")
    vera.choose("To check")
    shown = vera.press("1")
    assert "I saw two cars" in shown and "We asked: did you see it?" in shown and "Ask who" not in shown
    assert not town.store.read_world().conversations, "one question, one answer"


def test_a_second_question_about_a_report_is_not_asked(town: Town) -> None:
    do(town, "Chiku", intents.SubmitReport(AlertKind.RAID, area_id(town), "gate"))
    [alert] = town.store.read_world().alerts.values()
    do(town, "Vera", intents.AskReporters(alert.number, "one?"))
    do(town, "Vera", intents.AskReporters(alert.number, "two?"))
    assert [line.words for line in only(town).lines] == ["one?"]


def test_the_reporter_may_skip_the_question(town: Town) -> None:
    do(town, "Chiku", intents.SubmitReport(AlertKind.RAID, area_id(town), "gate"))
    [alert] = town.store.read_world().alerts.values()
    do(town, "Vera", intents.AskReporters(alert.number, "one?"))
    town["Chiku"].dial("1", "99")
    town["Chiku"].choose("Skip")
    assert not town.store.read_world().conversations
    assert town.store.read_world().report(alert.number).venues == ("gate",)
