"""What networks say of single numbers: dead ones are deleted after several days, owners who opted out on the second.

The network does not report when a number gets a new owner, and a warning to the new owner would expose the old owner.
One statement alone deletes nobody: until it comes on another day, texts that nobody asked for rest.
"""

from collections.abc import Sequence

from gateway.actions.clients import delete_member
from gateway.actions.contacts import silence_contact
from gateway.actions.subscriptions import delete_subscription
from gateway.crypto.vault import Purpose
from gateway.model.counted_event import CountedEvent
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import keys, tombstones
from gateway.store.event_counts import count_event
from gateway.store.record_io import delete_on_stop
from gateway.store.records.callers import CONTACT_REQUESTS, TRUE_ACCOUNTS
from gateway.store.store import Store
from gateway.store.transaction import Transaction

DAY_S = 86400
DAYS_BEFORE_OPT_OUT = 2
"""days on which a network says that the owner opted out, before it is taken for a STOP"""


def record_dead(store: Store, tokens: Sequence[bytes]) -> None:
    """Record that the network called these numbers dead. Several reports in one day count once."""
    if not tokens:
        return
    limits, today = store.settings.tuning.forget, int(store.now() // DAY_S)
    for token in tokens:
        number = store.number(token, Purpose.SUBSCRIBER)
        if store.limits.record_dead_day(number, today, limits.dead_window_days) >= limits.dead_days:
            unsubscribe(store, [token])


def record_opt_outs(store: Store, tokens: Sequence[bytes]) -> None:
    """Mute these numbers, of which the network says that their owners opted out. On a second day, unsubscribe them."""
    if not tokens:
        return
    today = int(store.now() // DAY_S)
    days = {t: store.limits.record_opt_out_day(store.number(t, Purpose.SUBSCRIBER), today) for t in tokens}
    if muted := [token for token, count in days.items() if count == 1]:
        transaction = Transaction()
        store.refusals.remember_mutes(transaction, muted)
        store.commit(transaction)
    unsubscribe(store, [token for token, count in days.items() if count >= DAYS_BEFORE_OPT_OUT])


def unsubscribe(store: Store, tokens: Sequence[bytes]) -> None:
    """Delete these subscribers as after STOP. The owner opted out at the network, or the number has no owner."""
    for token in tokens:

        def forget(world: World, transaction: Transaction, now: int, token: bytes = token) -> None:
            subscription = store.read_subscription(token)
            member = store.vault.token(store.number(token, Purpose.SUBSCRIBER), Purpose.MEMBER)
            transaction.write("DEL", keys.dead_days(token), keys.mute(token))
            delete_on_stop(transaction, store.vault, store.number(token, Purpose.SUBSCRIBER))
            if member in world.members:
                delete_member(transaction, store.world_cache, store.vault, world, member, now)
            if subscription:
                count_event(transaction, store.vault, CountedEvent.LEAVING, token, now)
                transaction.require_field(keys.subscription_bucket(token), token, subscription.pack())
                delete_subscription(transaction, store.vault, token, subscription, now)
            number = store.number(token, Purpose.SUBSCRIBER)
            _forget_copy(store, transaction, number)
            raw, requests = store.safety_records.read_contact_requests(number)
            if requests.owners:
                transaction.require(keys.contact_requests(CONTACT_REQUESTS.tag(store.vault, number)), raw)
                tombstones.add_tombstone(transaction, store.vault, token, now)
                silence_contact(transaction, store.vault, number, now)

        store.transact(forget)


def _forget_copy(store: Store, transaction: Transaction, number: Number) -> None:
    """Take the subscription and the membership out of the copy of an account under duress, which would restore them."""
    safety = store.safety_records
    tag, raw, account = safety.read_true_account(store.vault.token(number, Purpose.SAFETY))
    if account:
        safety.save(TRUE_ACCOUNTS, transaction, tag, account.without_texts(), raw)
