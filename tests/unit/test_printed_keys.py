"""Keys that a screen or a text prints: whoever dials and presses them, one after another, does what was promised.

In every language, with and without a PIN, with a remembered language or not, with few languages and many.
"""

import re
from collections.abc import Callable
from typing import Final

import pytest
from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import Caller, GivenPin, SecretChecks
from gateway.model.contacts import CONTACTS_FEATURE, Contact, SafetyProfile
from gateway.model.feature import Feature
from gateway.model.intents import Intent
from gateway.model.safe_call import SAFE_CALL_FEATURE, SafeCall
from gateway.model.sos import RENEWAL_PAUSE_S, SOS_FEATURE, Sos
from gateway.model.subscription import Subscription
from menus import detention, safe_call, sos
from menus.engine.engine import BuildCaller, Engine
from menus.engine.screen import Link
from menus.engine.session import Session
from menus.sms.acts import how_to_end_text
from tests.harness.catalogs import DIAL, SPOKEN, shipped, somebody

PIN: Final = "2468"
NOW: Final = 1_700_000_000
_KEYS: Final = re.compile(r"(?<![\d-])\d{1,2}(?:-(?:\d{1,2}|PIN))+(?![\d-])")
_WHOLE: Final = re.compile(re.escape(DIAL.removesuffix("#")) + r"\*([\d*]+)#")
_AFTER_PIN: Final = re.compile(r"PIN(?:-\d{1,2})+")
ALL: Final = frozenset({SOS_FEATURE, CONTACTS_FEATURE, SAFE_CALL_FEATURE})


class OnePin(SecretChecks):
    def given_pin(self, typed: str) -> GivenPin:
        return GivenPin(opens_account=typed == PIN)


Languages = Callable[[str], tuple[str, ...]]
LANGUAGES: dict[str, Languages] = {
    "one language": lambda code: (code,),
    "six languages": lambda code: SPOKEN,
    "twelve languages, mine last": lambda code: (*(f"x{n}" for n in range(11)), code),
}


def account(
    code: str, listed: tuple[str, ...], *, pin: bytes = b"", remembers: bool = False, features: frozenset[Feature] = ALL
) -> Caller:
    """Return a caller with a contact and written words, who started no safe call and called for no help."""
    world = somebody(code).world
    profile = replace(world.profile, languages=tuple((each, each * 5) for each in listed))
    safety = SafetyProfile(
        b"o", code, 1, pin_hash=pin, contacts=(Contact(b"c", "Halima", code, 1, agreed_at=1),), arrest_message="Held"
    )
    known = Subscription(code, 1, 1, pin_hash=pin, remembers_language=remembers)
    return Caller(
        NOW, code, replace(world, profile=profile, features=features), known,
        safety_profile=safety, secret_checks=OnePin(),
    )  # fmt: skip


def as_seen(caller: Caller) -> BuildCaller:
    """Return what a session sees of this account: before the PIN, a stranger who may have called for help."""

    def build(session: Session) -> Caller:
        if caller.has_own_pin and "own" not in session.grants:
            return Caller(NOW, session.lang or caller.lang, caller.world, sos=caller.sos, secret_checks=OnePin())
        return replace(caller, lang=session.lang or caller.lang)

    return build


def walk(caller: Caller, listed: tuple[str, ...], printed: str) -> list[type[Intent]]:
    """Dial, press the printed keys, and return what they did."""
    own = shipped()[caller.lang].translator
    engine = Engine({each: shipped()[each].translator if each in SPOKEN else own for each in listed})
    session, _did = engine.start_session(Session(), None, as_seen(caller))
    done: list[type[Intent]] = []
    for key in printed.split("-"):
        session, did = engine.press_keys(session, (PIN if key == own("PIN") else key,), as_seen(caller))
        done += map(type, did)
    return done


def dial_whole(caller: Caller, listed: tuple[str, ...], text: str, before: Session | None = None) -> list[type[Intent]]:
    """Dial what a text prints, with its keys, then press the keys that follow. Return what that did.

    `before`: a session that was just cut off.
    """
    own = shipped()[caller.lang].translator
    engine = Engine({each: shipped()[each].translator if each in SPOKEN else own for each in listed})
    dialled, then = whole_in(text)
    session, did = engine.start_session(Session(), before, as_seen(caller), dialled)
    done = list(map(type, did))
    for key in then:
        session, did = engine.press_keys(session, (PIN if key == own("PIN") else key,), as_seen(caller))
        done += map(type, did)
    return done


def whole_in(text: str) -> tuple[list[str], list[str]]:
    """Return the keys that are dialled with the code, and those that follow."""
    (dialled,) = _WHOLE.findall(text)
    (then,) = _AFTER_PIN.findall(text) or [""]
    return dialled.split("*"), then.split("-") if then else []


