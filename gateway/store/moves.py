"""How each kind of record moves to the next version of the keys; one line a kind in `MOVERS`."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from gateway.model.alert import Report
from gateway.model.broadcast import State
from gateway.model.referral import Referral
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.store import keys
from gateway.store.moves_due import about_due, due
from gateway.store.moves_safety import care, clients, enrolled, outings, sos, trust
from gateway.store.moving import Moves, named_by_hex, named_by_tag, named_by_token, parts
from gateway.store.shelf import touched
from gateway.vault import Purpose

HAS_PIN = 2
REFUSED = State.REFUSED.value.encode()


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
        m.together(*(("ZADD", key, *(w for p in some for w in (p, p))) for some in parts(prefixes)))
    elif part in (b"again", b"tried"):
        moved = {t: m.token(t, Purpose.SUBSCRIBER) for t in m.connection.call("SMEMBERS", key)}
        for some in parts([(t, new) for t, new in moved.items() if new]):
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


def message(m: Moves, key: bytes) -> None:
    plain = m.opened(m.connection.call("GET", key) or b"", "msg")
    if plain is not None:
        m.connection.call("SET", key, m.new.seal(plain, "msg"), "KEEPTTL")


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
    **dict.fromkeys(("open", "yes", "pause", "loop", "mine", "one", "daily"), named_by_tag),
    **dict.fromkeys(("invited", "look", "often", "rank"), named_by_tag),
    "seen": named_by_hex,
    "dead": named_by_token,
    **dict.fromkeys(("ses", "left"), dropped),
    **dict.fromkeys((
        "members", "visitors", "rated", "asked", "bell", "clock", "demo", "pace", "ver", "rq", "door", "schema",
        "moved", "backup", "walk", "arrived", "rest", "trouble", "handed", "tally", "spent", "uncopied", "calls",
    ), stays),
}  # fmt: skip
