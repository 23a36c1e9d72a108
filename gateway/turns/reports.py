"""Delivery reports and the network's own opt-outs: settled by number, whenever and however often they come."""

from gateway.deployment import Deployment
from gateway.errors import StoreAway
from gateway.model.broadcast import Broadcast, State, What
from gateway.model.caller import World
from gateway.model.intents import Stop, Suspend
from gateway.numbers import Number
from gateway.store.change import TRIES
from gateway.store.recipients import message_mark
from gateway.vault import Purpose

FINAL = {
    "success": State.DELIVERED,
    "failed": State.FAILED,
    "rejected": State.FAILED,
    "absentsubscriber": State.FAILED,
    "expired": State.EXPIRED,
}
ON_THE_WAY = frozenset({"sent", "submitted", "buffered", "queued"})


class DeliveryReports:
    def __init__(self, deployment: Deployment):
        self._d = deployment

    def settle(self, message_id: str, status: str, number: Number) -> str:
        """Move the recipient whose message this is. Returns 'known', 'unknown status' or 'stranger'."""
        to = FINAL.get(status.strip().casefold())
        if to is None:
            return "known" if status.strip().casefold() in ON_THE_WAY else "unknown status"
        store = self._d.store
        world, now = store.world(), store.now() - self._d.settings.times.late_report
        token = store.vault.token(number, Purpose.SUBSCRIBER)
        mark = message_mark(store.vault, message_id)
        broadcasts = sorted(store.shelves.broadcasts.items.values(), key=lambda b: -b.at)
        states = {b: State.LATE if to is State.DELIVERED and now > _over(world, b) else to for b in broadcasts}
        return "known" if store.recipients.report(states, token, mark) else "stranger"


def _over(world: World, broadcast: Broadcast) -> int:
    """When its words stopped being true (Unix seconds): reports carry no hour of their own. An alert may have been
    made longer since; an ending has an hour of its own."""
    alert = world.case(broadcast.number)
    return max(broadcast.until, alert.until if alert and broadcast.what is not What.END else 0)


class OptOuts:
    def __init__(self, deployment: Deployment):
        self._d = deployment

    def opt_out(self, number: Number) -> None:
        """The same as STOP, at the network's word. Raises StoreAway."""
        for _ in range(TRIES):
            turn = self._d.store.read(number)
            self._d.store.write(turn, (Suspend(), Stop()) if turn.staff else (Stop(),), "")
            if self._d.store.commit(turn.change):
                return
        raise StoreAway("an opt-out kept crossing with other turns")
