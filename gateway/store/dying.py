"""Numbers that die: dropped when the network has called them dead on several days, or at once at their owner's word.

Nothing tells when a number gets a new owner: a warning to it would be an outing.
"""

from collections.abc import Sequence

from gateway.model.caller import World
from gateway.store import keys, left
from gateway.store.change import Change
from gateway.store.store import Store
from gateway.store.turn import trust_tag
from gateway.store.writes_clients import forget_member
from gateway.store.writes_people import forget_subscription
from gateway.store.writes_trust import hush
from gateway.vault import Purpose

DAY = 86400


def strike(store: Store, tokens: Sequence[bytes]) -> None:
    """The network says of these that no phone has the number. However often in one day, it counts once."""
    if not tokens:
        return
    limits, today = store.settings.tuning.forget, int(store.now() // DAY)
    for token in tokens:
        number = store.number(token, Purpose.SUBSCRIBER)
        where = [keys.bucket(token), keys.strikes(token), keys.trust(trust_tag(store.vault, number)), "enrolled"]
        member = store.vault.token(number, Purpose.MEMBER)
        days = store.connection.run("strike", where, [token, today, limits.strike_days, member])
        if days >= limits.strikes:
            drop(store, [token])


def drop(store: Store, tokens: Sequence[bytes]) -> None:
    """Forget these as if they had said STOP: their owner opted out at the network, or nobody owns them."""
    for token in tokens:

        def forget(world: World, change: Change, now: int, token: bytes = token) -> None:
            kept = store.subscription(token)
            member = store.vault.token(store.number(token, Purpose.SUBSCRIBER), Purpose.MEMBER)
            change.write("DEL", keys.strikes(token))
            if member in world.enrolled:
                forget_member(change, store.shelves, store.vault, world, member, now)
            if kept:
                change.expect_field(keys.bucket(token), token, kept.pack())
                forget_subscription(change, store.vault, token, kept, now)
            number = store.number(token, Purpose.SUBSCRIBER)
            raw, trust = store.safety.trust(number)
            if trust.owners:
                change.expect(keys.trust(trust_tag(store.vault, number)), raw)
                left.note(change, store.vault, token, now)
                hush(change, store.vault, number, now)

        store.attempt(forget)
