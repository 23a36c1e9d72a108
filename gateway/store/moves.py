"""How each kind of record moves to the next version of the keys; one line a kind in `MOVERS`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from gateway.errors import BadInput
from gateway.model.alert import Report
from gateway.model.broadcast import Broadcast, State
from gateway.model.care import Care, Trust
from gateway.model.client import Listed, Member
from gateway.model.referral import Referral
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.store import keys
from gateway.store.connection import Connection, Words
from gateway.store.shelf import touched
from gateway.vault import TOKEN_BYTES, Purpose, Vault

AT_ONCE = 500
"""records in one transaction: a few ms of Redis' time"""
HAS_PIN = 2
OF_TOKENS: dict[bytes, tuple[Purpose, ...]] = {
    b"invite": (Purpose.SAFETY,), b"held": (Purpose.SAFETY,), b"back": (Purpose.SAFETY,),
    b"isback": (Purpose.SAFETY,), b"sos": (Purpose.SAFETY,), b"sosfalse": (Purpose.SAFETY,),
    b"sosdone": (Purpose.SAFETY,), b"parted": (Purpose.SAFETY, Purpose.CONTACT),
    b"agreed": (Purpose.CONTACT,), b"gone": (Purpose.CONTACT,),
}  # fmt: skip
"""due items made of tokens, one after another, and what each is for"""
REFUSED = State.REFUSED.value.encode()
T = TypeVar("T")


class Moves:
    """The two versions, and what several kinds of record need."""

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
        for part in _parts(moving):
            targets: dict[bytes, list[bytes]] = {}
            for token, new in part:
                targets.setdefault(to(new), []).extend((new, value(fields[token])))
            writes: list[Words] = [("HSET", target, *pairs) for target, pairs in targets.items()]
            if left > 0:
                writes += [("PEXPIRE", target, left) for target in targets]
            self.together(*writes, ("HDEL", key, *(token for token, _new in part)))


def subscribers(m: Moves, key: bytes) -> None:
    m.people(key, m.connection.call("HGETALL", key), keys.bucket, lambda packed: _with_pin_moved(m, packed))


def _with_pin_moved(m: Moves, packed: bytes) -> bytes:
    if not packed[0] & HAS_PIN:
        return packed
    kept = Subscription.unpack(packed)
    return replace(kept, pin=m.new.moved(kept.pin)).pack()


def members(m: Moves, key: bytes) -> None:
    area = key.split(b":")[1].decode()
    m.people(key, m.connection.call("HGETALL", key), lambda new: keys.membership(area, new), lambda nothing: nothing)


def broadcast(m: Moves, key: bytes) -> None:
    """Its people lie by their tokens, so whoever is still to be sent to may be in any of its hashes."""
    _bc, id_, part = key.split(b":", 2)
    if id_ not in m.bits:  # forgotten: nobody looks at it again
        m.connection.call("DEL", key)
    elif part == b"todo":
        prefixes = range(1 << m.bits[id_])
        m.together(*(("ZADD", key, *(w for p in some for w in (p, p))) for some in _parts(prefixes)))
    elif part in (b"again", b"tried"):
        moved = {t: m.token(t, Purpose.SUBSCRIBER) for t in m.connection.call("SMEMBERS", key)}
        for some in _parts([(t, new) for t, new in moved.items() if new]):
            m.together(("SADD", key, *(new for _t, new in some)), ("SREM", key, *(t for t, _new in some)))
    elif part != b"n":
        id_text, bits = id_.decode(), m.bits[id_]
        m.people(
            key,
            m.connection.call("HGETALL", key),
            lambda new: keys.recipients(id_text, keys.prefix(new, bits)).encode(),
            lambda state: _with_mark_moved(m, state),
        )


def _with_mark_moved(m: Moves, state: bytes) -> bytes:
    """Of who is refused the mark is the network's code."""
    return state if len(state) == 1 or state[:1] == REFUSED else state[:1] + m.new.moved(state[1:])


def shelf(m: Moves, key: bytes) -> None:
    """Sealed records under names that tell nothing."""
    name = key.decode()
    for field, sealed in m.connection.hgetall(name).items():
        if (plain := m.opened(sealed, name)) is not None:
            m.together(("HSET", key, field, m.new.seal(plain, name)), touched(name))


def staff(m: Moves, key: bytes) -> None:
    for field, sealed in m.connection.hgetall("staff").items():
        plain, token = m.opened(sealed, "staff"), m.token(field, Purpose.STAFF)
        if plain is None or token is None:
            continue
        person = msgspec.msgpack.decode(plain, type=Staff)
        pin, activation = (m.new.moved(h) if h else b"" for h in (person.pin, person.activation))
        person = replace(
            person, token=token, pin=pin, activation=activation, codes=tuple(map(m.new.moved, person.codes))
        )
        sealed = m.new.seal(msgspec.msgpack.encode(person), "staff")
        m.together(("HDEL", key, field), ("HSET", key, token, sealed), touched("staff"))


