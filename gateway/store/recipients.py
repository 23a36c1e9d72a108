"""The people of a broadcast: who is in it, and where each one stands. Counts move with them in the same script."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from gateway.model.broadcast import REACHED, Broadcast, State
from gateway.model.subscription import DELIVERED_AT, Texts, week_of
from gateway.store import keys
from gateway.store.connection import Connection
from gateway.vault import Vault

AT_ONCE = 500
"""tokens in one script: well under 5 ms of Redis' time"""
SCRIPTS_AT_ONCE = 4
"""Redis does all that lies in one round trip before it hears anybody else: a turn of a call waits for no more"""
PREFIXES_AT_ONCE = 64
TRIES_SHIFT = 16
"""a prefix to do is scored by itself, and above these bits by how often it was put off"""
MESSAGE_ID_BYTES = 4
T = TypeVar("T")


def message_mark(vault: Vault, message_id: str) -> bytes:
    """A few bytes that tell this message from the same person's others."""
    return vault.digest(message_id.encode(), MESSAGE_ID_BYTES)


class Step(msgspec.Struct, frozen=True):
    """One recipient's move: to a state, from any of some states.

    `mark`: bytes that tell this message from others; of who is refused, the network's code in digits.
    """

    token: bytes
    to: State
    leaving: str
    mark: bytes = b""


class Tally(msgspec.Struct, frozen=True):
    """How many stand in each state; of the refused, how many by which code (0: the number was none)."""

    states: Mapping[State, int]
    refusals: Mapping[int, int]


