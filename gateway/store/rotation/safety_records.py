"""How what callers left for their safety, and what members told, moves to the next version of the keys."""

import msgspec
from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.client_report import ClientEntry, Member
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.sos import Sos
from gateway.store import keys
from gateway.store.cached_table import bump_version_command
from gateway.store.rotation.reencrypt import Reencryptor, rename_by_tag


def reencrypt_safe_calls(m: Reencryptor, key: bytes) -> None:
    for tag, sealed in m.connection.execute("HGETALL", key).items():
        if (plain := m.open_old(sealed, "out")) is not None:
            new = m.new.rotate_digest(tag)
            m.execute_atomically(("HSET", keys.safe_calls(new), new, m.new.seal(plain, "out")), ("HDEL", key, tag))


def reencrypt_sos(m: Reencryptor, key: bytes) -> None:
    plain = m.open_old(m.connection.execute("GET", key) or b"", "sos")
    if plain is not None:
        call = msgspec.msgpack.decode(plain, type=Sos)
        call = replace(call, owner=m.new_token(call.owner, Purpose.SAFETY) or b"")
        tag = key.partition(b":")[2]
        if m.connection.execute("HGET", keys.SOS_TAGS_BY_CODE, call.code) == tag:
            m.connection.execute("HSET", keys.SOS_TAGS_BY_CODE, call.code, m.new.rotate_digest(tag))
        m.connection.execute("SET", key, m.new.seal(msgspec.msgpack.encode(call), "sos"), "KEEPTTL")
    rename_by_tag(m, key)


def reencrypt_contact_requests(m: Reencryptor, key: bytes) -> None:
    plain = m.open_old(m.connection.execute("GET", key) or b"", "trust")
    if plain is not None:
        before = msgspec.msgpack.decode(plain, type=ContactRequests)
        moved = {owner: m.new_token(owner, Purpose.SAFETY) for owner, _yes in before.owners}
        kept = ContactRequests(
            tuple((new, yes) for owner, yes in before.owners if (new := moved[owner])),
            tuple((new, text) for owner, text in before.questions if (new := moved.get(owner))),
        )
        m.connection.execute("SET", key, m.new.seal(msgspec.msgpack.encode(kept), "trust"), "KEEPTTL")
    rename_by_tag(m, key)


def reencrypt_safety_profile(m: Reencryptor, key: bytes) -> None:
    plain = m.open_old(m.connection.execute("GET", key) or b"", "care")
    if plain is not None:
        m.connection.execute(
            "SET", key, m.new.seal(msgspec.msgpack.encode(_reencrypted_profile(m, plain)), "care"), "KEEPTTL"
        )
    rename_by_tag(m, key)


def _reencrypted_profile(m: Reencryptor, plain: bytes) -> SafetyProfile:
    kept = msgspec.msgpack.decode(plain, type=SafetyProfile)
    moved = ((contact, m.new_token(contact.token, Purpose.CONTACT)) for contact in kept.contacts)
    return replace(
        kept,
        owner=m.new_token(kept.owner, Purpose.SAFETY) or b"",
        invitations=tuple((m.new.rotate_digest(mark), at) for mark, at in kept.invitations),
        contacts=tuple(replace(contact, token=token) for contact, token in moved if token),
        pin_hash=m.new.rotate_digest(kept.pin_hash) if kept.pin_hash else b"",
        duress_pin_hash=m.new.rotate_digest(kept.duress_pin_hash) if kept.duress_pin_hash else b"",
    )


def reencrypt_client_list(m: Reencryptor, key: bytes) -> None:
    """Entries lie by keyed hash, and what was told carries its author's token."""
    for field, sealed in m.connection.hgetall("clients").items():
        if (plain := m.open_old(sealed, "clients")) is None:
            continue
        listed = msgspec.msgpack.decode(plain, type=ClientEntry)
        moved = (
            replace(t, author=m.new_token(t.author, Purpose.MEMBER) or b"") if t.author else t for t in listed.reports
        )
        sealed = m.new.seal(msgspec.msgpack.encode(replace(listed, reports=tuple(moved))), "clients")
        m.execute_atomically(
            ("HDEL", key, field), ("HSET", key, m.new.rotate_digest(field), sealed), bump_version_command("clients")
        )


def reencrypt_members(m: Reencryptor, key: bytes) -> None:
    for field, sealed in m.connection.hgetall("enrolled").items():
        plain, token = m.open_old(sealed, "enrolled"), m.new_token(field, Purpose.MEMBER)
        if plain is None or token is None:
            continue
        member = replace(msgspec.msgpack.decode(plain, type=Member), token=token)
        sealed = m.new.seal(msgspec.msgpack.encode(member), "enrolled")
        m.execute_atomically(("HDEL", key, field), ("HSET", key, token, sealed), bump_version_command("enrolled"))
