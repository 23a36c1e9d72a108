"""The recipients of a broadcast and their states. Each script changes a state and the counts together."""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from gateway.crypto.vault import Vault
from gateway.model.alert import AlertTask
from gateway.model.broadcast import REACHED_STATES, Broadcast, RecipientState
from gateway.model.counted_event import CountedEvent
from gateway.model.message import Lane
from gateway.model.subscription import DELIVERED_WEEK_OFFSET, TextPreference, week_number
from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.event_counts import event_key
from gateway.store.item_names import seal_item
from gateway.store.records.subscribers import AREA_SUBSCRIBERS
from gateway.store.shards import TOKENS_PER_SCRIPT, first_bytes_of, group_by_prefix, split_batches
from gateway.store.transition import RecipientCounts, Transition

SCRIPTS_PER_ROUND_TRIP = 4
"""Redis runs one batch before the commands of other clients, so a USSD turn waits for at most this many scripts."""
PREFIXES_PER_BATCH = 64
RETRIES_SHIFT = 16
"""The score of a prefix: the prefix itself, and above these bits the number of times it was postponed."""
MESSAGE_HASH_BYTES = 4
"""So many bytes of the hash distinguish a recipient's message from others to the same person."""


def message_hash(vault: Vault, message_id: str) -> bytes:
    """Return the digest of the network's id of a message."""
    return vault.digest("message", message_id.encode())


class ReportEffect(IntEnum):
    """What a delivery report changed, as the script returns it."""

    FOREIGN = 0
    """no text of ours has this hash"""
    APPLIED = 1
    UNCHANGED = 2
    """a text of ours, whose final report came before"""
    CORRECTED = 3
    """a warning that was reported as lost has arrived"""


