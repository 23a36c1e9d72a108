"""A story that uses every kind of record, and its words, which must never be stored in clear."""

import re
from collections.abc import Callable

from gateway.deployment import Deployment
from tests.harness.cast import NUMBERS, TEAM
from tests.harness.leaks import Haystack, needles
from tests.harness.phone import Phone

# Words of the story. The program contains none of them.
REPORTED = "behind Kibokosalon"
TO_US = "Mbunihotel guards beat people"
PLACE = "Tembogate"
WORDS = "Swalabridge is closed"
NEW_PLACE = "Nyatistage"
TO_CLINIC = "Chuidoor please"
FROM_CLINIC = "Simbagate room seven"
TEXTED = "Fisiwall"
MISTYPED = "Kondoolane"
ODD_PLACE = "Nyukifield"
SAID = [w for text in (
    REPORTED, TO_US, PLACE, WORDS, NEW_PLACE, TO_CLINIC, FROM_CLINIC, TEXTED, MISTYPED, ODD_PLACE
) for w in text.split() if w[0].isupper()]  # fmt: skip
OWN_PIN, WRONG_OWN_PIN, WRONG_STAFF_PIN = "0357", "0429", "0888"
"""PINs begin with 0: the number of an alert never does."""
NEW_SENDER = "+254711000077"
PEOPLE = {**NUMBERS, "Tatu": NEW_SENDER, "malformed": "+254711000088"}


def play(who: Callable[[str], Phone]) -> list[str]:
    """Play the whole story. Return the codes that phones showed."""
    amina, bahati, chiku, vera, nurse = map(who, ("Amina", "Bahati", "Chiku", "Vera", "Nurse"))
    _join(amina)
    _own_pin(amina)
    bahati.text_and_confirm("join Soko la Mwezi!")
    bahati.gets("Soko Mwezi")
    bahati.text(f"near {MISTYPED}")
    bahati.gets("Send a number")
    _ask(bahati)
    number = _report(chiku, vera)
    _warn(vera, number)
    amina.gets(PLACE)
    bahati.gets(PLACE)
    chiku.gets("Others know now")
    _update(vera, number)
    bahati.gets(NEW_PLACE)
    _team(vera, "Warnings now", number, "It has ended", "Yes, it has ended")
    bahati.gets("has ended")
    code = _referral(bahati, nurse)
    bahati.text("STOP")
    bahati.gets("Done")
    chiku.text_and_confirm("delete")
    chiku.gets("Done")
    return [code]


def _join(amina: Phone) -> None:
    amina.dial()
    amina.choose("English", "Alerts near me", "Get alerts")
    amina.press("soko")
    amina.choose("Yes, join")


def _own_pin(amina: Phone) -> None:
    amina.dial()
    amina.choose("English", "Settings", "My PIN")
    amina.press(OWN_PIN, OWN_PIN)
    for pin, is_right in ((WRONG_OWN_PIN, False), (OWN_PIN, True)):
        amina.dial()
        amina.choose("English", "PIN")
        amina.press(pin)
        assert ("Soko Mwezi" in amina.choose("Settings", "What you know about me")) is is_right


def _ask(bahati: Phone) -> None:
    bahati.dial()
    bahati.choose("English", "Tell us", "Ask us")
    bahati.press(TO_US)
    bahati.choose("No, I dial to see")


def _report(chiku: Phone, vera: Phone) -> str:
    chiku.dial()
    chiku.choose("English", "Tell us", "Something is happening")
    chiku.press(f"soko {REPORTED}")
    chiku.choose("Police raid")
    return vera.gets(r"(\d{4}).*Soko Mwezi")[1]


def _team(vera: Phone, *labels: str) -> None:
    vera.dial()
    vera.choose("English", "PIN")
    vera.press(WRONG_STAFF_PIN)
    vera.choose("PIN")
    vera.press(TEAM["Vera"][3])
    vera.choose("Team")
    vera.choose(*labels)


def _warn(vera: Phone, number: str) -> None:
    _team(vera, "To check", number)
    assert REPORTED in vera.screen
    vera.choose("Say yes", "One of us saw it")
    vera.press(PLACE, WORDS, "2")
    vera.choose("Send")
    vera.gets("sent to <10 of <10")


def _update(vera: Phone, number: str) -> None:
    _team(vera, "Warnings now", number, "Change place or words")
    vera.press(NEW_PLACE)
    vera.choose("No more words")
    vera.press("2")
    vera.choose("Send")


def _referral(bahati: Phone, nurse: Phone) -> str:
    bahati.dial()
    bahati.choose("English", "Health", "Hurt, forced sex, condom broke", "In the last 3 days", "Soko Mwezi")
    bahati.choose("Ndoto County Hospital", "Tell them I come", "Text me when they answer", "Yes", "Yes")
    code = bahati.screen[-5:]
    nurse.gets(code)
    bahati.dial()
    bahati.choose("English", "Health", "My visit", code, "Write to them")
    bahati.press(TO_CLINIC)
    nurse.gets(code)
    nurse.text_and_confirm(f"1 {code}")
    nurse.text_and_confirm(f"5 {code} {FROM_CLINIC}")
    bahati.gets(re.escape("*384*2024#"))
    bahati.dial()
    bahati.choose("English", "Health", "My visit", f"! {code}")
    assert FROM_CLINIC in bahati.screen
    nurse.text_and_confirm("no condoms till Monday")
    return code


def found_in_clear(hay: Haystack, deployment: Deployment, codes: list[str]) -> list[str]:
    """Return every hit. An alert's number has four random digits, so a PIN that equals one is ignored."""
    alerts = {str(number) for number in (a.number for a in deployment.store.read_world().alerts.values())}
    pins = {OWN_PIN, WRONG_OWN_PIN, WRONG_STAFF_PIN, *(row[3] for row in TEAM.values()), "8642", *codes} - alerts
    referral = {code for code in codes if len(code) == 5}  # the code is the key of its record: it names nobody
    return hay.find(needles(PEOPLE, SAID)) + hay.find_whole(sorted(pins - referral))
