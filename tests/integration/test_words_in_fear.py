"""What frightened people text during and after a call for help, in the words in which they did, and what they read."""

import re

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import REOPEN_S, SosTier
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_evidence import FLOOD_SOS
from gateway.model.sos_question import SosQuestion
from gateway.numbers import Number
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_contacts import WORDS, add_contacts
from tests.harness.steps_safe_call import HOUR, SECOND, miss_return_time, redial, set_pins
from tests.harness.steps_sos import empty_inboxes, pass_sos_stages, running_sos
from tests.harness.steps_turns import agreed_visit, area_id, do
from tests.harness.town import Town

SALMA = ("1", "7", "3434", "8", "1", "1")
"""the keys from dialling to the first call of the list"""
DANGER = [
    ("sw", "siko salama"), ("sw", "mko wapi"), ("sw", "mko wapi nitawajuaje"), ("sw", "mko mbali"),
    ("sw", "amerudi"),
    ("ru", "он вернулся"), ("ru", "я не в безопасности"), ("ru", "вы далеко"), ("ru", "как я вас узнаю"),
    ("en", "i am not safe"), ("en", "not safe"), ("en", "where are you"), ("en", "are you far"),
    ("en", "how will i know you"), ("en", "he came back"), ("en", "do not come to the front door"),
    ("en", "i am at home"),
    ("fr", "je ne suis pas en sécurité"), ("fr", "pas en sécurité"), ("fr", "vous êtes loin"),
    ("fr", "il est revenu"),
    ("es", "no estoy a salvo"), ("es", "están lejos"), ("es", "ha vuelto"), ("es", "no manden a la policía"),
    ("en", "dont come not safe"), ("en", "dont come he is back"), ("sw", "msije siko salama"),
    ("sw", "msije amerudi"),
    ("ru", "не приезжайте он здесь"), ("en", "he says im ok dont come"), ("zh_Hans", "别来了他在这里"),
    ("zh_Hans", "不安全"), ("zh_Hans", "你们在哪里"), ("zh_Hans", "他回来了"), ("zh_Hans", "我怎么认出你们"),
]  # fmt: skip
WISHES_TO_END = [
    ("en", "false alarm"), ("en", "please do not come"), ("en", "cancel"), ("en", "dont come im fine now"),
    ("en", "im ok now, he left, dont come"), ("sw", "wameondoka niko sawa msije"),
    ("fr", "c bon il est parti annulez"), ("zh_Hans", "不用来了我没事"), ("sw", "msije"), ("fr", "ne venez pas"),
    ("es", "no vengan"), ("ru", "не приезжайте"), ("zh_Hans", "不用来了"),
]  # fmt: skip
HOW_TO_END = {
    "en": "To end your call: dial", "sw": "Kumaliza ombi lako", "fr": "Pour arreter votre appel",
    "es": "Para terminar tu peticion", "ru": "Чтобы закрыть вызов", "zh_Hans": "要结束求助",
}  # fmt: skip


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def call_in(town: Town, lang: str, name: str = "Dafina") -> None:
    """Let somebody who reads this language call for help, and empty all inboxes."""
    do(town, name, intents.Subscribe(area_id(town)), intents.SetLanguage(lang, remember=False))
    town[name].text("SOS")
    town.work()
    empty_inboxes(town)


def without_codes(texts: list[str]) -> list[str]:
    return [re.sub(r"\b\d{4} =", "CODE =", text) for text in texts]


def shown_to_salma(town: Town) -> str:
    shown = town["Salma"].dial(*SALMA)
    while "\n98. " in town["Salma"].screen:
        shown += "\n" + town["Salma"].press("98")
    return shown.replace("\n", " ")


# --- words of danger are never answered with how to end the call


@pytest.mark.parametrize(("lang", "words"), DANGER)
def test_words_of_danger_are_passed_on_and_never_answered_with_how_to_end(lang: str, words: str, town: Town) -> None:
    call_in(town, lang)
    town["Dafina"].text(words)
    assert running_sos(town, "Dafina").texted == (words,)
    [answer] = town["Dafina"].inbox()
    assert not any(said in answer for said in HOW_TO_END.values()) and NUMBERS["Dafina"] not in answer
    assert "*384*2024#" not in answer


