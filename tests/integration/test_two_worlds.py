"""The adversary has the phone, and its owner typed a code. No screen and no text reveals which of two codes it was."""

import time
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from gateway.model import intents
from gateway.model.duress import DURESS_S, RESTORE_STEP_S
from gateway.model.feature import Feature
from gateway.model.reminder import SetReminder
from tests.harness.cast import NUMBERS
from tests.harness.steps_contacts import WORDS, add_contacts
from tests.harness.steps_safe_call import HOUR, PIN, SECOND, set_pins
from tests.harness.steps_turns import agreed_visit, area_id, do
from tests.harness.town import Town
from tests.harness.worlds import Step, Worlds

A = {"PIN": PIN, "OTHER": SECOND, "WRONG": "7305", "NEW": "8427"}
"""World A: the owner typed the PIN."""
B = {"PIN": SECOND, "OTHER": PIN, "WRONG": "7305", "NEW": "8427"}
"""World B: the owner typed the second code."""
EXAMPLES = 40
OPEN: list[Step] = [("dial", "1"), ("go", "PIN", "=PIN")]
TALK = "Talk to someone"
MINE = (TALK, "People I trust")
ROUTES = [
    (*MINE, "Sister", "Remove this person"),
    (*MINE, "Add someone", f"={NUMBERS['Chiku']}", "=Friend", "=Aisha", "Send this"),
    (*MINE, "Add someone", f"={NUMBERS['Bahati']}", "=Sister", "=Aisha", "Send this"),
    (*MINE, "My codes", "Second code", "=NEW", "=NEW"),
    (*MINE, "My codes", "Second code", "=OTHER", "=OTHER"),
    (*MINE, "My codes", "Second code", "=PIN"),
    (*MINE, "My codes", "Second code", "Remove this code"),
    (*MINE, "My codes", "Our word", "=lantern"),
    (*MINE, "If police hold me", "=nothing"),
    (TALK, "I need someone now", "Ask colleagues"),
    (TALK, "I need someone now", "Ask colleagues", "=by the port"),
    (TALK, "I need someone now", "Ask colleagues", "Soko Mwezi"),
    (TALK, "I need someone now", "End my call for help", "Yes, end it"),
    (TALK, "I need someone now", "Who gets my call", "- People"),
    (TALK, "Warn my people"),
    (TALK, "Warn my people", "Stop: tell nobody"),
    (TALK, "I am back"),
    (TALK, "One hour more"),
    (TALK, "If I am not back", "Go on", "Skip", "Skip", "Skip", "=a flat", "(1 h)"),
    (TALK, "If I am not back", "Tell colleagues too", "Go on", "=x", "=y", "=z", "=a flat", "(1 h)"),
    ("Settings", "My PIN", "=NEW", "=NEW"),
    ("Settings", "My PIN", "=OTHER"),
    ("Settings", "My PIN", "Remove my PIN"),
    ("Settings", "What you know"),
    ("Settings", "Stop all texts", "Yes"),
    ("Settings", "Delete all about me", "Yes"),
    ("Settings", "Language", "English"),
    ("Settings", "What the texts", "Plain", "Yes"),
    ("Settings", "Reminders", "Delete"),
    ("Settings", "Reminders", "Tomorrow", "Yes"),
    ("Alerts near me",),
    ("Alerts near me", "Stop area texts", "Soko"),
    ("Alerts near me", "Get alerts", "=kisima", "Yes"),
    ("Health", "My visit", "Write", "=hello"),
    ("Tell us", "Ask us", "=thanks", "Yes"),
    ("PIN", "=PIN"),
    ("PIN", "=WRONG"),
    ("PIN", "=NEW"),
]
LOOKS: list[Step] = [
    ("go", *route)
    for route in (
        (TALK, "I need someone now"),
        (TALK, "I need someone now", "Who gets my call"),
        (*MINE, "Sister"),
        (*MINE, "If police hold me"),
        (*MINE, "My codes", "Second code"),
        (*MINE, "My codes", "Our word"),
        (TALK, "One hour more"),
        ("Alerts near me",),
        ("Settings", "My PIN"),
        ("Settings", "What the texts"),
        ("Settings", "Reminders"),
        ("Settings", "What you know", "98"),
        ("Health", "My visit"),
    )
]
"""What an adversary looks at in the end, in the same session and in a new one."""
STEPS = st.one_of(
    st.sampled_from(ROUTES).map(lambda labels: ("go", *labels)),
    st.sampled_from(ROUTES).map(lambda labels: ("go", *labels)),
    st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "0", "98", "NEW", "WRONG"]).map(lambda key: ("key", key)),
    st.just(("dial", "1")),
    st.sampled_from(OPEN),
    st.sampled_from(["STOP", "SAFE", "SOS", "ALERTS", "JOIN soko mwezi", "YES", "HELP", "LANG sw"]).map(
        lambda words: ("text", words)
    ),
    st.sampled_from(["60", "130", "700", "3700", "10000"]).map(lambda seconds: ("wait", seconds)),
    st.just(("answer",)),
    st.sampled_from([("other phone", "Bahati", "STOP"), ("other phone", "Chiku", "YES")]),
)
RUNNING = {
    "nothing": (),
    "a safe call": ("out",),
    "a safe call with colleagues": ("out", "colleagues"),
    "an SOS": ("sos",),
    "both": ("out", "colleagues", "sos"),
}


