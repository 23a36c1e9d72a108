"""Commit intents as a person's turn or as the terminal does."""

from gateway.model import intents
from gateway.numbers import Number
from gateway.store import Store
from tests.harness.cast import number
from tests.harness.town import Town


def do(town: Town, name: str, *what: intents.Intent, behind_pin: bool = True) -> None:
    """Commit intents as a turn of this phone. `behind_pin`: after the own PIN, where one is set."""
    turn = town.store.read_turn(number(name))
    turn.is_behind_pin = behind_pin
    town.store.apply_intents(turn, what, "en")
    assert town.store.commit(turn.transaction)


def subscribe_phone(store: Store, phone: Number, place: str) -> None:
    """Subscribe any phone to a place, as by dialling."""
    turn = store.read_turn(phone)
    store.apply_intents(turn, (intents.Subscribe(turn.world.atlas.resolve(place).id),), "en")
    assert store.commit(turn.transaction)


def leave(town: Town, word: str, name: str = "Amina") -> None:
    """Send STOP, which counts at once, or DELETE, which needs a fresh code."""
    town[name].text(word)
    if word == "DELETE":
        town[name].text(town[name].fresh_code())


def area_id(town: Town, name: str = "Soko Mwezi") -> str:
    return town.store.read_world().atlas.resolve(name).id


def agreed_visit(town: Town, code: str) -> tuple[intents.Intent, ...]:
    """Return the intents of a caller who goes to a clinic, and agrees to both texts."""
    visit = intents.CreateReferral(code, "test", "D01", area_id(town))
    return visit, intents.AllowReferralTexts(code, may_ask_rating=True)


def decide(town: Town, intent: intents.Intent) -> None:
    turn = town.store.read_terminal_turn()
    town.store.apply_intents(turn, (intent,), "")
    assert town.store.commit(turn.transaction)
