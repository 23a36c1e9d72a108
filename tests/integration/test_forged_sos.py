"""A crowd of forged calls for help, each text from another number, must not hide a real one (fault rows 62 and 63)."""

import re
import time

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.listed_sos import ListedSos
from gateway.model.sos import MAX_TEXTS
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_evidence import MAX_ANSWERED_SOS
from gateway.numbers import Number
from gateway.store import keys, open_sos
from jobs.handlers import sos as sos_jobs, sos_batch
from jobs.monitoring.alarms import ALARM_LABELS, AlarmCause
from jobs.monitoring.sos_flood import check_sos_flood
from tests.harness.cast import number
from tests.harness.steps_sos import empty_inboxes, open_codes, open_sos as all_open_sos, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

FIRST_FORGED = 254_716_000_000
LIST = ("1", "7", "3434", "8", "1")
"""Salma's keys from dialling to the list of calls"""
CROWD = 1101


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def forge(town: Town, count: int, first: int = 0) -> None:
    """Send this many texts `SOS`, each from another number, without waiting for the workers."""
    for n in range(first, first + count):
        town.sms.handle_text(f"forged-{n}", Number.from_int(FIRST_FORGED + n), "SOS")


def raised(town: Town, name: str, words: str = "by the port") -> str:
    do(town, name, intents.RaiseSos(), intents.AddSosDetails(words))
    return running_sos(town, name).code


def test_forged_calls_hide_no_call_of_a_known_caller(town: Town) -> None:
    """1,101 forged calls are open. Her call is first on the list, opens by its code, and the count is true."""
    do(town, "Amina", intents.Subscribe(area_id(town)))
    forge(town, CROWD)
    code = raised(town, "Amina")
    assert f"Calls for help: {CROWD + 1}" in town["Salma"].dial("1", "7", "3434", "8")
    shown = town["Salma"].press("1")
    assert shown.index(code) < min(found.start() for found in re.finditer(r"\b\d{4,7} \d", shown)) + 1
    assert "by the port" in town["Salma"].press(code)


def test_each_of_a_crowd_of_calls_opens_by_its_code(town: Town) -> None:
    """None is called over because it was not loaded. An unknown code is not called over either."""
    forge(town, CROWD)
    codes = open_codes(town)
    assert len(set(codes)) == CROWD
    for code in (*codes[::100], *codes[-3:]):
        assert f"{code} " in town["Salma"].dial(*LIST, code), code
        assert "I am coming" in town["Salma"].screen
    unknown = next(c for c in map(str, range(1000, 10_000)) if c not in codes)
    assert "No call for help has this code" in town["Salma"].dial(*LIST, unknown)


def test_a_call_that_ended_is_called_over(town: Town) -> None:
    code = raised(town, "Amina")
    raised(town, "Bahati")
    do(town, "Amina", intents.EndSos())
    assert "This call for help has ended." in town["Salma"].dial(*LIST, code)


def test_a_responder_answers_a_call_that_the_list_does_not_show(town: Town) -> None:
    forge(town, open_sos.MAX_LISTED_SOS + 20)
    text_sos(town, "Dafina")
    forge(town, open_sos.MAX_LISTED_SOS + 20, first=500)
    code = running_sos(town, "Dafina").code
    town["Salma"].dial(*LIST, code)
    assert "Thank you" in town["Salma"].choose("I am coming")
    assert len(running_sos(town, "Dafina").coming_staff) == 1


def text_sos(town: Town, name: str, words: str = "") -> None:
    town[name].text(f"SOS {words}")


def test_a_stranger_who_dials_is_listed_before_forged_texts(town: Town) -> None:
    forge(town, 50)
    code = raised(town, "Dafina")
    forge(town, 50, first=50)
    assert town["Salma"].dial(*LIST).splitlines()[1].startswith(f"1. {code}")


def test_a_stranger_who_texted_moves_up_by_dialling(town: Town) -> None:
    text_sos(town, "Dafina")
    town.sleep(120)
    forge(town, 50)
    code = running_sos(town, "Dafina").code
    assert code not in town["Salma"].dial(*LIST)
    town["Dafina"].dial("1", "4", "1")
    town["Dafina"].choose("Say where you are")
    town["Dafina"].press("by the port")
    assert town["Salma"].dial(*LIST).splitlines()[1].startswith(f"1. {code}")


