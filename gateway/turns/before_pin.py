"""What a phone shows before its own PIN: a stranger's empty account, with the changes that this session made to it.

The same actions run on it as on every account. Their writes are dropped, and the changes stay in the session.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from msgspec.structs import replace as replace_struct

from gateway.model.sos import Sos
from gateway.model.subscription import Subscription
from gateway.store import Turn, keys
from gateway.store.records.callers import SOS
from gateway.store.transaction import Transaction
from gateway.store.turn_record import TurnRecord

SUBSCRIPTION: Final = "subscription"


def empty_account(turn: Turn, changes: Mapping[str, bytes]) -> Turn:
    """Return the turn of a stranger at this phone. Nothing of it is committed."""
    kinds = [record.kind for record in turn.records.values()]
    records = {
        kind.name: TurnRecord(kind, None, kind.codec.decode(changes[kind.name]) if kind.name in changes else None)
        for kind in kinds
    }
    records[SOS.name] = TurnRecord(SOS, None, _sos_before_pin(turn.sos))
    packed = changes.get(SUBSCRIPTION)
    return replace(
        turn,
        raw_subscription=None,
        subscription=Subscription.unpack(packed) if packed else None,
        raw_referrals={},
        referrals={},
        report_pause=keys.REPORT_BEFORE_PIN * reports_before_pin(turn) or None,
        member=None,
        is_muted=False,
        records=records,
        transaction=Transaction(turn.transaction.sealed_records, turn.transaction.second_fraction),
        is_behind_pin=True,
    )


def reports_before_pin(turn: Turn) -> int:
    """Return how many reports were made just now before the PIN, since the last one behind it."""
    marks = turn.report_pause or b""
    return len(marks) - len(marks.rstrip(keys.REPORT_BEFORE_PIN))


def changes_in(view: Turn) -> dict[str, bytes]:
    """Return the account of a view as a session stores it."""
    found = {
        name: record.kind.codec.encode(record.value)
        for name, record in view.records.items()
        if record.value is not None and name != SOS.name
    }
    return found | ({SUBSCRIPTION: view.subscription.pack()} if view.subscription else {})


def _sos_before_pin(sos: Sos | None) -> Sos | None:
    """Return the call for help if it was raised, or seemed to be, before the PIN."""
    return replace_struct(sos, at=sos.shown_before_pin_at) if sos and sos.shown_before_pin_at else None
