"""A safe call from its start to its end."""

from gateway.model import intents
from tests.harness.steps_contacts import WORDS
from tests.harness.steps_turns import do
from tests.harness.town import Town

HOUR = 3600


PIN, SECOND = "2468", "1357"


def start_safe_call(town: Town, hours: int = 1, colleagues: bool = False) -> None:
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + hours * HOUR, WORDS, colleagues))


def set_pins(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))


def miss_return_time(town: Town) -> None:
    """Let both reminders and the grace time pass."""
    for seconds in (HOUR + 61, 601, 901):  # the first is rounded up to a minute
        town.sleep(seconds)
        town.work()


def redial(town: Town, *typed: str, pin: str = PIN) -> str:
    """Dial after a pause, so that the session before is not resumed, type the PIN and open *Talk to someone*."""
    town.sleep(300)
    return town["Amina"].dial("1", "7", pin, "4", *typed)


def add_an_hour(town: Town, pin: str = PIN) -> str:
    """Extend the safe call by one hour."""
    redial(town, pin=pin)
    return town["Amina"].choose("One hour more")