def test_old_forged_texts_do_not_fill_the_list(town: Town) -> None:
    forge(town, 50)
    town.sleep(120)
    text_sos(town, "Dafina")
    code = running_sos(town, "Dafina").code
    assert town["Salma"].dial(*LIST).splitlines()[1].startswith(f"1. {code}")


def test_a_text_that_joined_a_moment_ago_makes_nobody_known(town: Town) -> None:
    """The adversary sends JOIN before SOS, from each number."""
    for n in range(20):
        do_as(town, n, intents.Subscribe(area_id(town), 1))
        town.sms.handle_text(f"forged-{n}", Number.from_int(FIRST_FORGED + n), "SOS")
    code = raised(town, "Dafina")
    assert town["Salma"].dial(*LIST).splitlines()[1].startswith(f"1. {code}")


def do_as(town: Town, n: int, *what: intents.Intent) -> None:
    turn = town.store.read_turn(Number.from_int(FIRST_FORGED + n))
    town.store.apply_intents(turn, what, "en")
    assert town.store.commit(turn.transaction)


def test_a_flood_costs_each_responder_few_texts_and_names_known_callers_at_once(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)))
    forge(town, CROWD)
    code = raised(town, "Amina")
    for name in ("Rehema", "Salma"):
        assert [text for text in town[name].inbox() if code in text] == [f"{code}: you are needed. Dial *384*2024#"]
    empty_inboxes(town)
    town.sleep(sos_batch.BUNDLE_S + 1)
    for name in ("Rehema", "Salma"):
        assert town[name].inbox() == [f"{CROWD} people need you. Dial *384*2024#"]


def test_a_flood_in_pieces_brings_at_most_one_text_a_minute(town: Town) -> None:
    forge(town, 40)
    town.work()
    empty_inboxes(town)
    for part in range(1, 5):
        forge(town, 10, first=part * 40)
        town.work()
        town.sleep(sos_batch.BUNDLE_S // 4)
    assert len(town["Salma"].inbox()) <= 2


def test_strangers_of_a_flood_get_few_answers(town: Town) -> None:
    forge(town, MAX_ANSWERED_SOS * 3)
    town.work()
    for _round in range(4):
        town.sleep(121)
        town.work()
    answered = sum(len(inbox(town, n)) for n in range(MAX_ANSWERED_SOS * 3))
    assert 0 < answered <= MAX_ANSWERED_SOS
    assert inbox(town, MAX_ANSWERED_SOS - 1) == [
        "We got it. Somebody is on duty now. Please dial *384*2024# and say where you are."
    ]


def test_a_person_who_forges_a_flood_and_holds_a_phone_reads_the_same_for_known_and_unknown(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)))
    forge(town, 20)
    for name in ("Amina", "Dafina"):
        text_sos(town, name)
    assert town["Amina"].inbox()[0] == town["Dafina"].inbox()[0]


def inbox(town: Town, n: int) -> list[str]:
    found = town.network.get(f"/phones/+{FIRST_FORGED + n}")
    return [text["text"] for text in found.json()["inbox"]] if found.status_code == 200 else []


def test_a_few_calls_are_named_each(town: Town) -> None:
    """Three strangers who text in a raid are no flood."""
    forge(town, 3)
    codes = open_codes(town)
    said = " ".join(town["Salma"].inbox())
    assert all(code in said for code in codes)


def test_a_real_call_never_fails_however_many_are_open(town: Town) -> None:
    """Every code of four digits is in use. The next call gets a longer one at its first try."""
    take_codes(town, range(1000, 10_000))
    began = time.monotonic()
    code = raised(town, "Amina")
    assert len(code) > 4 and time.monotonic() - began < 2


def take_codes(town: Town, codes: range) -> None:
    """Fill the index as that many open calls would."""
    listed = ((str(code), ListedSos(b"tag-%012d" % code, 200 * 10**9 + code)) for code in codes)
    members = (open_sos.index_member(town.store.vault, *each) for each in listed)
    town.store.connection.execute("ZADD", keys.OPEN_SOS, *(word for member in members for word in (0, member)))


