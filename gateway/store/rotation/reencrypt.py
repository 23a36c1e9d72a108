"""The two versions of the keys, and the steps that the rotations of several kinds of record share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from gateway.crypto.vault import DIGEST_BYTES, Purpose, Vault
from gateway.errors import BadInput
from gateway.model.broadcast import Broadcast
from gateway.store.commands import Command
from gateway.store.connection import Connection
from gateway.store.records.service import RENAMED
from gateway.store.records.subscribers import BROADCAST_PARTS
from gateway.store.records.tables import BROADCASTS

RECORDS_PER_TRANSACTION = 500
"""A few ms of Redis' time."""
T = TypeVar("T")


class Reencryptor:
    """Re-encrypts records from the old vault to the new one."""

    def __init__(self, connection: Connection, old: Vault, new: Vault):
        self.connection, self.old, self.new = connection, old, new
        self.broadcasts = self._read_broadcasts()

    def _read_broadcasts(self) -> dict[bytes, Broadcast]:
        """Return every stored broadcast by its hash in keys: the one of the old version and the one of the new."""
        found: dict[bytes, Broadcast] = {}
        for field, sealed in self.connection.hgetall(BROADCASTS.name).items():
            binding = BROADCASTS.binding(BROADCASTS.key(), field)
            plain = self.open_old(sealed, binding) or self.new.open(sealed, binding)
            broadcast = BROADCASTS.codec.decode(plain)
            found |= {BROADCAST_PARTS.hashed(vault, broadcast.id): broadcast for vault in (self.old, self.new)}
        return found

    def new_token(self, token: bytes, purpose: Purpose) -> bytes | None:
        """Return the new token for an old one; None for one that is new already, or damaged."""
        try:
            return self.new.token(self.old.number(token, purpose), purpose)
        except BadInput:
            return None

    def rotate_digest(self, digest: bytes) -> bytes:
        """Return the new digest for a digest or tag of the old version.

        A name of another length was made by another program that writes to Redis, and must not stop a rotation. It
        becomes a digest that nobody computes.
        """
        if len(digest) != DIGEST_BYTES:
            return self.new.digest("damaged", digest)
        return self.new.rotate_digest(digest, self.old)

    def rotate_hex_digest(self, digits: bytes) -> bytes:
        """Return the same for a digest in hexadecimal digits."""
        try:
            return self.rotate_digest(bytes.fromhex(digits.decode())).hex().encode()
        except ValueError:
            return digits

    def open_old(self, sealed: bytes, place: bytes) -> bytes | None:
        """Return the content of an old seal; None for one that is new already, or damaged."""
        try:
            return self.old.open(sealed, place)
        except BadInput:
            return None

    def execute_atomically(self, *commands: Command) -> None:
        if commands:
            self.connection.batch([("MULTI",), *commands, ("EXEC",)])

    def read_end(self, key: bytes) -> int:
        """Return when Redis expires this key (Unix seconds), 0 if never. Every end is a whole second."""
        (seconds, micros), left_ms = self.connection.batch([("TIME",), ("PTTL", key)])
        return round(int(seconds) + int(micros) / 1e6 + left_ms / 1000) if left_ms > 0 else 0

    def reencrypt_tokens(
        self,
        key: bytes,
        fields: Mapping[bytes, bytes],
        target_key: Callable[[bytes], bytes],
        new_value: Callable[[bytes], bytes],
    ) -> None:
        """Replace the tokens that are fields of a hash; each is written to the hash that `target_key` returns."""
        ends = self.read_end(key)
        renamed = [(t, new) for t in fields if (new := self.new_token(t, Purpose.SUBSCRIBER))]
        for part in split_batches(renamed):
            targets: dict[bytes, list[bytes]] = {}
            for token, new in part:
                targets.setdefault(target_key(new), []).extend((new, new_value(fields[token])))
            writes: list[Command] = [("HSET", target, *pairs) for target, pairs in targets.items()]
            writes += [("EXPIREAT", target, ends) for target in targets if ends]
            self.execute_atomically(*writes, ("HDEL", key, *(token for token, _new in part)))


def split_batches(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[i : i + RECORDS_PER_TRANSACTION] for i in range(0, len(items), RECORDS_PER_TRANSACTION))


def rename_by_tag(m: Reencryptor, key: bytes) -> None:
    kind, _colon, tag = key.partition(b":")
    m.connection.execute("RENAME", key, RENAMED.key(kind, m.rotate_digest(tag)))


def rename_by_hex_tag(m: Reencryptor, key: bytes) -> None:
    kind, _colon, tag = key.partition(b":")
    m.connection.execute("RENAME", key, RENAMED.key(kind, m.rotate_hex_digest(tag)))


def rename_digest_set(m: Reencryptor, key: bytes) -> None:
    """Hash the tag in the name of a set again, and all its members."""
    kind, _colon, tag = key.partition(b":")
    target = RENAMED.key(kind, m.rotate_digest(tag))
    if members := [m.rotate_digest(member) for member in m.connection.execute("SMEMBERS", key)]:
        _replace_key(m, key, target, ("SADD", target, *members))


def rename_digest_fields(m: Reencryptor, key: bytes) -> None:
    """Hash all fields of a hash again."""
    target = RENAMED.key(key)
    if old := m.connection.execute("HGETALL", key):
        words = (word for field, value in old.items() for word in (m.rotate_digest(field), value))
        _replace_key(m, key, target, ("HSET", target, *words))


def _replace_key(m: Reencryptor, key: bytes, target: bytes, write: Command) -> None:
    ends = m.read_end(key)
    lifetime: list[Command] = [("EXPIREAT", target, ends)] if ends else []
    m.execute_atomically(write, *lifetime, ("DEL", key))


def rename_by_token(m: Reencryptor, key: bytes) -> None:
    kind, _colon, token = key.partition(b":")
    if new := m.new_token(token, Purpose.SUBSCRIBER):
        m.connection.execute("RENAME", key, kind + b":" + new)
