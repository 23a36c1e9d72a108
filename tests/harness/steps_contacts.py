"""Amina's contacts and her safety profile."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.store.records.callers import SAFETY_PROFILES
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_turns import do
from tests.harness.town import Town

CONTACT = intents.RequestContact(NUMBERS["Bahati"], "Sister", "Aisha")


WORDS = "Kibokohotel room nine"


def add_contacts(town: Town, *names: str) -> None:
    """Make these people contacts of Amina, and empty all inboxes."""
    for name in names or ("Bahati",):
        do(town, "Amina", replace(CONTACT, number=NUMBERS[name]))
        town.work()
        town[name].text_and_confirm("yes")
    do(town, "Amina", intents.SetArrestMessage("Aisha is held"))
    for name in NUMBERS:
        town.inbox(name)


def safety_profile(town: Town, name: str = "Amina"):  # type: ignore[no-untyped-def]
    return town.store.safety_records.read_safety_profile(SAFETY_PROFILES.tag(town.store.vault, number(name)))[1]
