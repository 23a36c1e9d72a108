"""Delivery reports and opt-outs at the network. Each may come late, and several times."""

from gateway.actions import dead_numbers
from gateway.crypto.vault import Purpose
from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.model.broadcast import RecipientState
from gateway.model.intents import SuspendStaff, Unsubscribe
from gateway.numbers import Number
from gateway.store.recipients import message_hash
from gateway.store.transaction import MAX_ATTEMPTS

FINAL_STATES = {
    "success": RecipientState.DELIVERED,
    "failed": RecipientState.FAILED,
    "rejected": RecipientState.FAILED,
    "absentsubscriber": RecipientState.FAILED,
    "expired": RecipientState.EXPIRED,
}
DEAD_NUMBER_REASONS = frozenset({"userdoesnotexist", "useraccountsuspended"})
"""Reasons of a failure (docs.africastalking.com, SMS delivery reports) that mean no phone has this number. Not among
them: absent, out of reach, and `UserIsInactive`, which may be no more than a phone that is off."""
OPTED_OUT_REASON = "userinblacklist"
"""the owner of the number opted out at the network"""
PENDING_STATUSES = frozenset({"sent", "submitted", "buffered", "queued"})


class DeliveryReportHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment

    def record_report(self, message_id: str, status: str, number: Number, reason: str = "") -> str:
        """Move the recipient whose message this is. Returns 'known', 'unknown status' or 'stranger'.

        `reason`: the network's, of a failure; one that says the number is dead counts towards dropping it.
        """
        to = FINAL_STATES.get(status.strip().casefold())
        if to is None:
            return "known" if status.strip().casefold() in PENDING_STATUSES else "unknown status"
        store = self._deployment.store
        store.read_world()
        token = store.vault.token(number, Purpose.SUBSCRIBER)
        mark = message_hash(store.vault, message_id)
        broadcasts = sorted(store.world_cache.broadcasts.items.values(), key=lambda b: -b.at)
        if not store.recipients.apply_delivery_report(broadcasts, token, to, mark, store.now()):
            return "stranger"
        if to is RecipientState.FAILED:
            self._handle_failure_reason(token, reason.strip().casefold())
        return "known"

    def _handle_failure_reason(self, token: bytes, reason: str) -> None:
        if reason in DEAD_NUMBER_REASONS:
            dead_numbers.record_dead(self._deployment.store, [token])
        elif reason == OPTED_OUT_REASON:
            dead_numbers.unsubscribe(self._deployment.store, [token])


class OptOutHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment

    def unsubscribe(self, number: Number) -> None:
        """Do what STOP does, because the network reports an opt-out. Raises StoreUnavailable."""
        for _ in range(MAX_ATTEMPTS):
            turn = self._deployment.store.read_turn(number)
            self._deployment.store.apply_intents(
                turn, (SuspendStaff(), Unsubscribe()) if turn.staff else (Unsubscribe(),), ""
            )
            if self._deployment.store.commit(turn.transaction):
                return
        raise StoreUnavailable("an opt-out kept crossing with other turns")
