"""How each kind of record moves to the next version of the keys; one line a kind in `MOVERS`."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.alert import Report
from gateway.model.broadcast import RecipientState
from gateway.model.referral import Referral
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.store import keys
from gateway.store.cached_table import bump_version_command
from gateway.store.rotation.reencrypt import (
    Reencryptor,
    rename_by_hex_tag,
    rename_by_tag,
    rename_by_token,
    split_batches,
)
from gateway.store.rotation.safety_records import (
    reencrypt_client_list,
    reencrypt_contact_requests,
    reencrypt_members,
    reencrypt_safe_calls,
    reencrypt_safety_profile,
    reencrypt_sos,
)
from gateway.store.rotation.work_items import reencrypt_due_items, reencrypt_item_state

HAS_PIN_FLAG = 2
REFUSED = RecipientState.REFUSED.value.encode()


def reencrypt_subscribers(m: Reencryptor, key: bytes) -> None:
    m.reencrypt_tokens(
        key,
        m.connection.execute("HGETALL", key),
        keys.subscription_bucket,
        lambda packed: _with_new_pin_hash(m, packed),
    )


def _with_new_pin_hash(m: Reencryptor, packed: bytes) -> bytes:
    if not packed[0] & HAS_PIN_FLAG:
        return packed
    kept = Subscription.unpack(packed)
    return replace(kept, pin_hash=m.new.rotate_digest(kept.pin_hash)).pack()


def reencrypt_area_subscribers(m: Reencryptor, key: bytes) -> None:
    area = key.split(b":")[1].decode()
    m.reencrypt_tokens(
        key, m.connection.execute("HGETALL", key), lambda new: keys.area_subscribers(area, new), lambda nothing: nothing
    )


def reencrypt_broadcast(m: Reencryptor, key: bytes) -> None:
    """Its people lie by their tokens, so whoever is still to be sent to may be in any of its hashes."""
    _bc, id_, part = key.split(b":", 2)
    if id_ not in m.shard_bits:  # forgotten: nobody looks at it again
        m.connection.execute("DEL", key)
    elif part == b"todo":
        prefixes = range(1 << m.shard_bits[id_])
        m.execute_atomically(*(("ZADD", key, *(w for p in some for w in (p, p))) for some in split_batches(prefixes)))
    elif part in (b"again", b"tried"):
        moved = {t: m.new_token(t, Purpose.SUBSCRIBER) for t in m.connection.execute("SMEMBERS", key)}
        for some in split_batches([(t, new) for t, new in moved.items() if new]):
            m.execute_atomically(("SADD", key, *(new for _t, new in some)), ("SREM", key, *(t for t, _new in some)))
    elif part != b"n":
        id_text, bits = id_.decode(), m.shard_bits[id_]
        m.reencrypt_tokens(
            key,
            m.connection.execute("HGETALL", key),
            lambda new: keys.recipients(id_text, keys.token_prefix(new, bits)).encode(),
            lambda state: _with_new_message_hash(m, state),
        )


def _with_new_message_hash(m: Reencryptor, state: bytes) -> bytes:
    """Of who is refused the mark is the network's code."""
    return state if len(state) == 1 or state[:1] == REFUSED else state[:1] + m.new.rotate_digest(state[1:])


def reencrypt_table(m: Reencryptor, key: bytes) -> None:
    """Sealed records under names that tell nothing."""
    name = key.decode()
    for field, sealed in m.connection.hgetall(name).items():
        if (plain := m.open_old(sealed, name)) is not None:
            m.execute_atomically(("HSET", key, field, m.new.seal(plain, name)), bump_version_command(name))


