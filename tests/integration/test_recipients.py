"""Lists that may be as long as the audience come in portions, and leave nobody out."""

from collections.abc import Sequence

import pytest

from gateway.deployment import Deployment
from gateway.model.alert import Alert, Kind, State
from gateway.model.broadcast import Broadcast, What
from gateway.store import Change, keys
from gateway.store.recipients import AT_ONCE
from gateway.store.writer import begin_broadcast

BITS = 11
TOKENS = [i.to_bytes(24, "big") for i in range(AT_ONCE * 2 + 7)]


@pytest.fixture
def begun(deployment: Deployment) -> Broadcast:
    store, change = deployment.store, Change()
    now = int(store.now())
    alert = Alert(1234, Kind.RAID, "", State.LIVE, now, until=now + 600, bits=BITS)
    broadcast = begin_broadcast(change, store.shelves.broadcasts, alert, What.NEW, now + 600, now, 60)
    assert store.commit(change)
    return broadcast


def test_every_prefix_comes_once_and_what_was_put_off_last(deployment: Deployment, begun: Broadcast) -> None:
    recipients, connection = deployment.store.recipients, deployment.store.connection
    assert recipients.left_to_do(begun.id) == 1 << BITS
    assert connection.call("ZCARD", f"bc:{begun.id}:todo") == keys.LISTED_AT_ONCE < 1 << BITS
    done: list[int] = []
    first, _tries = recipients.todo(begun, 30)
    recipients.put_off(begun, first[:5], 1)
    recipients.reopen(begun, [(1 << BITS) - 1], 0)  # somebody joined, far down the list
    while True:
        prefixes, tries = recipients.todo(begun, 30)
        if tries or not prefixes:
            break
        done += prefixes
        recipients.finished(begun, prefixes)
        assert connection.call("ZCARD", f"bc:{begun.id}:todo") <= keys.LISTED_AT_ONCE + 30
    assert set(done) == set(range(1 << BITS)).difference(first[:5])
    assert len(done) <= len(set(done)) + 1, "the one that was asked for before its turn"
    assert (prefixes, tries) == (first[:5], 1)
    recipients.finished(begun, prefixes)
    assert recipients.todo(begun, 30)[0] == []
    assert recipients.left_to_do(begun.id) == 0


def test_the_list_is_forgotten_with_the_warning(deployment: Deployment, begun: Broadcast) -> None:
    deployment.store.connection.call("DEL", f"bc:{begun.id}:todo")
    deployment.store.recipients.todo(begun, 30)
    for name in ("todo", "n"):
        assert 0 < deployment.store.connection.call("TTL", f"bc:{begun.id}:{name}") <= 660


def test_who_is_tried_again_comes_in_portions(deployment: Deployment, begun: Broadcast) -> None:
    recipients = deployment.store.recipients
    assert recipients.try_again(begun, TOKENS, begun.until)
    seen: set[bytes] = set()
    portions = 0
    while noted := recipients.noted(begun):
        assert len(noted) <= AT_ONCE and not seen & noted
        recipients.tried_again(begun, noted, begun.until)
        seen |= noted
        portions += 1
    assert (seen, portions) == (set(TOKENS), 3)
    assert had(deployment, begun, [*TOKENS, b"x" * 24]) == set(TOKENS)
    assert not recipients.try_again(begun, TOKENS[:3], begun.until), "once is enough"


def had(deployment: Deployment, begun: Broadcast, tokens: Sequence[bytes]) -> set[bytes]:
    return deployment.store.recipients.had_second_try(begun, tokens)
