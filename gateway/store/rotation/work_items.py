"""How what is due moves to the next version of the keys: items that carry a token get a new name."""

from gateway.crypto.vault import TOKEN_BYTES, Purpose
from gateway.store.rotation.reencrypt import Reencryptor

TOKEN_ITEM_PURPOSES: dict[bytes, tuple[Purpose, ...]] = {
    b"invite": (Purpose.SAFETY,), b"held": (Purpose.SAFETY,), b"back": (Purpose.SAFETY,),
    b"isback": (Purpose.SAFETY,), b"sos": (Purpose.SAFETY,), b"sosended": (Purpose.SAFETY,),
    b"parted": (Purpose.SAFETY, Purpose.CONTACT),
    b"agreed": (Purpose.CONTACT,), b"accepted": (Purpose.CONTACT,),
    b"leave": (Purpose.SAFETY,), b"gone": (Purpose.CONTACT,),
}  # fmt: skip
"""due items made of tokens, one after another, and what each is for"""


def reencrypt_due_items(m: Reencryptor, key: bytes) -> None:
    for name, score in m.connection.execute("ZRANGE", key, 0, -1, "WITHSCORES"):
        if new := _new_item_name(m, name):
            m.execute_atomically(("ZADD", key, int(score), new), ("ZREM", key, name))


def reencrypt_item_state(m: Reencryptor, key: bytes) -> None:
    for name, value in m.connection.execute("HGETALL", key).items():
        if new := _new_item_name(m, name):
            m.execute_atomically(("HSET", key, new, value), ("HDEL", key, name))


def _new_item_name(m: Reencryptor, name: bytes) -> bytes | None:
    """The new name of an item that carries a token; nothing for others."""
    verb, _colon, rest = name.partition(b":")
    if verb == b"tonight":
        new = m.new_token(rest, Purpose.SUBSCRIBER)
        return verb + b":" + new if new else None
    if verb in TOKEN_ITEM_PURPOSES:
        parts = [rest[at : at + TOKEN_BYTES] for at in range(0, len(rest), TOKEN_BYTES)]
        moved = [m.new_token(part, purpose) for part, purpose in zip(parts, TOKEN_ITEM_PURPOSES[verb], strict=False)]
        return verb + b":" + b"".join(filter(None, moved)) if all(moved) else None
    if verb not in (b"erase", b"late"):
        return None
    before, colon, token = rest.rpartition(b":")
    new = m.new_token(bytes.fromhex(token.decode()), Purpose.SUBSCRIBER)
    return verb + b":" + before + colon + new.hex().encode() if new else None
