"""Subscribe people, send alerts, and read what became of the texts."""

from collections import Counter

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertState
from gateway.model.broadcast import RecipientState as At
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.turns.delivery_reports import DeliveryReportHandler
from tests.harness.reports import at_report
from tests.harness.town import Town

PEOPLE = [Number.from_int(254712000000 + i) for i in range(250)]


def subscribe(town: Town, people: list[Number], area: str = "Soko Mwezi") -> None:
    where = town.store.read_world().atlas.resolve(area).id
    for number in people:
        turn = town.store.read_turn(number)
        town.store.apply_intents(turn, (intents.Subscribe(where),), "sw")
        assert town.store.commit(turn.transaction)


def send(town: Town, area: str = "Soko Mwezi", seconds: int = 3600, place: str = "Gate") -> int:
    """Send an alert at once. Return its number."""
    turn = town.store.read_terminal_turn()
    where = turn.world.atlas.resolve(area).id
    town.store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, where, place, "", turn.now + seconds),), "")
    assert town.store.commit(turn.transaction)
    return next(a.number for a in town.store.read_world().alerts.values() if a.state is AlertState.LIVE)


def counts(town: Town, number: int, edition: int = 0) -> dict[At, int]:
    found = town.store.recipients.count_states(f"{number}.{edition}")
    return {state: n for state, n in found.items() if n}


def messages(town: Town) -> Counter[str]:
    """Return how many texts the network took for each number."""
    return Counter(m["number"] for m in town.network.get("/messages", params={"since": 0}).json()["messages"])


def subscription_of(town: Town, receiver: Number) -> Subscription | None:
    return town.store.read_subscription(town.store.vault.token(receiver, Purpose.SUBSCRIBER))


def send_and_end_alert(town: Town) -> None:
    """Send an alert to everybody, end it, and finish all its work."""
    alert = send(town)
    town.work()
    turn = town.store.read_terminal_turn()
    town.store.apply_intents(turn, (intents.EndAlert(alert),), "")
    assert town.store.commit(turn.transaction)
    town.work()


def report_delivery(town: Town, receiver: Number, status: str, reason: str = "") -> str:
    """Record a delivery report of this phone's newest text."""
    texts = town.network.get("/messages", params={"since": 0}).json()["messages"]
    newest = [t["id"] for t in texts if t["number"] == receiver.e164][-1]
    return DeliveryReportHandler(town.context.deployment).record_report(at_report(newest, status, receiver, reason))
