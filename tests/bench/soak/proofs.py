"""What must be true at the end. Each check returns a list of violations."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from gateway.crypto.vault import Purpose
from gateway.model.broadcast import OPEN_STATES, Broadcast, RecipientState
from gateway.numbers import Number
from gateway.store import Store
from tests.bench.soak.ledger import Ledger, Promise

TAKEN = (RecipientState.ACCEPTED, RecipientState.DELIVERED, RecipientState.FAILED, RecipientState.EXPIRED)
ON_ITS_WAY = 3.0
"""seconds: a provider call that began before a subscriber left may reach the network until then"""
PLACE = re.compile(r"Gate \d{4}")
"""the venues of warnings"""


def adds_up(store: Store, broadcast: Broadcast, sent: set[str]) -> list[str]:
    """Compare the counts of one edition with its recipients, and with the numbers to which the network took it."""
    counts = store.recipients.count_states(broadcast.id)
    people = store.recipients.read_states(broadcast, range(1 << broadcast.shard_bits))
    state_by_token = {token: value[:1].decode() for found in people.values() for token, value in found.items()}
    stand = Counter(state_by_token.values())
    erased = {state: counts[state] - stand[state.value] for state in RecipientState}
    gone = {store.vault.token(Number.parse(number), Purpose.SUBSCRIBER) for number in sent} - state_by_token.keys()
    least, unknown = sum(counts[s] for s in TAKEN), counts[RecipientState.UNKNOWN]
    gone_least = sum(erased[s] for s in TAKEN)
    wrong = {
        "somebody is still open": any(counts[state] or stand[state.value] for state in OPEN_STATES),
        "more people than are counted": any(n < 0 for n in erased.values()),
        "the network took other numbers than are counted": not least <= len(sent) <= least + unknown,
        "who is missing has not left": not gone_least <= len(gone) <= gone_least + erased[RecipientState.UNKNOWN],
    }
    shown = {state.name.lower(): n for state, n in counts.items() if n}
    return [f"{broadcast.id}: {what} ({shown}, network {len(sent)})" for what, is_so in wrong.items() if is_so]


def kept(promises: Iterable[Promise], ledger: Ledger, unknown: int) -> list[str]:
    """Check that each promised text came once. Up to `unknown` texts may be missing."""
    came = {promise: ledger.came(promise) for promise in promises}
    missing = [promise for promise, texts in came.items() if not texts]
    twice = [promise for promise, texts in came.items() if len(set(texts)) < len(texts)]
    wrong = []
    if len(missing) > unknown:
        wrong.append(f"{len(missing)} promised texts never came, {unknown} are noted as unknown: {_few(missing)}")
    if twice:
        wrong.append(f"{len(twice)} texts came twice: {_few(twice)}")
    return wrong


def silent(left: Mapping[str, float], ledger: Ledger) -> list[str]:
    """Check that nobody got a warning after leaving."""
    warned = [
        number for number, at in left.items()
        for when, text in ledger.inbox.get(number, ()) if when > at + ON_ITS_WAY and PLACE.search(text)
    ]  # fmt: skip
    return [f"{len(warned)} warnings to people who had left"] if warned else []


def members(store: Store, joined: Mapping[str, str]) -> list[str]:
    """Check that everybody who joined and stayed is subscribed."""
    tokens = {number: store.vault.token(Number.parse(number), Purpose.SUBSCRIBER) for number in joined}
    lost = [
        n
        for n, area in joined.items()
        if not (subscription := store.read_subscription(tokens[n])) or area not in subscription.areas
    ]
    return [f"{len(lost)} who joined are not there"] if lost else []


def _few(promises: list[Promise]) -> str:
    return ", ".join(f"{p.to} {p.words!r}" for p in promises[:3])
