"""The recipients of a broadcast and the state of each. The same script changes a state and the counts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from gateway.crypto.vault import Vault
from gateway.model.alert import AlertTask
from gateway.model.broadcast import REACHED_STATES, Broadcast, RecipientState
from gateway.model.message import Lane
from gateway.model.subscription import DELIVERED_WEEK_OFFSET, TextPreference, week_number
from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.records.subscribers import AREA_SUBSCRIBERS

TOKENS_PER_SCRIPT = 500
"""Well under 5 ms of Redis' time."""
SCRIPTS_PER_ROUND_TRIP = 4
"""Redis runs the commands of one batch before those of other clients: a USSD turn waits for no more than these."""
PREFIXES_PER_BATCH = 64
RETRIES_SHIFT = 16
"""The score of a prefix is the prefix, and above these bits how often it was put off."""
MESSAGE_HASH_BYTES = 4
T = TypeVar("T")


def message_hash(vault: Vault, message_id: str) -> bytes:
    """Return a few bytes that distinguish this message from others to the same person."""
    return vault.digest(message_id.encode(), MESSAGE_HASH_BYTES)


class Transition(msgspec.Struct, frozen=True):
    """The change of one recipient: to a state, from any of some states.

    `mark`: bytes that tell this message from others; of who is refused, the network's code in digits.
    """

    token: bytes
    to_state: RecipientState
    from_states: str
    detail: bytes = b""


class RecipientCounts(msgspec.Struct, frozen=True):
    """Recipients by state, and the refused by the network's code (0: the number was invalid)."""

    states: Mapping[RecipientState, int]
    refusals: Mapping[int, int]


