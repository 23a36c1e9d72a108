"""Delivery reports and the network's own opt-outs: settled by number, whenever and however often they come."""

from gateway.deployment import Deployment
from gateway.errors import StoreAway
from gateway.model.broadcast import State
from gateway.model.intents import Stop, Suspend
from gateway.numbers import Number
from gateway.store import dying
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
DEAD = frozenset({"userdoesnotexist", "useraccountsuspended"})
"""Reasons of a failure (docs.africastalking.com, SMS delivery reports) that mean no phone has this number. Not among
them: absent, out of reach, and `UserIsInactive`, which may be no more than a phone that is off."""
LEFT = "userinblacklist"
"""its owner opted out at the network"""
ON_THE_WAY = frozenset({"sent", "submitted", "buffered", "queued"})


class DeliveryReports:
    def __init__(self, deployment: Deployment):
        self._d = deployment

    def settle(self, message_id: str, status: str, number: Number, reason: str = "") -> str:
        """Move the recipient whose message this is. Returns 'known', 'unknown status' or 'stranger'.

        `reason`: the network's, of a failure; one that says the number is dead counts towards dropping it.
        """
        to = FINAL.get(status.strip().casefold())
        if to is None:
            return "known" if status.strip().casefold() in ON_THE_WAY else "unknown status"
        store = self._d.store
        store.world()
        token = store.vault.token(number, Purpose.SUBSCRIBER)
        mark = message_mark(store.vault, message_id)
        broadcasts = sorted(store.shelves.broadcasts.items.values(), key=lambda b: -b.at)
        if not store.recipients.report(broadcasts, token, to, mark, store.now()):
            return "stranger"
        if to is State.FAILED:
            self._heed(token, reason.strip().casefold())
        return "known"

    def _heed(self, token: bytes, reason: str) -> None:
        if reason in DEAD:
            dying.strike(self._d.store, [token])
        elif reason == LEFT:
            dying.drop(self._d.store, [token])


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