class Recipients:
    def __init__(self, connection: Connection, vault: Vault):
        self._connection, self._vault = connection, vault

    def next_prefixes(self, broadcast: Broadcast, count: int) -> tuple[list[int], int]:
        """Return the next prefixes that are not finished, postponed ones last, and how often these were postponed."""
        redis_keys = [self._key(broadcast, "todo"), self._key(broadcast, "n")]
        arguments = [count, keys.PREFIXES_PER_LISTING, 1 << RETRIES_SHIFT]
        reply = [int(number) for number in self._connection.run_script("next_prefixes", redis_keys, arguments)]
        rows = list(zip(reply[::2], reply[1::2], strict=True))
        tries = rows[0][1] >> RETRIES_SHIFT if rows else 0
        return [prefix for prefix, score in rows if score >> RETRIES_SHIFT == tries], tries

    def pending_prefixes(self, broadcast: Broadcast) -> list[int]:
        """Return every listed prefix that is not finished."""
        return [int(p) for p in self._connection.execute("ZRANGE", self._key(broadcast, "todo"), 0, -1)]

    def postpone(self, broadcast: Broadcast, prefixes: Sequence[int], retries: int) -> None:
        """Put prefixes behind all other prefixes, after this many attempts."""
        scored = [word for p in prefixes for word in (p + (retries << RETRIES_SHIFT), p)]
        if scored:
            self._connection.execute("ZADD", self._key(broadcast, "todo"), *scored)

    def mark_finished(self, broadcast: Broadcast, prefixes: Sequence[int]) -> None:
        if prefixes:
            self._connection.execute("ZREM", self._key(broadcast, "todo"), *prefixes)

    def reopen_prefixes(self, broadcast: Broadcast, prefixes: Iterable[int], now: float) -> None:
        """List prefixes again, and make the broadcast due, so that a worker reads the list."""
        words = [word for prefix in prefixes for word in (prefix, prefix)]
        item = seal_item(self._vault, AlertTask.SEND_BROADCAST.item(broadcast.id))
        self._connection.batch(
            [
                ("MULTI",),
                ("ZADD", self._key(broadcast, "todo"), *words),
                ("ZADD", keys.due(Lane.ALERTS), "NX", int(now * 1000), item),
                ("EXEC",),
            ]
        )

    def find_subscribers(self, areas: Sequence[str], prefixes: Sequence[int], bits: int) -> dict[int, list[bytes]]:
        """Return the subscribers of any of these areas by prefix, each person once."""
        wanted = set(prefixes)
        first_bytes = sorted({b for p in prefixes for b in first_bytes_of(p, bits)})
        replies = self._connection.batch([("HKEYS", AREA_SUBSCRIBERS.key(a, b)) for b in first_bytes for a in areas])
        people = {token for reply in replies for token in reply}
        found: dict[int, list[bytes]] = {p: [] for p in prefixes}
        for token in people:
            prefix = keys.token_prefix(token, bits)
            if prefix in wanted:
                found[prefix].append(token)
        return found

    def read_reached(self, number: int, prefixes: Sequence[int], keep_until: int) -> dict[int, list[bytes]]:
        """Return the people who received, or may have received, edition 0, by prefix.

        The record of recipients then expires at `keep_until` (Unix seconds).
        """
        redis_keys = [keys.broadcast_part(self._vault, f"{number}.0", p) for p in prefixes]
        counts = keys.broadcast_part(self._vault, f"{number}.0", "n")
        replies = self._connection.batch([("HGETALL", key) for key in redis_keys])
        self._connection.run_script("expire_keys", [*redis_keys, counts], [keep_until])
        letters = {state.value.encode() for state in REACHED_STATES}
        return {
            p: [token for token, value in reply.items() if value[:1] in letters]
            for p, reply in zip(prefixes, replies, strict=True)
        }

    def read_states(self, broadcast: Broadcast, prefixes: Sequence[int]) -> dict[int, dict[bytes, bytes]]:
        """Return the state and detail of every recipient in these prefixes."""
        found: dict[int, dict[bytes, bytes]] = {}
        for part in split_batches(prefixes, PREFIXES_PER_BATCH):
            replies = self._connection.batch([("HGETALL", self._key(broadcast, p)) for p in part])
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
        batches = [(prefix, part) for prefix, tokens in people.items() for part in split_batches(tokens)]
        scripts = [
            self._connection.script_command(
                "insert_recipients", self._keys(broadcast, [prefix]), [state.value, keep_until, *part]
            )
            for prefix, part in batches
        ]
        answers = [
            packed for some in split_batches(scripts, SCRIPTS_PER_ROUND_TRIP) for packed in self._connection.batch(some)
        ]
        out: dict[bytes, bytes | None] = {}
        for (_prefix, part), packed in zip(batches, answers, strict=True):
            out |= zip(part, packed, strict=True)
        return out

    def add_if_sent(
        self, first: Broadcast, later: Broadcast, token: bytes, message_hash: bytes, keep_until: int, now: float
    ) -> None:
        """Add a recipient of one broadcast to a later one, if the message with this hash was of the first."""
        state = self._connection.execute("HGET", self._key(first, keys.token_prefix(token, first.shard_bits)), token)
        if state and state[1:] == message_hash[:MESSAGE_HASH_BYTES]:
            prefix = keys.token_prefix(token, later.shard_bits)
            self.insert(later, {prefix: [token]}, keep_until)
            self.reopen_prefixes(later, [prefix], now)

    def claim(
        self, broadcast: Broadcast, tokens: Sequence[bytes], muted_preferences: Iterable[TextPreference] = ()
    ) -> list[bytes]:
        """Claim the pending people who consent, and return them. `muted_preferences` exclude a text now."""
        digits = "".join(str(int(texts)) for texts in muted_preferences)
        claimed: list[bytes] = []
        for part in split_batches(tokens):
            groups = group_by_prefix(part, broadcast.shard_bits)
            words = [word for group in groups.values() for word in (len(group), *group)]
            args = [broadcast.until, digits, *words]
            claimed += self._connection.run_script("claim", self._keys(broadcast, groups), args)
        return claimed

    def apply_transitions(self, broadcast: Broadcast, transitions: Sequence[Transition]) -> set[bytes]:
        """Change the states of recipients; return the tokens of the changed recipients."""
        changed: set[bytes] = set()
        for part in split_batches(transitions):
            values = {t.token: (t.to_state.value.encode() + t.detail, t.from_states) for t in part}
            groups = group_by_prefix(values, broadcast.shard_bits)
            args: list[bytes | int | str] = []
            for group in groups.values():
                args += [len(group), *group]
                args += [word for token in group for word in values[token]]
            changed.update(self._connection.run_script("transition_recipients", self._keys(broadcast, groups), args))
        return changed

    def apply_delivery_report(
        self, broadcasts: Sequence[Broadcast], token: bytes, reported: RecipientState, message_hash: bytes, now: float
    ) -> ReportEffect:
        """Apply a delivery report to the newest broadcast whose message it was, in one round trip.

        The week of an arrival is recorded in the subscription.
        """
        redis_keys = [
            key for b in broadcasts for key in (self._key(b, "n"), self._key(b, keys.token_prefix(token, b.shard_bits)))
        ]
        states = "".join(b.reported_state(reported, now).value for b in broadcasts)
        week = week_number(now) if reported is RecipientState.DELIVERED else ""
        arguments = [
            token, states, message_hash[:MESSAGE_HASH_BYTES], keys.single_text(message_hash), week,
            DELIVERED_WEEK_OFFSET, event_key(CountedEvent.FOREIGN_DELIVERY_REPORT, now),
            2 * CountedEvent.FOREIGN_DELIVERY_REPORT.window_s,
        ]  # fmt: skip
        return ReportEffect(self._connection.run_script("apply_delivery_report", redis_keys, arguments))

    def mark_single_text(self, message_hash: bytes, is_asked_for: bool = False) -> None:
        """Record that this message was a single text, so that its delivery report belongs to no broadcast.

        `is_asked_for`: its arrival proves that the network takes our texts to its reader, and unmutes that phone.
        A report that came before the network's answer to the request was counted as one on a text that we never sent.
        """
        event, now = CountedEvent.FOREIGN_DELIVERY_REPORT, self._connection.now()
        counts = [event_key(event, at) for at in (now, now - event.window_s)]
        mark = "asked" if is_asked_for else 1
        writes = [
            ("SET", keys.single_text(message_hash), mark, "EX", keys.SINGLE_TEXT_TTL_S),
            *(("ZREM", count, message_hash[:MESSAGE_HASH_BYTES]) for count in counts),
        ]
        self._connection.batch([self._connection.unguarded_write(write) for write in writes])

    def erase(self, token: bytes, broadcasts: Sequence[Broadcast]) -> None:
        """Remove a person from all broadcasts, because the person left."""
        redis_keys = [
            k for b in broadcasts for k in (self._key(b, "n"), self._key(b, keys.token_prefix(token, b.shard_bits)))
        ]
        if redis_keys:
            self._connection.run_script("erase_recipient", redis_keys, [token])

    def add_for_redelivery(self, broadcast: Broadcast, tokens: Sequence[bytes], keep_until: int) -> bool:
        """Record people whose result is unknown for one more attempt; return False where all of them had one."""
        tried = self._connection.batch([("SISMEMBER", self._key(broadcast, "tried"), t) for t in tokens])
        fresh = [t for t, was in zip(tokens, tried, strict=True) if not was]
        if fresh:
            self._connection.batch(
                [
                    ("SADD", self._key(broadcast, "again"), *fresh),
                    self._connection.script_command("expire_keys", [self._key(broadcast, "again")], [keep_until]),
                ]
            )
        return bool(fresh)

    def sample_for_redelivery(self, broadcast: Broadcast) -> set[bytes]:
        """Return some of the people who are recorded for one more attempt, at most TOKENS_PER_SCRIPT."""
        return set(self._connection.execute("SRANDMEMBER", self._key(broadcast, "again"), TOKENS_PER_SCRIPT))

    def mark_redelivered(self, broadcast: Broadcast, tokens: Iterable[bytes], keep_until: int) -> None:
        """Record that these people had their second attempt."""
        again, tried = self._key(broadcast, "again"), self._key(broadcast, "tried")
        commands = [("SMOVE", again, tried, token) for token in tokens]
        self._connection.batch([*commands, self._connection.script_command("expire_keys", [tried], [keep_until])])

    def filter_redelivered(self, broadcast: Broadcast, tokens: Sequence[bytes]) -> set[bytes]:
        """Return the tokens of people who had a second attempt."""
        parts = list(split_batches(tokens))
        answers = self._connection.batch([("SMISMEMBER", self._key(broadcast, "tried"), *part) for part in parts])
        found = (zip(part, answer, strict=True) for part, answer in zip(parts, answers, strict=True))
        return {token for part in found for token, had in part if had}

    def mark_sender_notified(self, broadcast: Broadcast) -> bool:
        """Record that the sender is informed of the result; return whether that was recorded before."""
        return not self._connection.execute("HSETNX", self._key(broadcast, "n"), "told", 1)

    def count_states(self, id_: str) -> Mapping[RecipientState, int]:
        """Return the recipients by state; their sum is the audience so far."""
        return self.read_counts(id_).states

    def read_counts(self, id_: str) -> RecipientCounts:
        """Return the recipients by state and the refusals by code, read at one moment."""
        raw = self._connection.execute("HGETALL", keys.broadcast_part(self._vault, id_, "n"))
        coded = {field[1:]: int(n) for field, n in raw.items() if field[:1] == b"r" and field[1:].isdigit()}
        codes = {int(code): n for code, n in coded.items() if n}
        return RecipientCounts(
            {state: int(raw.get(state.value.encode(), 0)) for state in RecipientState}, dict(sorted(codes.items()))
        )

    def count_remaining_prefixes(self, id_: str) -> int:
        """Return the number of prefixes that are not finished."""
        asked = [
            ("ZCARD", keys.broadcast_part(self._vault, id_, "todo")),
            ("HMGET", keys.broadcast_part(self._vault, id_, "n"), "all", "open"),
        ]
        listed, (all_, open_) = self._connection.batch(asked)
        return int(listed) + int(all_ or 0) - int(open_ or 0)

    def filter_settled(self, broadcast: Broadcast, prefixes: Sequence[int]) -> list[int]:
        """Return the prefixes without a pending recipient; a new subscriber may have been added meanwhile."""
        pending = self._connection.execute("HGET", self._key(broadcast, "n"), RecipientState.PENDING.value)
        if pending in (None, b"0"):
            return list(prefixes)
        states = self.read_states(broadcast, prefixes)
        return [p for p, people in states.items() if not any(value[:1] == b"p" for value in people.values())]

    def _key(self, broadcast: Broadcast, part: str | int) -> bytes:
        return keys.broadcast_part(self._vault, broadcast.id, part)

    def _keys(self, broadcast: Broadcast, prefixes: Iterable[int]) -> list[bytes]:
        return [self._key(broadcast, "n"), *(self._key(broadcast, p) for p in prefixes)]