class Recipients:
    def __init__(self, connection: Connection):
        self._connection = connection

    def next_prefixes(self, broadcast: Broadcast, count: int) -> tuple[list[int], int]:
        """Return the next prefixes that are not done, those put off last, and how often they were put off."""
        where = [_part(broadcast, "todo"), _part(broadcast, "n")]
        said = list(
            map(
                int,
                self._connection.run_script(
                    "next_prefixes", where, [count, keys.PREFIXES_PER_LISTING, 1 << RETRIES_SHIFT]
                ),
            )
        )
        rows = list(zip(said[::2], said[1::2], strict=True))
        tries = rows[0][1] >> RETRIES_SHIFT if rows else 0
        return [prefix for prefix, score in rows if score >> RETRIES_SHIFT == tries], tries

    def pending_prefixes(self, broadcast: Broadcast) -> list[int]:
        """Return every listed prefix that is not done."""
        return [int(p) for p in self._connection.execute("ZRANGE", _part(broadcast, "todo"), 0, -1)]

    def postpone(self, broadcast: Broadcast, prefixes: Sequence[int], retries: int) -> None:
        """Put prefixes behind all others, after this many attempts."""
        scored = [word for p in prefixes for word in (p + (retries << RETRIES_SHIFT), p)]
        if scored:
            self._connection.execute("ZADD", _part(broadcast, "todo"), *scored)

    def mark_finished(self, broadcast: Broadcast, prefixes: Sequence[int]) -> None:
        if prefixes:
            self._connection.execute("ZREM", _part(broadcast, "todo"), *prefixes)

    def reopen_prefixes(self, broadcast: Broadcast, prefixes: Iterable[int], now: float) -> None:
        """List prefixes again, and make the broadcast due, so that a worker reads the list."""
        words = [word for prefix in prefixes for word in (prefix, prefix)]
        self._connection.batch(
            [
                ("MULTI",),
                ("ZADD", _part(broadcast, "todo"), *words),
                ("ZADD", keys.due(Lane.ALERTS), "NX", int(now * 1000), AlertTask.SEND_BROADCAST.item(broadcast.id)),
                ("EXEC",),
            ]
        )

    def find_subscribers(self, areas: Sequence[str], prefixes: Sequence[int], bits: int) -> dict[int, list[bytes]]:
        """Return the subscribers of any of these areas by prefix, each person once."""
        wanted = set(prefixes)
        first_bytes = sorted({b for p in prefixes for b in _first_bytes_of(p, bits)})
        replies = self._connection.batch([("HKEYS", AREA_SUBSCRIBERS.key(a, b)) for b in first_bytes for a in areas])
        people = {token for reply in replies for token in reply}
        found: dict[int, list[bytes]] = {p: [] for p in prefixes}
        for token in people:
            prefix = keys.token_prefix(token, bits)
            if prefix in wanted:
                found[prefix].append(token)
        return found

    def read_reached(self, number: int, prefixes: Sequence[int], keep_until: int) -> dict[int, list[bytes]]:
        """Return who received, or may have received, edition 0; keep the record until then (Unix seconds)."""
        where = [keys.recipients(f"{number}.0", p) for p in prefixes]
        replies = self._connection.batch([("HGETALL", key) for key in where])
        self._connection.batch(
            [("EXPIREAT", key, keep_until) for key in (*where, keys.broadcast_part(f"{number}.0", "n"))]
        )
        letters = {state.value.encode() for state in REACHED_STATES}
        return {
            p: [token for token, value in reply.items() if value[:1] in letters]
            for p, reply in zip(prefixes, replies, strict=True)
        }

    def read_states(self, broadcast: Broadcast, prefixes: Sequence[int]) -> dict[int, dict[bytes, bytes]]:
        """Return the state and detail of everybody in these prefixes."""
        found: dict[int, dict[bytes, bytes]] = {}
        for part in _split_batches(prefixes, PREFIXES_PER_BATCH):
            replies = self._connection.batch([("HGETALL", _part(broadcast, p)) for p in part])
            found |= dict(zip(part, replies, strict=True))
        return found

    def insert(
        self,
        broadcast: Broadcast,
        people: Mapping[int, Sequence[bytes]],
        keep_until: int,
        state: RecipientState = RecipientState.PENDING,
    ) -> dict[bytes, bytes | None]:
        """Add people by prefix, each once; return each packed subscription that exists."""
        asked = [(prefix, part) for prefix, tokens in people.items() for part in _split_batches(tokens)]
        scripts = [
            self._connection.script_command(
                "insert_recipients", self._keys(broadcast, [prefix]), [state.value, keep_until, *part]
            )
            for prefix, part in asked
        ]
        answers = [
            packed
            for some in _split_batches(scripts, SCRIPTS_PER_ROUND_TRIP)
            for packed in self._connection.batch(some)
        ]
        out: dict[bytes, bytes | None] = {}
        for (_prefix, part), packed in zip(asked, answers, strict=True):
            out |= zip(part, packed, strict=True)
        return out

    def claim(
        self, broadcast: Broadcast, tokens: Sequence[bytes], muted_preferences: Iterable[TextPreference] = ()
    ) -> list[bytes]:
        """Claim the pending people who consent, and return them. Preferences in `closed` exclude a text now."""
        digits = "".join(str(int(texts)) for texts in muted_preferences)
        claimed: list[bytes] = []
        for part in _split_batches(tokens):
            groups = _group_by_prefix(part, broadcast.shard_bits)
            words = [word for group in groups.values() for word in (len(group), *group)]
            args = [broadcast.until, digits, *words]
            claimed += self._connection.run_script("claim", self._keys(broadcast, groups), args)
        return claimed

    def apply_transitions(self, broadcast: Broadcast, transitions: Sequence[Transition]) -> set[bytes]:
        """Change the states of recipients; return the tokens that were changed."""
        moved: set[bytes] = set()
        for part in _split_batches(transitions):
            moves = {s.token: (s.to_state.value.encode() + s.detail, s.from_states) for s in part}
            groups = _group_by_prefix(moves, broadcast.shard_bits)
            args: list[bytes | int | str] = []
            for group in groups.values():
                args += [len(group), *group]
                args += [word for token in group for word in moves[token]]
            moved.update(self._connection.run_script("transition_recipients", self._keys(broadcast, groups), args))
        return moved

    def apply_delivery_report(
        self, broadcasts: Sequence[Broadcast], token: bytes, reported: RecipientState, message_hash: bytes, now: float
    ) -> bool:
        """Apply a delivery report to the newest broadcast whose message it was, in one round trip.

        The week of an arrival is noted in the subscription. Return False where no text of ours has this hash.
        """
        where = [key for b in broadcasts for key in (_part(b, "n"), _part(b, keys.token_prefix(token, b.shard_bits)))]
        meant = "".join(b.reported_state(reported, now).value for b in broadcasts)
        week = week_number(now) if reported is RecipientState.DELIVERED else ""
        words = [token, meant, message_hash, keys.single_text(message_hash), week, DELIVERED_WEEK_OFFSET]
        return bool(self._connection.run_script("apply_delivery_report", where, words))

    def mark_single_text(self, message_hash: bytes) -> None:
        """Note that this message was a single text: its delivery report belongs to no broadcast."""
        self._connection.execute("SET", keys.single_text(message_hash), 1, "EX", keys.SINGLE_TEXT_TTL_S)

    def erase(self, token: bytes, broadcasts: Sequence[Broadcast]) -> None:
        """Remove a person who left from all broadcasts."""
        where = [k for b in broadcasts for k in (_part(b, "n"), _part(b, keys.token_prefix(token, b.shard_bits)))]
        if where:
            self._connection.run_script("erase_recipient", where, [token])

    def add_for_redelivery(self, broadcast: Broadcast, tokens: Sequence[bytes], keep_until: int) -> bool:
        """Note people whose result is unknown for one more attempt; False where all had one."""
        tried = self._connection.batch([("SISMEMBER", _part(broadcast, "tried"), t) for t in tokens])
        fresh = [t for t, was in zip(tokens, tried, strict=True) if not was]
        if fresh:
            self._connection.batch(
                [
                    ("SADD", _part(broadcast, "again"), *fresh),
                    ("EXPIREAT", _part(broadcast, "again"), keep_until),
                ]
            )
        return bool(fresh)

    def sample_for_redelivery(self, broadcast: Broadcast) -> set[bytes]:
        """Return some of the people noted for one more attempt; after a slow network that may be everybody."""
        return set(self._connection.execute("SRANDMEMBER", _part(broadcast, "again"), TOKENS_PER_SCRIPT))

    def mark_redelivered(self, broadcast: Broadcast, tokens: Iterable[bytes], keep_until: int) -> None:
        """Note that these people had their second attempt."""
        again, tried = _part(broadcast, "again"), _part(broadcast, "tried")
        moves = [("SMOVE", again, tried, token) for token in tokens]
        self._connection.batch([*moves, ("EXPIREAT", tried, keep_until)])

    def filter_redelivered(self, broadcast: Broadcast, tokens: Sequence[bytes]) -> set[bytes]:
        """Return those who had a second attempt."""
        parts = list(_split_batches(tokens))
        answers = self._connection.batch([("SMISMEMBER", _part(broadcast, "tried"), *part) for part in parts])
        found = (zip(part, answer, strict=True) for part, answer in zip(parts, answers, strict=True))
        return {token for part in found for token, had in part if had}

    def mark_sender_notified(self, broadcast: Broadcast) -> bool:
        """Note that the sender is informed of the result; return whether that was noted before."""
        return not self._connection.execute("HSETNX", _part(broadcast, "n"), "told", 1)

    def count_states(self, id_: str) -> Mapping[RecipientState, int]:
        """Return the recipients by state; their sum is the audience so far."""
        return self.read_counts(id_).states

    def read_counts(self, id_: str) -> "RecipientCounts":
        """Return the recipients by state and the refused by code, read at one moment."""
        raw = self._connection.execute("HGETALL", keys.broadcast_part(id_, "n"))
        codes = {int(field[1:]): int(n) for field, n in raw.items() if field[:1] == b"r" and field[1:].isdigit()}
        return RecipientCounts(
            {state: int(raw.get(state.value.encode(), 0)) for state in RecipientState}, dict(sorted(codes.items()))
        )

    def count_remaining_prefixes(self, id_: str) -> int:
        """Return how many prefixes are not done."""
        asked = [("ZCARD", keys.broadcast_part(id_, "todo")), ("HMGET", keys.broadcast_part(id_, "n"), "all", "open")]
        listed, (all_, open_) = self._connection.batch(asked)
        return int(listed) + int(all_ or 0) - int(open_ or 0)

    def filter_settled(self, broadcast: Broadcast, prefixes: Sequence[int]) -> list[int]:
        """Return the prefixes without a pending recipient; a new subscriber may have been added meanwhile."""
        if self._connection.execute("HGET", _part(broadcast, "n"), RecipientState.PENDING.value) in (
            None,
            b"0",
        ):
            return list(prefixes)
        states = self.read_states(broadcast, prefixes)
        return [p for p, people in states.items() if not any(value[:1] == b"p" for value in people.values())]

    def _keys(self, broadcast: Broadcast, prefixes: Iterable[int]) -> list[bytes]:
        return [_part(broadcast, "n"), *(_part(broadcast, p) for p in prefixes)]


def _group_by_prefix(tokens: Iterable[bytes], bits: int) -> dict[int, list[bytes]]:
    groups: dict[int, list[bytes]] = {}
    for token in tokens:
        groups.setdefault(keys.token_prefix(token, bits), []).append(token)
    return groups


def _split_batches(items: Sequence[T], size: int = TOKENS_PER_SCRIPT) -> Iterable[Sequence[T]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def _first_bytes_of(prefix: int, bits: int) -> range:
    """Return the first bytes that tokens of this prefix can have."""
    if bits >= 8:
        return range(prefix >> (bits - 8), (prefix >> (bits - 8)) + 1)
    return range(prefix << (8 - bits), (prefix + 1) << (8 - bits))


def _part(broadcast: Broadcast, part: str | int) -> bytes:
    return keys.broadcast_part(broadcast.id, part)
