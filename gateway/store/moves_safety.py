"""How what callers left for their safety, and what members told, moves to the next version of the keys."""

import msgspec
from msgspec.structs import replace

from gateway.model.care import Care, Trust
from gateway.model.client import Listed, Member
from gateway.model.sos import Sos
from gateway.store import keys
from gateway.store.moving import Moves, named_by_tag
from gateway.store.shelf import touched
from gateway.vault import Purpose


def outings(m: Moves, key: bytes) -> None:
    for tag, sealed in m.connection.call("HGETALL", key).items():
        if (plain := m.opened(sealed, "out")) is not None:
            new = m.new.moved(tag)
            m.together(("HSET", keys.outings(new), new, m.new.seal(plain, "out")), ("HDEL", key, tag))


def sos(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "sos")
    if plain is not None:
        call = msgspec.msgpack.decode(plain, type=Sos)
        call = replace(call, owner=m.token(call.owner, Purpose.SAFETY) or b"")
        tag = key.partition(b":")[2]
        if m.connection.call("HGET", keys.CALLS, call.code) == tag:
            m.connection.call("HSET", keys.CALLS, call.code, m.new.moved(tag))
        m.connection.call("SET", key, m.new.seal(msgspec.msgpack.encode(call), "sos"), "KEEPTTL")
    named_by_tag(m, key)


def trust(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "trust")
    if plain is not None:
        before = msgspec.msgpack.decode(plain, type=Trust)
        moved = {owner: m.token(owner, Purpose.SAFETY) for owner, _yes in before.owners}
        kept = Trust(
            tuple((new, yes) for owner, yes in before.owners if (new := moved[owner])),
            tuple((new, text) for owner, text in before.questions if (new := moved.get(owner))),
        )
        m.connection.call("SET", key, m.new.seal(msgspec.msgpack.encode(kept), "trust"), "KEEPTTL")
    named_by_tag(m, key)


def care(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "care")
    if plain is not None:
        m.connection.call("SET", key, m.new.seal(msgspec.msgpack.encode(_care_moved(m, plain)), "care"), "KEEPTTL")
    named_by_tag(m, key)


def _care_moved(m: Moves, plain: bytes) -> Care:
    kept = msgspec.msgpack.decode(plain, type=Care)
    moved = ((contact, m.token(contact.token, Purpose.CONTACT)) for contact in kept.contacts)
    return replace(
        kept,
        owner=m.token(kept.owner, Purpose.SAFETY) or b"",
        invited=tuple((m.new.moved(mark), at) for mark, at in kept.invited),
        contacts=tuple(replace(contact, token=token) for contact, token in moved if token),
        pin=m.new.moved(kept.pin) if kept.pin else b"",
        duress=m.new.moved(kept.duress) if kept.duress else b"",
    )


def clients(m: Moves, key: bytes) -> None:
    """Entries lie by keyed hash, and what was told carries its author's token."""
    for field, sealed in m.connection.hgetall("clients").items():
        if (plain := m.opened(sealed, "clients")) is None:
            continue
        listed = msgspec.msgpack.decode(plain, type=Listed)
        moved = (replace(t, by=m.token(t.by, Purpose.MEMBER) or b"") if t.by else t for t in listed.tellings)
        sealed = m.new.seal(msgspec.msgpack.encode(replace(listed, tellings=tuple(moved))), "clients")
        m.together(("HDEL", key, field), ("HSET", key, m.new.moved(field), sealed), touched("clients"))


def enrolled(m: Moves, key: bytes) -> None:
    for field, sealed in m.connection.hgetall("enrolled").items():
        plain, token = m.opened(sealed, "enrolled"), m.token(field, Purpose.MEMBER)
        if plain is None or token is None:
            continue
        member = replace(msgspec.msgpack.decode(plain, type=Member), token=token)
        sealed = m.new.seal(msgspec.msgpack.encode(member), "enrolled")
        m.together(("HDEL", key, field), ("HSET", key, token, sealed), touched("enrolled"))