@pytest.mark.parametrize(("lang", "words"), WISHES_TO_END)
def test_a_clear_wish_to_end_reads_what_the_keys_do(lang: str, words: str, town: Town) -> None:
    call_in(town, lang)
    town["Dafina"].text(words)
    [answer] = town["Dafina"].inbox()
    assert answer.startswith(HOW_TO_END[lang]), answer
    assert running_sos(town, "Dafina").texted == (words,), "only the keys end it, and whoever comes reads it"


def test_home_is_a_place_unless_a_safe_call_waits_for_it(town: Town) -> None:
    call_in(town, "en")
    town["Dafina"].text("home")
    assert running_sos(town, "Dafina").texted == ("home",)


def test_a_pin_behind_our_word_reaches_no_responder(town: Town) -> None:
    call_in(town, "en")
    town["Dafina"].text("SAFE 2468")
    assert running_sos(town, "Dafina").texted == ()
    assert town["Dafina"].inbox()[0].startswith("To end your call")


def test_who_is_out_reads_what_the_keys_do_too(town: Town) -> None:
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + HOUR, WORDS, False))
    town["Amina"].text("false alarm")
    assert town["Amina"].inbox()[-1].startswith("To say that you are back: dial")


# --- an end without the PIN


def end_without_pin(town: Town) -> None:
    """Amina's phone has a PIN. Somebody presses the keys that end her call, and does not know it."""
    do(town, "Amina", intents.SetOwnPin("2468"))
    town["Amina"].dial("1", "4", "1", "1", "by the port")
    town.work()
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    shown_to_salma(town)
    town.sleep(300)
    town["Amina"].dial("1", "4", "1")
    empty_inboxes(town)
    assert town["Amina"].choose("End my call for help", "Yes, end it").startswith("Ended.")


