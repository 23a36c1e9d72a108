"""The shards of a broadcast: recipients by the first bits of their tokens, one hash for each prefix."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from gateway.store import keys

TOKENS_PER_SCRIPT = 500
"""Well under 5 ms of Redis' time."""
T = TypeVar("T")


def group_by_prefix(tokens: Iterable[bytes], bits: int) -> dict[int, list[bytes]]:
    """Return the tokens by their first `bits` bits."""
    groups: dict[int, list[bytes]] = {}
    for token in tokens:
        groups.setdefault(keys.token_prefix(token, bits), []).append(token)
    return groups


def split_batches(items: Sequence[T], size: int = TOKENS_PER_SCRIPT) -> Iterable[Sequence[T]]:
    """Return the items in batches of at most `size`."""
    return (items[i : i + size] for i in range(0, len(items), size))


def first_bytes_of(prefix: int, bits: int) -> range:
    """Return the first bytes that tokens of this prefix can have."""
    if bits >= 8:
        return range(prefix >> (bits - 8), (prefix >> (bits - 8)) + 1)
    return range(prefix << (8 - bits), (prefix + 1) << (8 - bits))