def reports(m: Moves, key: bytes) -> None:
    for field, sealed in m.connection.hgetall("reports").items():
        if (plain := m.opened(sealed, "reports")) is None:
            continue
        report = msgspec.msgpack.decode(plain, type=Report)
        moved = ((m.token(token, Purpose.REPORT), lang) for token, lang in report.reporters)
        report = replace(report, reporters=tuple((token, lang) for token, lang in moved if token))
        sealed = m.new.seal(msgspec.msgpack.encode(report), "reports")
        m.together(("HSET", key, field, sealed), touched("reports"))


def referral(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "ref")
    if plain is None:
        return
    visit = msgspec.msgpack.decode(plain, type=Referral)
    visit = replace(visit, caller=m.token(visit.caller, Purpose.REFERRAL) or b"")
    m.connection.call("SET", key, m.new.seal(msgspec.msgpack.encode(visit), "ref"), "KEEPTTL")


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
        m.connection.call("SET", key, m.new.seal(msgspec.msgpack.encode(call), "sos"), "KEEPTTL")
        tag = key.partition(b":")[2]
        if m.connection.call("HGET", keys.CALLS, call.code) == tag:
            m.connection.call("HSET", keys.CALLS, call.code, m.new.moved(tag))
    named_by_tag(m, key)


def trust(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "trust")
    if plain is not None:
        moved = (
            (m.token(owner, Purpose.SAFETY), yes) for owner, yes in msgspec.msgpack.decode(plain, type=Trust).owners
        )
        kept = Trust(tuple((owner, yes) for owner, yes in moved if owner))
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


def message(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "msg")
    if plain is not None:
        m.connection.call("SET", key, m.new.seal(plain, "msg"), "KEEPTTL")


def due(m: Moves, key: bytes) -> None:
    for name, score in m.connection.call("ZRANGE", key, 0, -1, "WITHSCORES"):
        if new := _item(m, name):
            m.together(("ZADD", key, int(score), new), ("ZREM", key, name))


def about_due(m: Moves, key: bytes) -> None:
    for name, value in m.connection.call("HGETALL", key).items():
        if new := _item(m, name):
            m.together(("HSET", key, new, value), ("HDEL", key, name))


def _item(m: Moves, name: bytes) -> bytes | None:
    """The new name of an item that carries a token; nothing for others."""
    verb, _colon, rest = name.partition(b":")
    if verb == b"tonight":
        new = m.token(rest, Purpose.SUBSCRIBER)
        return verb + b":" + new if new else None
    if verb in OF_TOKENS:
        parts = [rest[at : at + TOKEN_BYTES] for at in range(0, len(rest), TOKEN_BYTES)]
        moved = [m.token(part, purpose) for part, purpose in zip(parts, OF_TOKENS[verb], strict=False)]
        return verb + b":" + b"".join(filter(None, moved)) if all(moved) else None
    if verb not in (b"erase", b"late"):
        return None
    before, colon, token = rest.rpartition(b":")
    new = m.token(bytes.fromhex(token.decode()), Purpose.SUBSCRIBER)
    return verb + b":" + before + colon + new.hex().encode() if new else None


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


def dropped(m: Moves, key: bytes) -> None:
    m.connection.call("DEL", key)


def stays(m: Moves, key: bytes) -> None:
    """It names nobody."""


MOVERS: dict[str, Callable[[Moves, bytes], None]] = {
    "sub": subscribers, "area": members, "bc": broadcast,
    "staff": staff, "reports": reports, "clients": clients, "enrolled": enrolled,
    **dict.fromkeys(("alerts", "words", "alarms", "areas", "clinics", "broadcasts", "features"), shelf),
    "ref": referral, "msg": message, "care": care, "out": outings, "sos": sos,
    **dict.fromkeys(("trust", "gone"), trust),
    "due": due, **dict.fromkeys(("takes", "begun", "tries"), about_due),
    **dict.fromkeys(("open", "yes", "pause", "loop", "mine", "one", "daily", "invited", "look"), named_by_tag),
    "seen": named_by_hex,
    "dead": named_by_token,
    **dict.fromkeys(("ses", "left"), dropped),
    **dict.fromkeys((
        "members", "visitors", "rated", "asked", "bell", "clock", "demo", "pace", "ver", "rq", "door", "schema",
        "moved", "backup", "walk", "arrived", "rest", "trouble", "handed", "tally", "spent", "uncopied", "calls",
    ), stays),
}  # fmt: skip


def _parts(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[i : i + AT_ONCE] for i in range(0, len(items), AT_ONCE))