def test_the_end_of_the_list_lapses_and_nobody_who_is_known_or_dialled(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sos_jobs, "MAX_OPEN_SOS", 5)
    do(town, "Amina", intents.Subscribe(area_id(town)))
    names = ("Amina", "Bahati", "Chiku")
    codes = {raised(town, name) for name in names}
    forge(town, 10)
    town.work()
    left = set(open_codes(town))
    assert codes <= left and len(left) == 5
    assert "Calls for help: 5" in town["Salma"].dial("1", "7", "3434", "8")


def test_a_flood_raises_an_alarm_and_its_end_clears_it(town: Town) -> None:
    label = ALARM_LABELS[AlarmCause.SOS_FLOOD]
    forge(town, 3)
    check_sos_flood(town.context)
    assert label not in town.store.read_world().alarms.values()
    forge(town, 30, first=3)
    check_sos_flood(town.context)
    assert label in town.store.read_world().alarms.values()
    assert any(label in text for text in town["Zuhura"].inbox())
    town.sleep(601)
    check_sos_flood(town.context)
    assert label not in town.store.read_world().alarms.values()


def test_forged_texts_in_a_callers_name_push_none_of_the_callers_words_out(town: Town) -> None:
    """The adversary texts a lure in the caller's name, again and again. Responders see which words were dialled."""
    code = raised(town, "Amina", "Jamii Hotel, back door")
    text_sos(town, "Amina", "room 4")
    for n in range(40):
        town.sms.handle_text(f"lure-{n}", number("Amina"), f"SOS come alone to the blue house {n}")
    shown = town["Salma"].dial(*LIST, code).replace("\n", " ")
    while "98. More" in town["Salma"].screen:
        shown += town["Salma"].press("98").replace("\n", " ")
    assert "Jamii Hotel, back door By text: come alone" in shown, "what was dialled comes first"
    while any("more text" in choice.label for choice in town["Salma"].session().choices):
        shown += town["Salma"].choose("more text").replace("\n", " ")
        while "98. More" in town["Salma"].screen:
            shown += town["Salma"].press("98").replace("\n", " ")
    assert "room 4" in shown and "come alone to the blue house 0 " in shown
    assert running_sos(town, "Amina").details == "Jamii Hotel, back door"


def test_a_stream_of_forged_words_delays_no_responder(town: Town) -> None:
    """Each text with words changes the record of the call. After some of them nothing changes any more."""
    raised(town, "Amina")
    for n in range(MAX_TEXTS):
        town.sms.handle_text(f"lure-{n}", number("Amina"), f"SOS blue house {n}")
    before = town.store.read_turn(number("Amina")).records["sos"].stored
    town.sms.handle_text("lure", number("Amina"), "SOS blue house")
    assert town.store.read_turn(number("Amina")).records["sos"].stored == before


def test_a_damaged_record_hides_no_other_call(town: Town) -> None:
    """An adversary who writes to Redis copies a sealed call, or breaks it. Responders still read all others."""
    damaged, code = raised(town, "Bahati"), raised(town, "Amina")
    [tag] = [tag for tag, sos in all_open_sos(town.store).items() if sos.code == damaged]
    town.store.connection.execute("SET", keys.sos(tag), b"damaged")
    assert "by the port" in town["Salma"].dial(*LIST, code)


def test_the_code_of_an_ended_call_opens_no_other_call(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a day, the code in a responder's old text is not given to another caller."""
    code = raised(town, "Amina")
    do(town, "Amina", intents.EndSos())
    drawn = iter([code, "7777"])
    monkeypatch.setattr(open_sos, "draw_code", lambda _used: next(drawn))
    turn = town.store.read_turn(Number.from_int(FIRST_FORGED))
    town.store.apply_intents(turn, [intents.RaiseSos()], "en")
    assert not town.store.commit(turn.transaction)
    do_as(town, 1, intents.RaiseSos())
    do(town, "Salma", intents.AnswerSos("7777", SosAnswer.COMING))