class Recipients:
    def __init__(self, connection: Connection):
        self._connection = connection

    def todo(self, broadcast: Broadcast, count: int) -> tuple[list[int], int]:
        """The next prefixes that are not done, and how often they were put off: those put off come last."""
        where = [f"bc:{broadcast.id}:todo", f"bc:{broadcast.id}:n"]
        said = list(map(int, self._connection.run("todo", where, [count, keys.LISTED_AT_ONCE, 1 << TRIES_SHIFT])))
        rows = list(zip(said[::2], said[1::2], strict=True))
        tries = rows[0][1] >> TRIES_SHIFT if rows else 0
        return [prefix for prefix, score in rows if score >> TRIES_SHIFT == tries], tries

    def all_todo(self, broadcast: Broadcast) -> list[int]:
        """Every prefix that was begun with, perhaps, and is not done."""
        return [int(p) for p in self._connection.call("ZRANGE", f"bc:{broadcast.id}:todo", 0, -1)]

    def put_off(self, broadcast: Broadcast, prefixes: Sequence[int], tries: int) -> None:
        """Put prefixes behind all others, with so many tries behind them."""
        scored = [word for p in prefixes for word in (p + (tries << TRIES_SHIFT), p)]
        if scored:
            self._connection.call("ZADD", f"bc:{broadcast.id}:todo", *scored)

    def finished(self, broadcast: Broadcast, prefixes: Sequence[int]) -> None:
        if prefixes:
            self._connection.call("ZREM", f"bc:{broadcast.id}:todo", *prefixes)

    def reopen(self, broadcast: Broadcast, prefixes: Iterable[int], now: float) -> None:
        """These are to do again; the broadcast is due with them, for a list that nobody looks at never ends."""
        words = [word for prefix in prefixes for word in (prefix, prefix)]
        self._connection.batch([
            ("MULTI",), ("ZADD", f"bc:{broadcast.id}:todo", *words),
            ("ZADD", "due:alerts", "NX", int(now * 1000), f"bc:{broadcast.id}"), ("EXEC",),
        ])  # fmt: skip

    def members(self, areas: Sequence[str], prefixes: Sequence[int], bits: int) -> dict[int, list[bytes]]:
        """Members of any of these areas by prefix, each person once."""
        wanted = set(prefixes)
        first_bytes = sorted({b for p in prefixes for b in _bytes_of(p, bits)})
        replies = self._connection.batch([("HKEYS", f"area:{a}:{b}") for b in first_bytes for a in areas])
        people = {token for reply in replies for token in reply}
        found: dict[int, list[bytes]] = {p: [] for p in prefixes}
        for token in people:
            prefix = keys.prefix(token, bits)
            if prefix in wanted:
                found[prefix].append(token)
        return found

    def reached(self, number: int, prefixes: Sequence[int], keep_until: int) -> dict[int, list[bytes]]:
        """Who has, or may have, the warning itself (edition 0); they are kept until then (Unix seconds)."""
        where = [keys.recipients(f"{number}.0", p) for p in prefixes]
        replies = self._connection.batch([("HGETALL", key) for key in where])
        self._connection.batch([("EXPIREAT", key, keep_until) for key in (*where, f"bc:{number}.0:n")])
        letters = {state.value.encode() for state in REACHED}
        return {
            p: [token for token, value in reply.items() if value[:1] in letters]
            for p, reply in zip(prefixes, replies, strict=True)
        }

    def states(self, broadcast: Broadcast, prefixes: Sequence[int]) -> dict[int, dict[bytes, bytes]]:
        """Everybody of these prefixes: state and mark."""
        found: dict[int, dict[bytes, bytes]] = {}
        for part in _parts(prefixes, PREFIXES_AT_ONCE):
            replies = self._connection.batch([("HGETALL", keys.recipients(broadcast.id, p)) for p in part])
            found |= dict(zip(part, replies, strict=True))
        return found

    def enlist(
        self,
        broadcast: Broadcast,
        people: Mapping[int, Sequence[bytes]],
        keep_until: int,
        state: State = State.PENDING,
    ) -> dict[bytes, bytes | None]:
        """Write people in, by prefix, each once; returns each one's packed subscription, if it still exists."""
        asked = [(prefix, part) for prefix, tokens in people.items() for part in _parts(tokens)]
        scripts = [
            self._connection.script("enlist", self._keys(broadcast, [prefix]), [state.value, keep_until, *part])
            for prefix, part in asked
        ]
        answers = [packed for some in _parts(scripts, SCRIPTS_AT_ONCE) for packed in self._connection.batch(some)]
        out: dict[bytes, bytes | None] = {}
        for (_prefix, part), packed in zip(asked, answers, strict=True):
            out |= zip(part, packed, strict=True)
        return out

    def claim(self, broadcast: Broadcast, tokens: Sequence[bytes], closed: Iterable[Texts] = ()) -> list[bytes]:
        """Those of these pending people who still consent, now claimed. `closed`: who chose these gets no text now."""
        digits = "".join(str(int(texts)) for texts in closed)
        claimed: list[bytes] = []
        for part in _parts(tokens):
            groups = _by_prefix(part, broadcast.bits)
            words = [word for group in groups.values() for word in (len(group), *group)]
            args = [broadcast.until, digits, *words]
            claimed += self._connection.run("claim", self._keys(broadcast, groups), args)
        return claimed

    def settle(self, broadcast: Broadcast, steps: Sequence[Step]) -> set[bytes]:
        """Move people on; returns who moved."""
        moved: set[bytes] = set()
        for part in _parts(steps):
            moves = {s.token: (s.to.value.encode() + s.mark, s.leaving) for s in part}
            groups = _by_prefix(moves, broadcast.bits)
            args: list[bytes | int | str] = []
            for group in groups.values():
                args += [len(group), *group]
                args += [word for token in group for word in moves[token]]
            moved.update(self._connection.run("settle", self._keys(broadcast, groups), args))
        return moved

    def report(self, broadcasts: Sequence[Broadcast], token: bytes, to: State, mark: bytes, now: float) -> bool:
        """A delivery report: moves this person in the broadcast whose message it was; newest first, one round trip.

        Where the text arrived, her record says in which week. False where no text of ours is known by this mark.
        """
        where = [key for b in broadcasts for key in (f"bc:{b.id}:n", keys.recipients(b.id, keys.prefix(token, b.bits)))]
        meant = "".join(b.meant(to, now).value for b in broadcasts)
        week = week_of(now) if to is State.DELIVERED else ""
        words = [token, meant, mark, keys.single(mark), week, DELIVERED_AT]
        return bool(self._connection.run("report", where, words))

    def single(self, mark: bytes) -> None:
        """Note that this message was a single text: its report is of no broadcast."""
        self._connection.call("SET", keys.single(mark), 1, "EX", keys.SINGLE)

    def erase(self, token: bytes, broadcasts: Sequence[Broadcast]) -> None:
        """Take somebody who left out of all of them."""
        where = [k for b in broadcasts for k in (f"bc:{b.id}:n", keys.recipients(b.id, keys.prefix(token, b.bits)))]
        if where:
            self._connection.run("erase", where, [token])

    def try_again(self, broadcast: Broadcast, tokens: Sequence[bytes], keep_until: int) -> bool:
        """Note people whose sending is unknown for one more try; False where all had theirs."""
        tried = self._connection.batch([("SISMEMBER", f"bc:{broadcast.id}:tried", t) for t in tokens])
        fresh = [t for t, was in zip(tokens, tried, strict=True) if not was]
        if fresh:
            self._connection.batch(
                [("SADD", f"bc:{broadcast.id}:again", *fresh), ("EXPIREAT", f"bc:{broadcast.id}:again", keep_until)]
            )
        return bool(fresh)

    def noted(self, broadcast: Broadcast) -> set[bytes]:
        """Some of those who are to be tried once more: where a network was slow, that may be everybody."""
        return set(self._connection.call("SRANDMEMBER", f"bc:{broadcast.id}:again", AT_ONCE))

    def tried_again(self, broadcast: Broadcast, tokens: Iterable[bytes], keep_until: int) -> None:
        """These had their second try."""
        again, tried = f"bc:{broadcast.id}:again", f"bc:{broadcast.id}:tried"
        moves = [("SMOVE", again, tried, token) for token in tokens]
        self._connection.batch([*moves, ("EXPIREAT", tried, keep_until)])

    def had_second_try(self, broadcast: Broadcast, tokens: Sequence[bytes]) -> set[bytes]:
        """Those of these people."""
        parts = list(_parts(tokens))
        answers = self._connection.batch([("SMISMEMBER", f"bc:{broadcast.id}:tried", *part) for part in parts])
        found = (zip(part, answer, strict=True) for part, answer in zip(parts, answers, strict=True))
        return {token for part in found for token, had in part if had}

    def told(self, broadcast: Broadcast) -> bool:
        """Note that its sender hears how it went; True if she already did."""
        return not self._connection.call("HSETNX", f"bc:{broadcast.id}:n", "told", 1)

    def counts(self, id_: str) -> Mapping[State, int]:
        """How many stand in each state; together they are the audience so far."""
        return self.tally(id_).states

    def tally(self, id_: str) -> "Tally":
        """As `counts`, with the codes of those who were refused, read at one moment."""
        raw = self._connection.hgetall(f"bc:{id_}:n")
        codes = {int(field[1:]): int(n) for field, n in raw.items() if field[:1] == b"r" and field[1:].isdigit()}
        return Tally({state: int(raw.get(state.value.encode(), 0)) for state in State}, dict(sorted(codes.items())))

    def left_to_do(self, id_: str) -> int:
        """Prefixes not done yet."""
        asked = [("ZCARD", f"bc:{id_}:todo"), ("HMGET", f"bc:{id_}:n", "all", "open")]
        listed, (all_, open_) = self._connection.batch(asked)
        return int(listed) + int(all_ or 0) - int(open_ or 0)

    def settled(self, broadcast: Broadcast, prefixes: Sequence[int]) -> list[int]:
        """Those of these prefixes where nobody is pending: a latecomer may have been written in meanwhile."""
        if self._connection.call("HGET", f"bc:{broadcast.id}:n", State.PENDING.value) in (None, b"0"):
            return list(prefixes)
        states = self.states(broadcast, prefixes)
        return [p for p, people in states.items() if not any(value[:1] == b"p" for value in people.values())]

    def _keys(self, broadcast: Broadcast, prefixes: Iterable[int]) -> list[str]:
        return [f"bc:{broadcast.id}:n", *(keys.recipients(broadcast.id, p) for p in prefixes)]


def _by_prefix(tokens: Iterable[bytes], bits: int) -> dict[int, list[bytes]]:
    groups: dict[int, list[bytes]] = {}
    for token in tokens:
        groups.setdefault(keys.prefix(token, bits), []).append(token)
    return groups


def _parts(items: Sequence[T], size: int = AT_ONCE) -> Iterable[Sequence[T]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def _bytes_of(prefix: int, bits: int) -> range:
    """The first bytes that tokens of this prefix can have."""
    if bits >= 8:
        return range(prefix >> (bits - 8), (prefix >> (bits - 8)) + 1)
    return range(prefix << (8 - bits), (prefix + 1) << (8 - bits))
