"""Delivery reports and opt-outs at the network: a report may come at any time, in any order, and more than once."""

from gateway.actions import dead_numbers
from gateway.crypto.references import open_reference
from gateway.crypto.vault import Purpose
from gateway.deployment import Deployment
from gateway.errors import BadInput, StoreUnavailable
from gateway.model.broadcast import BroadcastKind, RecipientState
from gateway.model.intents import SilenceStaff, Unsubscribe
from gateway.numbers import Number
from gateway.providers.events import DeliveryReport, DeliveryStatus, FailureReason
from gateway.store.recipients import ReportEffect, message_hash
from gateway.store.transaction import MAX_ATTEMPTS

FINAL_STATES = {
    DeliveryStatus.DELIVERED: RecipientState.DELIVERED,
    DeliveryStatus.FAILED: RecipientState.FAILED,
    DeliveryStatus.EXPIRED: RecipientState.EXPIRED,
}


class DeliveryReportHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment

    def record_report(self, report: DeliveryReport) -> str:
        """Record the result of a text. Return 'known', 'unknown status' or 'stranger' (no text of ours; counted).

        A failure because the number is dead counts towards its deletion. Raises StoreUnavailable.
        """
        state = FINAL_STATES.get(report.status)
        if state is None:
            return "known" if report.status is DeliveryStatus.PENDING else "unknown status"
        store = self._deployment.store
        try:
            number = report.number or open_reference(store.vault, report.message_id)
        except BadInput:
            return "stranger"
        store.read_world()
        token = store.vault.token(number, Purpose.SUBSCRIBER)
        hash_ = message_hash(store.vault, report.message_id)
        broadcasts = sorted(store.world_cache.broadcasts.items.values(), key=lambda b: -b.at)
        effect = store.recipients.apply_delivery_report(broadcasts, token, state, hash_, store.now())
        if effect is ReportEffect.FOREIGN:
            return "stranger"
        if effect is ReportEffect.APPLIED and state is RecipientState.FAILED:
            self._handle_failure_reason(token, number, report)
        if effect is ReportEffect.CORRECTED:
            self._send_ending_if_missed(token, hash_)
        return "known"

    def _send_ending_if_missed(self, token: bytes, hash_: bytes) -> None:
        """Send the ending to a recipient whose warning was taken for lost when the ending left."""
        store, times = self._deployment.store, self._deployment.settings.times
        for ending in tuple(store.world_cache.broadcasts.items.values()):
            first = store.world_cache.broadcasts.get(f"{ending.number}.0".encode())
            if first and ending.kind is BroadcastKind.END and store.now() < ending.until:
                store.recipients.add_if_sent(first, ending, token, hash_, ending.until + times.keep_alert, store.now())

    def _handle_failure_reason(self, token: bytes, number: Number, report: DeliveryReport) -> None:
        """Count what the network says of this number, unless it says so of many: then the account is at fault.

        The alarm for it is raised by the clock.
        """
        store, said = self._deployment.store, [number]
        if report.reason is FailureReason.DEAD_NUMBER:
            counts = store.refusals.note(report.network, (), (), said)
            if counts and not counts.dead_are_fault:
                dead_numbers.record_dead(store, [token])
        elif report.reason is FailureReason.OPTED_OUT:
            counts = store.refusals.note(report.network, (), said, ())
            if counts and counts.opt_outs_are_fault:
                store.refusals.lift_recent_mutes()
            else:
                dead_numbers.record_opt_outs(store, [token])


class OptOutHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment

    def unsubscribe(self, number: Number) -> None:
        """Do the same as for STOP after the network reported an opt-out. Raises StoreUnavailable."""
        for _ in range(MAX_ATTEMPTS):
            turn = self._deployment.store.read_turn(number)
            self._deployment.store.apply_intents(
                turn, (SilenceStaff(), Unsubscribe()) if turn.staff else (Unsubscribe(),), ""
            )
            if self._deployment.store.commit(turn.transaction):
                return
        raise StoreUnavailable("other commits came between every attempt to record an opt-out")
