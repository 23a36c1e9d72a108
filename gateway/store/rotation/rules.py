"""The rule by which a rotation changes a key of each kind."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.broadcast import RecipientState
from gateway.model.subscription import Subscription
from gateway.store import keys
from gateway.store.cached_table import bump_version_command
from gateway.store.commands import Command
from gateway.store.records.callers import SOS
from gateway.store.records.kind import CallerRecord, FieldName, RecordKind, Rotation, SealedKind, TableKind
from gateway.store.records.service import ATTEMPTS, CLAIMS, DUE, STARTED
from gateway.store.records.subscribers import AREA_SUBSCRIBERS, BROADCAST_PARTS, SUBSCRIPTIONS
from gateway.store.rotation.reencrypt import (
    Reencryptor,
    rename_by_hex_tag,
    rename_by_tag,
    rename_by_token,
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
    return replace(subscription, pin_hash=m.new.rotate_digest(subscription.pin_hash)).pack()


def reencrypt_area_subscribers(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    area = key.split(b":")[1].decode()
    m.reencrypt_tokens(
        key, m.connection.execute("HGETALL", key), lambda new: keys.area_subscribers(area, new), lambda nothing: nothing
    )


def reencrypt_broadcast(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    """Re-encrypt a part of a broadcast. A prefix follows from the token, so all prefixes must be done again."""
    _bc, id_, part = key.split(b":", 2)
    if id_ not in m.shard_bits:  # the broadcast is deleted, and no code reads its parts again
        m.connection.execute("DEL", key)
    elif part == b"todo":
        prefixes = range(1 << m.shard_bits[id_])
        m.execute_atomically(*(("ZADD", key, *(w for p in some for w in (p, p))) for some in split_batches(prefixes)))
    elif part in (b"again", b"tried"):
        new_tokens = {t: m.new_token(t, Purpose.SUBSCRIBER) for t in m.connection.execute("SMEMBERS", key)}
        for some in split_batches([(t, new) for t, new in new_tokens.items() if new]):
            m.execute_atomically(("SADD", key, *(new for _t, new in some)), ("SREM", key, *(t for t, _new in some)))
    elif part != b"n":
        id_text, bits = id_.decode(), m.shard_bits[id_]
        m.reencrypt_tokens(
            key,
            m.connection.execute("HGETALL", key),
            lambda new: keys.recipients(id_text, keys.token_prefix(new, bits)),
            lambda state: _with_new_message_hash(m, state),
        )


def _with_new_message_hash(m: Reencryptor, state: bytes) -> bytes:
    """Return the state with its new message hash. The detail of a refused recipient is the network's code."""
    return state if len(state) == 1 or state[:1] == REFUSED else state[:1] + m.new.rotate_digest(state[1:])


def reencrypt_sos(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    """Reseal an SOS. The indices of open SOS contain its tag too."""
    plain = m.open_old(m.connection.execute("GET", key) or b"", SOS.binding(key))
    if plain is not None:
        code, tag = SOS.codec.decode(plain).code, key.partition(b":")[2]
        if m.connection.execute("HGET", keys.SOS_TAGS_BY_CODE, code) == tag:
            m.connection.execute("HSET", keys.SOS_TAGS_BY_CODE, code, m.new.rotate_digest(tag))
        if rank := m.connection.execute("ZSCORE", keys.SOS_RANKS, tag):
            m.execute_atomically(
                ("ZADD", keys.SOS_RANKS, rank, m.new.rotate_digest(tag)), ("ZREM", keys.SOS_RANKS, tag)
            )
    reseal(m, kind, key)


def reseal(m: Reencryptor, kind: RecordKind, key: bytes) -> None:
    """Seal the records at this key with the new key, and hash the tag in its name again."""
    if isinstance(kind, TableKind):
        _reseal_table(m, kind, key)
    elif isinstance(kind, CallerRecord) and kind.is_bucketed:
        _reseal_bucket(m, kind, key)
    elif isinstance(kind, SealedKind):
        renamed = kind.key(m.new.rotate_digest(key.partition(b":")[2])) if kind.tag_label else key
        if sealed := _resealed(m, kind, m.connection.execute("GET", key) or b"", (key, b""), (renamed, b"")):
            m.connection.execute("SET", key, sealed, "KEEPTTL")
        if kind.tag_label:
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
        target, new_tag = kind.place(m.new.rotate_digest(tag))
        if sealed := _resealed(m, kind, stored, (key, tag), (target, new_tag)):
            m.execute_atomically(("HSET", target, new_tag, sealed), ("HDEL", key, tag))


def _reseal_table(m: Reencryptor, kind: TableKind, key: bytes) -> None:  # type: ignore[type-arg]
    for field, stored in m.connection.execute("HGETALL", key).items():
        renamed = _renamed_field(m, kind, field)
        sealed = _resealed(m, kind, stored, (key, field), (key, renamed)) if renamed else None
        if renamed and sealed:
            removed: list[Command] = [("HDEL", key, field)] if renamed != field else []
            m.execute_atomically(*removed, ("HSET", key, renamed, sealed), bump_version_command(kind.name))


def _renamed_field(m: Reencryptor, kind: TableKind, field: bytes) -> bytes | None:  # type: ignore[type-arg]
    """Return the field under the new keys; None for a token that is new already, or damaged."""
    if kind.field_name is FieldName.TOKEN and kind.purpose:
        return m.new_token(field, kind.purpose)
    return m.rotate_digest(field) if kind.field_name is FieldName.DIGEST else field


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
    SOS.name: reencrypt_sos,
    DUE.name: lambda m, kind, key: reencrypt_due_items(m, key),
    **dict.fromkeys((CLAIMS.name, STARTED.name, ATTEMPTS.name), lambda m, kind, key: reencrypt_item_state(m, key)),
}


def rule_of(kind: RecordKind) -> Rule:
    """Return the rule for keys of this kind."""
    return OWN_RULES[kind.name] if kind.rotation is Rotation.OWN else RULES[kind.rotation]
