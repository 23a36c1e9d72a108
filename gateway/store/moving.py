"""Moving records to the next version of the keys: the two versions, and what several kinds of record need."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from gateway.errors import BadInput
from gateway.model.broadcast import Broadcast
from gateway.store.connection import Connection, Words
from gateway.vault import Purpose, Vault

AT_ONCE = 500
"""records in one transaction: a few ms of Redis' time"""
T = TypeVar("T")


class Moves:
    """The two versions."""

    def __init__(self, connection: Connection, old: Vault, new: Vault):
        self.connection, self.old, self.new = connection, old, new
        self.bits = self._bits()

    def _bits(self) -> dict[bytes, int]:
        """Of every broadcast that is kept, by its id."""
        found = {}
        for id_, sealed in self.connection.hgetall("broadcasts").items():
            plain = self.opened(sealed, "broadcasts") or self.new.open(sealed, "broadcasts")
            found[id_] = msgspec.msgpack.decode(plain, type=Broadcast).bits
        return found

    def token(self, token: bytes, purpose: Purpose) -> bytes | None:
        """The new token for an old one; nothing for one that has moved, or is damaged."""
        try:
            return self.new.token(self.old.number(token, purpose), purpose)
        except BadInput:
            return None

    def opened(self, sealed: bytes, about: str) -> bytes | None:
        """What an old seal holds; nothing for one that has moved, or is damaged."""
        try:
            return self.old.open(sealed, about)
        except BadInput:
            return None

    def together(self, *commands: Words) -> None:
        if commands:
            self.connection.batch([("MULTI",), *commands, ("EXEC",)])

    def people(
        self, key: bytes, fields: Mapping[bytes, bytes], to: Callable[[bytes], bytes], value: Callable[[bytes], bytes]
    ) -> None:
        """A hash of subscribers' tokens: each goes to the hash that `to` names for the new token."""
        left = self.connection.call("PTTL", key)
        moving = [(t, new) for t in fields if (new := self.token(t, Purpose.SUBSCRIBER))]
        for part in parts(moving):
            targets: dict[bytes, list[bytes]] = {}
            for token, new in part:
                targets.setdefault(to(new), []).extend((new, value(fields[token])))
            writes: list[Words] = [("HSET", target, *pairs) for target, pairs in targets.items()]
            if left > 0:
                writes += [("PEXPIRE", target, left) for target in targets]
            self.together(*writes, ("HDEL", key, *(token for token, _new in part)))


def parts(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[i : i + AT_ONCE] for i in range(0, len(items), AT_ONCE))


def named_by_tag(m: Moves, key: bytes) -> None:
    kind, _colon, tag = key.partition(b":")
    m.connection.call("RENAME", key, b"moved:" + kind + b":" + m.new.moved(tag))


def named_by_hex(m: Moves, key: bytes) -> None:
    kind, _colon, tag = key.partition(b":")
    m.connection.call("RENAME", key, b"moved:" + kind + b":" + m.new.moved(bytes.fromhex(tag.decode())).hex().encode())


def named_by_token(m: Moves, key: bytes) -> None:
    kind, _colon, token = key.partition(b":")
    if new := m.token(token, Purpose.SUBSCRIBER):
        m.connection.call("RENAME", key, kind + b":" + new)