def reencrypt_staff(m: Reencryptor, key: bytes) -> None:
    for field, sealed in m.connection.hgetall("staff").items():
        plain, token = m.open_old(sealed, "staff"), m.new_token(field, Purpose.STAFF)
        if plain is None or token is None:
            continue
        person = msgspec.msgpack.decode(plain, type=Staff)
        pin, activation = (m.new.rotate_digest(h) if h else b"" for h in (person.pin_hash, person.activation_hash))
        person = replace(
            person,
            token=token,
            pin_hash=pin,
            activation_hash=activation,
            code_hashes=tuple(map(m.new.rotate_digest, person.code_hashes)),
        )
        sealed = m.new.seal(msgspec.msgpack.encode(person), "staff")
        m.execute_atomically(("HDEL", key, field), ("HSET", key, token, sealed), bump_version_command("staff"))


def reencrypt_reports(m: Reencryptor, key: bytes) -> None:
    for field, sealed in m.connection.hgetall("reports").items():
        if (plain := m.open_old(sealed, "reports")) is None:
            continue
        report = msgspec.msgpack.decode(plain, type=Report)
        moved = ((m.new_token(token, Purpose.REPORT), lang) for token, lang in report.reporters)
        report = replace(report, reporters=tuple((token, lang) for token, lang in moved if token))
        sealed = m.new.seal(msgspec.msgpack.encode(report), "reports")
        m.execute_atomically(("HSET", key, field, sealed), bump_version_command("reports"))


def reencrypt_referral(m: Reencryptor, key: bytes) -> None:
    plain = m.open_old(m.connection.execute("GET", key) or b"", "ref")
    if plain is None:
        return
    visit = msgspec.msgpack.decode(plain, type=Referral)
    visit = replace(visit, caller_token=m.new_token(visit.caller_token, Purpose.REFERRAL) or b"")
    m.connection.execute("SET", key, m.new.seal(msgspec.msgpack.encode(visit), "ref"), "KEEPTTL")


def reencrypt_message(m: Reencryptor, key: bytes) -> None:
    plain = m.open_old(m.connection.execute("GET", key) or b"", "msg")
    if plain is not None:
        m.connection.execute("SET", key, m.new.seal(plain, "msg"), "KEEPTTL")


def discard(m: Reencryptor, key: bytes) -> None:
    m.connection.execute("DEL", key)


def leave_unchanged(m: Reencryptor, key: bytes) -> None:
    """It names nobody."""


REENCRYPTORS: dict[str, Callable[[Reencryptor, bytes], None]] = {
    "sub": reencrypt_subscribers,
    "area": reencrypt_area_subscribers,
    "bc": reencrypt_broadcast,
    "staff": reencrypt_staff,
    "reports": reencrypt_reports,
    "clients": reencrypt_client_list,
    "enrolled": reencrypt_members,
    **dict.fromkeys(("alerts", "words", "alarms", "areas", "clinics", "broadcasts", "features"), reencrypt_table),
    "ref": reencrypt_referral,
    "msg": reencrypt_message,
    "care": reencrypt_safety_profile,
    "out": reencrypt_safe_calls,
    "sos": reencrypt_sos,
    **dict.fromkeys(("trust", "gone"), reencrypt_contact_requests),
    "due": reencrypt_due_items,
    **dict.fromkeys(("takes", "begun", "tries"), reencrypt_item_state),
    **dict.fromkeys(("open", "yes", "pause", "loop", "mine", "one", "daily"), rename_by_tag),
    **dict.fromkeys(("invited", "look", "often", "rank"), rename_by_tag),
    "seen": rename_by_hex_tag,
    "dead": rename_by_token,
    **dict.fromkeys(("ses", "left"), discard),
    **dict.fromkeys(
        (
            "members",
            "visitors",
            "rated",
            "asked",
            "bell",
            "clock",
            "demo",
            "pace",
            "ver",
            "rq",
            "door",
            "schema",
            "moved",
            "backup",
            "walk",
            "arrived",
            "rest",
            "trouble",
            "handed",
            "tally",
            "spent",
            "uncopied",
            "calls",
        ),
        leave_unchanged,
    ),
}
