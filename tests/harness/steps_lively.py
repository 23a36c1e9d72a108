"""A service in use, with every kind of record of a caller."""

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.referral import new_referral_code
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_turns import agreed_visit, area_id, do
from tests.harness.story import play
from tests.harness.town import Town

OWN_PIN = "2468"


def fill(town: Town) -> Town:
    """Play the story; then Amina sets codes, goes out and calls for help, and Bahati has a referral."""
    play(lambda name: town[name])
    town.turn_on(*Feature.all())
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.SetOwnPin(OWN_PIN), intents.SetDuressPin("1357"))
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 7300, "Kibokohotel"), intents.RaiseSos())
    do(town, "Bahati", *agreed_visit(town, new_referral_code()))
    return town
