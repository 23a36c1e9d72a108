"""The rule by which a rotation changes a key of each kind."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.crypto.vault import DIGEST_BYTES, Purpose
from gateway.model.broadcast import Broadcast, RecipientState
from gateway.model.subscription import Subscription
from gateway.store import keys
from gateway.store.cached_table import authenticate_command, bump_version_command, is_authentic
from gateway.store.commands import Command
from gateway.store.records.callers import OWN_REFERRALS
from gateway.store.records.kind import CallerRecord, FieldName, RecordKind, Rotation, SealedKind, TableKind
from gateway.store.records.service import ATTEMPTS, CLAIMS, DUE, STARTED
from gateway.store.records.subscribers import (
    AREA_SUBSCRIBERS,
    BROADCAST_PARTS,
    CLINIC_REFERRALS,
    OPEN_SOS,
    RATINGS,
    SUBSCRIPTIONS,
    UNANNOUNCED_SOS,
)
from gateway.store.records.tables import VERSIONS
from gateway.store.rotation.reencrypt import (
    Reencryptor,
    rename_by_hex_tag,
    rename_by_tag,
    rename_by_token,
    rename_digest_fields,
    rename_digest_set,
    split_batches,
)
from gateway.store.rotation.work_items import reencrypt_due_items, reencrypt_item_state

HAS_PIN_FLAG = 2
REFUSED = RecipientState.REFUSED.value.encode()
Rule = Callable[[Reencryptor, RecordKind, bytes], None]


def reencrypt_subscribers(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    m.reencrypt_tokens(
        key,
        m.connection.execute("HGETALL", key),
        keys.subscription_bucket,
        lambda packed: _with_new_pin_hash(m, packed),
    )


def _with_new_pin_hash(m: Reencryptor, packed: bytes) -> bytes:
    if not packed[0] & HAS_PIN_FLAG:
        return packed
    subscription = Subscription.unpack(packed)
    return replace(subscription, pin_hash=m.rotate_digest(subscription.pin_hash)).pack()


def reencrypt_area_subscribers(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    area = key.split(b":")[1].decode()
    m.reencrypt_tokens(
        key, m.connection.execute("HGETALL", key), lambda new: keys.area_subscribers(area, new), lambda nothing: nothing
    )


def reencrypt_broadcast(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    """Re-encrypt a part of a broadcast. A prefix follows from the token, so all prefixes must be done again."""
    names = key.partition(b":")[2]
    broadcast, part = m.broadcasts.get(names[:DIGEST_BYTES]), names[DIGEST_BYTES + 1 :].decode(errors="replace")
    if broadcast is None:  # it is deleted, and no code reads its parts again
        m.connection.execute("DEL", key)
        return
    target = keys.broadcast_part(m.new, broadcast.id, part)
    if key == target:
        return
    ends = m.read_end(key)
    lifetime: list[Command] = [("EXPIREAT", target, ends)] if ends else []
    if part == "n":
        m.connection.execute("RENAME", key, target)
    elif part == "todo":
        prefixes = range(1 << broadcast.shard_bits)
        listed: list[Command] = [
            ("ZADD", target, *(w for p in some for w in (p, p))) for some in split_batches(prefixes)
        ]
        m.execute_atomically(*listed, *lifetime, ("DEL", key))
    elif part in ("again", "tried"):
        new_tokens = {t: m.new_token(t, Purpose.SUBSCRIBER) for t in m.connection.execute("SMEMBERS", key)}
        for some in split_batches([(t, new) for t, new in new_tokens.items() if new]):
            moved = ("SADD", target, *(new for _t, new in some)), ("SREM", key, *(t for t, _new in some))
            m.execute_atomically(*moved, *lifetime)
    else:
        _reencrypt_recipients(m, broadcast, key)


def _reencrypt_recipients(m: Reencryptor, broadcast: Broadcast, key: bytes) -> None:
    def target_key(new: bytes) -> bytes:
        return keys.broadcast_part(m.new, broadcast.id, keys.token_prefix(new, broadcast.shard_bits))

    m.reencrypt_tokens(key, m.connection.execute("HGETALL", key), target_key, _without_message_hash)


def _without_message_hash(state: bytes) -> bytes:
    """Return the state without its message hash: its few bytes cannot be hashed again.

    A delivery report then settles the newest broadcast to the person. The detail of a refused recipient is the
    network's code.
    """
    return state if state[:1] == REFUSED else state[:1]


def reseal(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    """Seal the records at this key with the new key, and hash the tag in its name again."""
    if isinstance(kind, TableKind):
        _reseal_table(m, kind, key)
    elif isinstance(kind, CallerRecord) and kind.is_bucketed:
        _reseal_bucket(m, kind, key)
    elif isinstance(kind, SealedKind):
        renamed = kind.key(m.rotate_digest(key.partition(b":")[2])) if kind.has_hashed_names else key
        if sealed := _resealed(m, kind, m.connection.execute("GET", key) or b"", (key, b""), (renamed, b"")):
            m.connection.execute("SET", key, sealed, "KEEPTTL")
        if kind.has_hashed_names:
            rename_by_tag(m, key)


Place = tuple[bytes, bytes]
"""A key, and the field of a hash; the field is empty for a plain key."""


def _resealed(m: Reencryptor, kind: SealedKind, stored: bytes, at: Place, to: Place) -> bytes | None:  # type: ignore[type-arg]
    """Return the stored form for the new place; None for a record that is resealed already, or damaged."""
    plain = m.open_old(stored, kind.binding(*at))
    if plain is None:
        return None
    return kind.seal(m.new, kind.rotate_content(m, kind.codec.decode(plain)), *to)


def _reseal_bucket(m: Reencryptor, kind: CallerRecord, key: bytes) -> None:  # type: ignore[type-arg]
    for tag, stored in m.connection.execute("HGETALL", key).items():
        target, new_tag = kind.place(m.rotate_digest(tag))
        if sealed := _resealed(m, kind, stored, (key, tag), (target, new_tag)):
            m.execute_atomically(("HSET", target, new_tag, sealed), ("HDEL", key, tag))


def _reseal_table(m: Reencryptor, kind: TableKind, key: bytes) -> None:  # type: ignore[type-arg]
    if kind.is_authenticated:
        _reseal_authenticated_table(m, kind, key)
        return
    for field, stored in m.connection.execute("HGETALL", key).items():
        renamed = _renamed_field(m, kind, field)
        sealed = _resealed(m, kind, stored, (key, field), (key, renamed)) if renamed else None
        if renamed and sealed:
            removed: list[Command] = [("HDEL", key, field)] if renamed != field else []
            m.execute_atomically(*removed, ("HSET", key, renamed, sealed), bump_version_command(kind.name))


def _reseal_authenticated_table(m: Reencryptor, kind: TableKind, key: bytes) -> None:  # type: ignore[type-arg]
    """Reseal all records in one step. A table that somebody without the key changed stays unreadable."""
    old, version = m.connection.execute("HGETALL", key), m.connection.execute("GET", VERSIONS.key(kind.name))
    if not is_authentic(m.old, kind.name, version, old):
        return
    new: dict[bytes, bytes] = {}
    for field, stored in old.items():
        renamed = _renamed_field(m, kind, field)
        sealed = _resealed(m, kind, stored, (key, field), (key, renamed)) if renamed else None
        if renamed and sealed:
            new[renamed] = sealed
    rows: list[Command] = [("HSET", key, *(word for pair in new.items() for word in pair))] if new else []
    m.execute_atomically(("DEL", key), *rows, authenticate_command(m.new, kind.name, new, version))


def _renamed_field(m: Reencryptor, kind: TableKind, field: bytes) -> bytes | None:  # type: ignore[type-arg]
    """Return the field under the new keys; None for a token that is new already, or damaged."""
    if kind.field_name is FieldName.TOKEN and kind.purpose:
        return m.new_token(field, kind.purpose)
    return m.rotate_digest(field) if kind.field_name is FieldName.DIGEST else field


def reseal_open_sos(m: Reencryptor, key: bytes) -> None:
    for member in m.connection.execute("ZRANGE", key, 0, -1):
        hashed, stored = member[:DIGEST_BYTES], member[DIGEST_BYTES:]
        renamed = m.rotate_digest(hashed)
        if sealed := _resealed(m, OPEN_SOS, stored, (key, hashed), (key, renamed)):
            m.execute_atomically(("ZADD", key, 0, renamed + sealed), ("ZREM", key, member))


def discard(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    m.connection.execute("DEL", key)


def leave_unchanged(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    """Do nothing, because the record names no person."""


RULES: dict[Rotation, Rule] = {
    Rotation.UNCHANGED: leave_unchanged,
    Rotation.DISCARDED: discard,
    Rotation.RENAMED: lambda m, kind, key: rename_by_tag(m, key),
    Rotation.RENAMED_HEX: lambda m, kind, key: rename_by_hex_tag(m, key),
    Rotation.TOKEN: lambda m, kind, key: rename_by_token(m, key),
    Rotation.RESEALED: reseal,
}
OWN_RULES: dict[str, Rule] = {
    SUBSCRIPTIONS.name: reencrypt_subscribers,
    AREA_SUBSCRIBERS.name: reencrypt_area_subscribers,
    BROADCAST_PARTS.name: reencrypt_broadcast,
    **dict.fromkeys((OWN_REFERRALS.name, CLINIC_REFERRALS.name), lambda m, kind, key: rename_digest_set(m, key)),
    OPEN_SOS.name: lambda m, kind, key: reseal_open_sos(m, key),
    **dict.fromkeys((RATINGS.name, UNANNOUNCED_SOS.name), lambda m, kind, key: rename_digest_fields(m, key)),
    DUE.name: lambda m, kind, key: reencrypt_due_items(m, key),
    **dict.fromkeys((CLAIMS.name, STARTED.name, ATTEMPTS.name), lambda m, kind, key: reencrypt_item_state(m, key)),
}


def rule_of(kind: RecordKind) -> Rule:
    """Return the rule for keys of this kind."""
    return OWN_RULES[kind.name] if kind.rotation is Rotation.OWN else RULES[kind.rotation]