def test_after_an_end_without_the_pin_the_phone_is_silent_and_responders_know(town: Town) -> None:
    end_without_pin(town)
    assert any("something new" in text for text in town["Salma"].inbox())
    shown = shown_to_salma(town)
    assert "Ended on the phone without the PIN." in shown and "Ask the caller" not in shown
    do(town, "Salma", intents.AskSosCaller(running_sos(town).code, SosQuestion.ALONE))
    do(town, "Rehema", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    pass_sos_stages(town)
    assert town["Amina"].inbox() == []
    for name in ("Salma", "Rehema"):
        do(town, name, intents.AnswerSos(running_sos(town).code, SosAnswer.FALSE_ALARM))
    assert town["Amina"].inbox() == []


def test_after_an_end_without_the_pin_words_reach_responders_and_read_as_a_strangers(town: Town) -> None:
    end_without_pin(town)
    for name in ("Amina", "Dafina"):
        town[name].text("room 3 green gate")
    assert without_codes(town["Amina"].inbox()) == without_codes(town["Dafina"].inbox())
    assert "room 3 green gate" in shown_to_salma(town)


@pytest.mark.parametrize("words", ["STOP", "SAFE 2468", "48213", "2468"])
def test_a_pin_and_stop_are_no_words_for_responders(words: str, town: Town) -> None:
    end_without_pin(town)
    town["Amina"].text(words)
    assert running_sos(town).texted == ()


def test_words_reach_responders_whom_the_second_code_called(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin("2468"), intents.SetDuressPin("1357"), intents.GiveDuressPin())
    empty_inboxes(town)
    for name in ("Amina", "Dafina"):
        town[name].text("room 3 green gate")
    assert without_codes(town["Amina"].inbox()) == without_codes(town["Dafina"].inbox())
    assert "room 3 green gate" in shown_to_salma(town)


def test_behind_the_pin_the_call_is_there_and_texts_come_again(town: Town) -> None:
    end_without_pin(town)
    town.sleep(300)
    assert "1 person is coming" in town["Amina"].dial("1", "7", "2468", "4", "1").replace("\n", " ")
    town["Amina"].choose("Say where you are")
    town["Amina"].press("behind the church")
    empty_inboxes(town)
    do(town, "Rehema", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    assert town["Amina"].inbox() == ["2 people are on the way."]


# --- a yes after our team ended it


def our_team_ends_it(town: Town, answer: SosAnswer = SosAnswer.FALSE_ALARM) -> None:
    town["Dafina"].text("SOS")
    town["Dafina"].text("green gate behind church")
    town.work()
    empty_inboxes(town)
    for name in ("Salma", "Rehema"):
        do(town, name, intents.AnswerSos(running_sos(town, "Dafina").code, answer))
    town.work()


@pytest.mark.parametrize("words", ["yes", "yes i still need you", "Yes!", "ndiyo", "oui", "да", "sí por favor", "是的"])
def test_any_yes_opens_a_call_again_that_our_team_ended(words: str, town: Town) -> None:
    our_team_ends_it(town)
    assert town["Dafina"].inbox()[0].startswith("Our team says it has ended. Do you still need someone?")
    empty_inboxes(town)
    town["Dafina"].text(words)
    sos = running_sos(town, "Dafina")
    assert sos and not sos.is_closed and "green gate behind church" in sos.texted
    assert any("needed" in text for text in town["Salma"].inbox())
    [answer] = town["Dafina"].inbox()
    assert "STOP" not in answer and "send" not in answer


def test_a_no_opens_nothing_and_after_an_hour_a_yes_means_nothing(town: Town) -> None:
    our_team_ends_it(town)
    town["Dafina"].inbox()
    town["Dafina"].text("no")
    assert town["Dafina"].inbox() == ["Thank you."]
    town.sleep(REOPEN_S + 60)
    town.work()
    town["Dafina"].text("yes")
    assert town.store.read_turn(number("Dafina")).sos is None


def test_who_was_asked_nothing_reads_nothing_of_contacts(town: Town) -> None:
    town["Dafina"].text_and_confirm("yes")
    assert town["Dafina"].inbox()[-1] == "Thank you."


# --- STOP


def test_stop_during_a_call_says_what_still_comes(town: Town) -> None:
    call_in(town, "en", "Amina")
    town["Amina"].text("STOP")
    [answer] = town["Amina"].inbox()
    assert answer.startswith("Done. Your call is still open: only its texts come. To end your call: dial *384*2024#")
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    assert town["Amina"].inbox() == ["1 person saw it. Where are you?"]


def test_stop_while_out_says_what_still_comes_by_text_and_on_the_screen(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)))
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + HOUR, WORDS, False))
    town["Amina"].dial("1")
    assert "Only texts about your way back come." in town["Amina"].choose("Settings", "Stop all texts", "Yes")
    town.sleep(61)
    town["Amina"].text("STOP")
    assert town["Amina"].inbox()[-1].startswith("Done. Only texts about your way back come. To say that you are back:")


# --- contacts of a person under duress


def test_nobody_is_told_to_ring_a_phone_under_duress(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + HOUR, WORDS, False))
    town.work()
    empty_inboxes(town)
    redial(town, pin=SECOND)
    miss_return_time(town)
    texts = town["Bahati"].inbox()
    assert len(texts) == 2 and all("Do not call" in text and "First call" not in text for text in texts), texts


def test_nobody_is_told_to_ring_a_phone_on_which_the_call_was_ended_without_the_pin(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS, SosTier.CONTACTS)), intents.SetOwnPin("2468"))
    town["Amina"].dial("1", "4", "1", "1")
    town["Amina"].choose("Stop: tell nobody", "Yes, end it")
    empty_inboxes(town)
    pass_sos_stages(town)
    assert [text for text in town["Bahati"].inbox() if "Do not call" in text]


def test_the_second_code_is_explained_until_it_is_set(town: Town) -> None:
    """Whoever forces a person to open the settings reads what a second code does nowhere."""
    path = ("1", "7", "2468")
    do(town, "Amina", intents.SetOwnPin("2468"))
    town["Amina"].dial(*path)
    assert "our team" in town["Amina"].choose("Talk to someone", "People I trust", "My codes").replace("\n", " ")
    do(town, "Amina", intents.SetDuressPin("1357"))
    town.sleep(300)
    town["Amina"].dial(*path)
    assert "second code shows" not in town["Amina"].choose("Talk to someone", "People I trust", "My codes")
    assert "forces" not in town["Amina"].choose("Second code")


