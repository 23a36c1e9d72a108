"""Lists that may be as long as the audience come in portions, and leave nobody out."""

from collections.abc import Sequence

import pytest

from gateway.actions.apply import begin_broadcast
from gateway.deployment import Deployment
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.broadcast import Broadcast, BroadcastKind
from gateway.store import Transaction, keys
from gateway.store.shards import TOKENS_PER_SCRIPT

BITS = 11
TOKENS = [i.to_bytes(24, "big") for i in range(TOKENS_PER_SCRIPT * 2 + 7)]


@pytest.fixture
def begun(deployment: Deployment) -> Broadcast:
    store, transaction = deployment.store, Transaction()
    now = int(store.now())
    alert = Alert(1234, AlertKind.RAID, "", AlertState.LIVE, now, until=now + 600, shard_bits=BITS)
    broadcast = begin_broadcast(transaction, store.world_cache.broadcasts, alert, BroadcastKind.NEW, now + 600, now, 60)
    assert store.commit(transaction)
    return broadcast


def test_every_prefix_comes_once_and_what_was_put_off_last(deployment: Deployment, begun: Broadcast) -> None:
    recipients, connection = deployment.store.recipients, deployment.store.connection
    assert recipients.count_remaining_prefixes(begun.id) == 1 << BITS
    assert (
        connection.execute("ZCARD", keys.broadcast_part(deployment.store.vault, begun.id, "todo"))
        == keys.PREFIXES_PER_LISTING
        < 1 << BITS
    )
    done: list[int] = []
    first, _tries = recipients.next_prefixes(begun, 30)
    recipients.postpone(begun, first[:5], 1)
    recipients.reopen_prefixes(begun, [(1 << BITS) - 1], 0)  # somebody joined, far down the list
    while True:
        prefixes, tries = recipients.next_prefixes(begun, 30)
        if tries or not prefixes:
            break
        done += prefixes
        recipients.mark_finished(begun, prefixes)
        assert (
            connection.execute("ZCARD", keys.broadcast_part(deployment.store.vault, begun.id, "todo"))
            <= keys.PREFIXES_PER_LISTING + 30
        )
    assert set(done) == set(range(1 << BITS)).difference(first[:5])
    assert len(done) <= len(set(done)) + 1, "the one that was asked for before its turn"
    assert (prefixes, tries) == (first[:5], 1)
    recipients.mark_finished(begun, prefixes)
    assert recipients.next_prefixes(begun, 30)[0] == []
    assert recipients.count_remaining_prefixes(begun.id) == 0


def test_the_list_is_forgotten_with_the_warning(deployment: Deployment, begun: Broadcast) -> None:
    deployment.store.connection.execute("DEL", keys.broadcast_part(deployment.store.vault, begun.id, "todo"))
    deployment.store.recipients.next_prefixes(begun, 30)
    for name in ("todo", "n"):
        assert (
            0
            < deployment.store.connection.execute("TTL", keys.broadcast_part(deployment.store.vault, begun.id, name))
            <= 960
        )


def test_redelivery_goes_in_portions(deployment: Deployment, begun: Broadcast) -> None:
    recipients = deployment.store.recipients
    assert recipients.add_for_redelivery(begun, TOKENS, begun.until)
    seen: set[bytes] = set()
    portions = 0
    while noted := recipients.sample_for_redelivery(begun):
        assert len(noted) <= TOKENS_PER_SCRIPT and not seen & noted
        recipients.mark_redelivered(begun, noted, begun.until)
        seen |= noted
        portions += 1
    assert (seen, portions) == (set(TOKENS), 3)
    assert had(deployment, begun, [*TOKENS, b"x" * 24]) == set(TOKENS)
    assert not recipients.add_for_redelivery(begun, TOKENS[:3], begun.until), "once is enough"


def had(deployment: Deployment, begun: Broadcast, tokens: Sequence[bytes]) -> set[bytes]:
    return deployment.store.recipients.filter_redelivered(begun, tokens)