@pytest.fixture
def worlds(town: Town, monkeypatch: pytest.MonkeyPatch) -> Worlds:
    """Return worlds in which Amina has everything that an account can have."""
    town.turn_on(*Feature.all())
    worlds = Worlds(town, monkeypatch)
    add_contacts(town, "Bahati")
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.Subscribe(area_id(town, "Kisima Tatu")))
    do(town, "Amina", SetReminder(7), intents.SetPassphrase("candle"))
    set_pins(town)
    return worlds


def prepare(worlds: Worlds, running: str) -> None:
    town, what = worlds.town, RUNNING[running]
    if "out" in what:
        do(town, "Amina", intents.StartSafeCall(int(town.now()) + HOUR, WORDS, "colleagues" in what))
    if "sos" in what:
        do(town, "Amina", intents.RaiseSos())
    worlds.save()


def seconds_of(steps: list[Step]) -> int:
    return sum(int(step[1]) if step[0] == "wait" else 300 if step[0] == "dial" else 0 for step in steps)


@pytest.mark.parametrize("running", RUNNING)
def test_the_adversary_cannot_tell_the_second_code_from_the_pin(running: str, worlds: Worlds) -> None:
    """Whatever is pressed, typed and texted before, during and for a day after, both worlds show and send the same."""
    prepare(worlds, running)
    played, began = 0, time.monotonic()

    @settings(
        max_examples=EXAMPLES // len(RUNNING), deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(before=st.lists(STEPS, max_size=3), during=st.lists(STEPS, min_size=6, max_size=18))
    def same(before: list[Step], during: list[Step]) -> None:
        nonlocal played
        steps = [*before, *OPEN, *during, *LOOKS, *OPEN, *LOOKS, ("dial", "1"), *LOOKS]
        if seconds_of(steps) >= DURESS_S:
            return
        a, b = worlds.play("Amina", steps, A), worlds.play("Amina", steps, B)
        played += 1
        for at, (one, other) in enumerate(zip(a, b, strict=True)):
            assert one == other, f"step {at} of {steps}"

    same()
    print(f"{running}: {played} sequences in both worlds in {time.monotonic() - began:.0f} s")
    assert played >= EXAMPLES // len(RUNNING) // 2


STRANGER_KEYS = st.one_of(
    st.sampled_from(ROUTES).map(lambda labels: ("go", *labels)),
    st.sampled_from([*"1112345670", "98", "soko", "kisima", "WRONG", "NEW", "NEW"]).map(lambda key: ("key", key)),
)


@pytest.mark.parametrize("running", RUNNING)
def test_before_the_pin_a_phone_looks_like_a_strangers(running: str, worlds: Worlds) -> None:
    """The adversary presses whatever they like in one session, wrong PINs too. Dafina's phone never joined anything."""
    prepare(worlds, running)
    wrong, played, began = A | {"PIN": "7306", "OTHER": "7307"}, 0, time.monotonic()

    @settings(
        max_examples=EXAMPLES // len(RUNNING), deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(keys=st.lists(STRANGER_KEYS, min_size=4, max_size=14))
    def same(keys: list[Step]) -> None:
        nonlocal played
        mine, theirs = (
            [shown for _step, (shown, _texts) in worlds.play(name, [("dial", "1"), *keys], wrong, redials=False)]
            for name in ("Amina", "Dafina")
        )
        played += 1
        assert mine == theirs, keys

    same()
    print(f"{running}: {played} sessions on both phones in {time.monotonic() - began:.0f} s")
    assert played >= EXAMPLES // len(RUNNING) // 2


@pytest.mark.parametrize("way", [("Stop all texts", "Yes"), ("Delete all about me", "Yes")], ids=lambda way: way[0])
def test_no_answer_of_a_clinic_tells_the_second_code_from_the_pin(way: tuple[str, str], worlds: Worlds) -> None:
    """The adversary stops texts, makes a visit of their own and waits for an answer about the one before."""
    do(worlds.town, "Amina", *agreed_visit(worlds.town, "40000"))
    prepare(worlds, "nothing")
    again: list[Step] = [("dial", "1"), ("go", "PIN", "=PIN"), ("visit", "50000")]
    steps = [*OPEN, ("go", "Settings", *way), *again, ("clinic", "40000"), ("clinic", "50000"), *LOOKS]
    seen = [worlds.play("Amina", steps, world) for world in (A, B)]
    assert seen[0] == seen[1] and str(seen).count("An answer waits") == 2


def test_after_the_day_texts_about_a_visit_come_again(worlds: Worlds) -> None:
    do(worlds.town, "Amina", *agreed_visit(worlds.town, "40000"))
    prepare(worlds, "nothing")
    day: list[Step] = [*OPEN, ("go", "Settings", "Stop all texts", "Yes"), ("wait", f"{DURESS_S + RESTORE_STEP_S}")]
    assert "An answer waits" in str(worlds.play("Amina", [*day, ("clinic", "40000")], B)[-1])
    assert "An answer waits" not in str(worlds.play("Amina", [*day, ("clinic", "40000")], A)[-1])


def test_a_visit_is_there_again_a_day_after_delete_and_its_code_stands_in_no_key(worlds: Worlds) -> None:
    do(worlds.town, "Amina", *agreed_visit(worlds.town, "40000"))
    prepare(worlds, "nothing")
    gone: list[Step] = [
        *OPEN,
        ("go", "Settings", "Delete all about me", "Yes"),
        ("wait", f"{DURESS_S + RESTORE_STEP_S}"),
    ]
    visits: list[Step] = [("dial", "1"), ("go", "PIN", "=OTHER"), ("go", "Health", "My visit")]
    assert "40000" in str(worlds.play("Amina", [*gone, *visits], B)[-1])
    run = worlds.town.store.connection.execute
    codes = [key for key in run("KEYS", "*") if run("TYPE", key) == b"set" and b"40000" in run("SMEMBERS", key)]
    assert codes == []


THIRD = ("PIN", "=WRONG")


def test_a_third_code_shows_the_empty_account_in_both_worlds(worlds: Worlds) -> None:
    prepare(worlds, "both")
    steps: list[Step] = [("dial", "1"), ("go", "PIN", "=PIN"), ("dial", "1"), ("go", *THIRD), *LOOKS]
    seen = [worlds.play("Amina", steps, world) for world in (A, B)]
    assert seen[0] == seen[1]
    assert "Nobody yet" not in str(seen[0]) and "We keep nothing about you" in str(seen[0])


def test_t1_no_screen_asks_for_a_code_where_only_a_second_code_would(worlds: Worlds) -> None:
    """The adversary who ends what runs, or deletes, is asked nothing: neither screen says whether there is a second."""
    prepare(worlds, "both")
    ends = {
        ("Talk to someone", "I am back"): "The note is deleted",
        ("Talk to someone", "I need someone now", "End my call for help", "Yes, end it"): "Ended.",
    }
    for (path, ended), world in product(ends.items(), (A, B)):
        shown = str(worlds.play("Amina", [*OPEN, ("go", *path)], world)[-1])
        assert ended in shown and "PIN?" not in shown
    assert "Done." in str(worlds.play("Amina", [*OPEN, ("go", "Settings", "Delete all about me", "Yes")], B)[-1])


def test_t2_the_second_code_opens_the_same_list(worlds: Worlds) -> None:
    """An accepted code with an empty list gave the second code away."""
    prepare(worlds, "a safe call")
    for world in (A, B):
        assert "Sister: said yes" in str(worlds.play("Amina", [*OPEN, ("go", *MINE)], world)[-1])


def test_t3_after_a_forced_delete_nothing_asks_for_a_code(worlds: Worlds) -> None:
    """For an hour the adversary was asked for a PIN that a deleted account cannot have."""
    prepare(worlds, "a safe call")
    gone: list[Step] = [*OPEN, ("go", "Settings", "Delete all about me", "Yes"), ("dial", "1"), *LOOKS]
    seen = [worlds.play("Amina", gone, world) for world in (A, B)]
    assert seen[0] == seen[1]
    assert "We keep nothing about you" in str(seen[0])


def test_talk_shows_no_safe_call_before_the_pin_and_no_call_that_was_cut_off_behind_it(worlds: Worlds) -> None:
    """The adversary takes the phone while its owner is out, just after the line was cut off behind the PIN."""
    prepare(worlds, "a safe call")
    town = worlds.town
    cut_off: list[Step] = [*OPEN, ("go", *MINE, "Sister")]
    worlds.play("Amina", cut_off, A)
    assert town["Amina"].dial() == town["Dafina"].dial(), "the languages, and not: Go on where you were"
    assert town["Amina"].press("1", "4") == town["Dafina"].press("1", "4")