def printed_in(text: str) -> str:
    """Return the keys that a text prints, whole and without blanks."""
    (found,) = _KEYS.findall(text)
    return str(found)


CASES = pytest.mark.parametrize(
    ("pin", "remembers"), [(b"", False), (b"", True), (b"p", False), (b"p", True)],
    ids=["no PIN", "no PIN, language remembered", "PIN", "PIN, language was remembered"],
)  # fmt: skip
FEATURES = pytest.mark.parametrize(
    "features", [ALL, ALL - {SOS_FEATURE}, frozenset({SAFE_CALL_FEATURE})], ids=["all", "no SOS", "safe call alone"]
)


@CASES
@FEATURES
@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("count", LANGUAGES)
def test_the_printed_keys_end_a_safe_call(
    code: str, count: str, features: frozenset[Feature], pin: bytes, remembers: bool
) -> None:
    listed, _ = LANGUAGES[count](code), shipped()[code].translator
    caller = account(code, listed, pin=pin, remembers=remembers, features=features)
    said = safe_call.safe_call_started(caller, _, note="", until=NOW + 3600).text
    out = replace(caller, safe_call=SafeCall(NOW + 3600, code, "note"))
    assert intents.EndSafeCall in dial_whole(out, listed, said), said
    assert intents.EndSafeCall in walk(out, listed, safe_call.keys_to_end(caller, _))


@CASES
@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("later", ["remembered", "not remembered", "cut off"])
def test_keys_dialled_at_once_mean_the_same_whatever_was_remembered_or_cut_off_since(
    code: str, later: str, pin: bytes, remembers: bool
) -> None:
    """The screen that printed them is hours old."""
    _, caller = shipped()[code].translator, account(code, SPOKEN, pin=pin, remembers=remembers)
    said = safe_call.safe_call_started(caller, _, note="", until=NOW + 3600).text
    out = replace(caller, safe_call=SafeCall(NOW + 3600, code, "note"))
    assert out.subscription
    if later != "cut off":
        known = replace(out.subscription, lang="ru", remembers_language=later == "remembered")
        out = replace(out, subscription=known)
    cut = Session(lang=code, location=Link("areas.area_tree", {"node": "", "screen": "health.health"}), reply="CON")
    assert Engine({code: _}).start_session(Session(), cut, as_seen(out))[0].location.screen == "home.resume"
    assert intents.EndSafeCall in dial_whole(out, SPOKEN, said, cut if later == "cut off" else None)


@CASES
@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("count", LANGUAGES)
@pytest.mark.parametrize("features", [ALL, ALL - {SOS_FEATURE}], ids=["all", "no SOS"])
def test_the_printed_keys_tell_that_police_hold_me(
    code: str, count: str, features: frozenset[Feature], pin: bytes, remembers: bool
) -> None:
    listed, _ = LANGUAGES[count](code), shipped()[code].translator
    caller = account(code, listed, pin=pin, remembers=remembers, features=features)
    printed = printed_in(detention.arrest_message(caller, _).text)
    assert intents.ReportDetained in walk(caller, listed, printed), printed


@CASES
@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("count", LANGUAGES)
@pytest.mark.parametrize("age_s", [60, RENEWAL_PAUSE_S + 60], ids=["new", "old"])
def test_the_keys_of_a_text_end_a_call_for_help(code: str, count: str, age_s: int, pin: bytes, remembers: bool) -> None:
    listed, _ = LANGUAGES[count](code), shipped()[code].translator
    caller = replace(account(code, listed, pin=pin, remembers=remembers), sos=Sos("54321", b"o", code, NOW - age_s))
    assert intents.EndSos in walk(caller, listed, printed_in(how_to_end_text(caller, _)))
    assert sos.keys_to_end(caller, _) in how_to_end_text(caller, _)


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("is_out", [True, False])
def test_a_text_prints_keys_for_what_runs_only(code: str, is_out: bool) -> None:
    _, caller = shipped()[code].translator, account(code, SPOKEN, remembers=True)
    running = replace(caller, safe_call=SafeCall(NOW + 3600, code, "note") if is_out else None)
    assert (safe_call.keys_to_end(running, _) in how_to_end_text(running, _)) is is_out


def test_the_language_is_chosen_first_unless_the_phone_shows_that_it_knows_one() -> None:
    _ = shipped()["fr"].translator
    place = SPOKEN.index("fr") + 1
    keys = {
        (pin, remembers): safe_call.keys_to_end(account("fr", SPOKEN, pin=pin, remembers=remembers), _)
        for pin in (b"", b"p")
        for remembers in (False, True)
    }
    assert keys == {
        (b"", False): f"{place}-4-3",
        (b"", True): "4-3",
        (b"p", False): f"{place}-7-PIN-4-3",
        (b"p", True): f"{place}-7-PIN-4-3",
    }