# --- answers to a responder, in a sentence


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("no he is here", False), ("No, he is here", False), ("yes i am alone", True), ("hapana yupo hapa", False),
        ("non il est là", False), ("нет, он тут", False), ("sí, estoy sola", True), ("不，他在这里", False),
    ],
)  # fmt: skip
def test_an_answer_may_begin_a_sentence(words: str, yes: bool, town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    do(town, "Salma", intents.AskSosCaller(running_sos(town, "Dafina").code, SosQuestion.ALONE))
    town["Dafina"].text(words)
    [asked] = running_sos(town, "Dafina").questions
    assert asked.yes is yes and words in running_sos(town, "Dafina").texted


@pytest.mark.parametrize("words", ["no one is here", "no puedo caminar", "nobody came", "not now"])
def test_a_no_that_denies_the_next_words_is_no_answer(words: str, town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    do(town, "Salma", intents.AskSosCaller(running_sos(town, "Dafina").code, SosQuestion.HURT))
    town["Dafina"].text(words)
    [asked] = running_sos(town, "Dafina").questions
    assert asked.yes is None or words == "not now"


# --- first words


@pytest.mark.parametrize(
    ("words", "warm"),
    [
        ("i have been raped", "You are not alone. Send a number: 1 = I need someone now, "),
        ("nimebakwa", "Tuko pamoja nawe. "), ("меня изнасиловали", "Мы с вами. "), ("me violaron", "Estamos contigo. "),
        ("on m'a violée", "Nous sommes là pour vous. "), ("我被强奸了", "有我们在。"),
    ],
)  # fmt: skip
def test_who_was_raped_reads_warm_words_in_the_own_language_and_one_list(words: str, warm: str, town: Town) -> None:
    town["Dafina"].text(words)
    [answer] = town["Dafina"].inbox()
    assert answer.startswith(warm) and "1 = " in answer and len(answer) <= 160, answer


@pytest.mark.parametrize(
    "words",
    [
        "they are breaking my door", "wanavunja mlango wangu", "ils cassent ma porte", "están rompiendo mi puerta",
        "они ломают мою дверь", "他们在砸我的门", "he is kicking in the door", "ломятся в дверь",
    ],
)  # fmt: skip
def test_a_door_that_is_broken_is_a_cry(words: str, town: Town) -> None:
    town["Dafina"].text(words)
    assert running_sos(town, "Dafina")


def test_a_place_that_arrived_is_not_asked_for_again_in_a_flood(town: Town) -> None:
    town["Dafina"].text("SOS")
    for n in range(FLOOD_SOS):
        town.sms.handle_text(f"flood {n}", Number.from_int(254_716_000_000 + n), "SOS")
    town["Dafina"].inbox()
    town["Dafina"].text("near soko stage")
    [answer] = town["Dafina"].inbox()
    assert answer.startswith("We passed it on.") and "say where" not in answer


# --- the nurse


@pytest.mark.parametrize("words", ["yes {} can come", "yes, {} can come", "{} she can come", "ndiyo {} anaweza kuja"])
def test_a_nurse_agrees_in_a_sentence(words: str, town: Town) -> None:
    do(town, "Amina", *agreed_visit(town, "56671"))
    town["Nurse"].inbox()
    town["Nurse"].text_and_confirm(words.format("56671"))
    assert "Reply 1" not in town["Nurse"].inbox()[0]


@pytest.mark.parametrize("words", ["can {} come?", "{} can not come", "yes {} came and left", "{} can"])
def test_what_is_no_clear_yes_of_a_nurse_is_none(words: str, town: Town) -> None:
    do(town, "Amina", *agreed_visit(town, "56671"))
    town["Nurse"].inbox()
    town["Nurse"].text(words.format("56671"))
    assert "Thank you" not in town["Nurse"].inbox()[0]
