"""How what is due moves to the next version of the keys: items that carry a token get a new name."""

from gateway.crypto.vault import TOKEN_BYTES, Purpose
from gateway.model.task import Task, task_of
from gateway.store.rotation.reencrypt import Reencryptor

TOKEN_ITEM_PURPOSES: dict[Task, tuple[Purpose, ...]] = {
    Task.INVITE_CONTACTS: (Purpose.SAFETY,),
    Task.SEND_ARREST_MESSAGE: (Purpose.SAFETY,),
    Task.ADVANCE_SAFE_CALL: (Purpose.SAFETY,),
    Task.NOTIFY_SAFE_RETURN: (Purpose.SAFETY,),
    Task.ADVANCE_SOS: (Purpose.SAFETY,),
    Task.NOTIFY_CONTACTS_SOS_ENDED: (Purpose.SAFETY,),
    Task.DELETE_CONTACT_REQUEST: (Purpose.SAFETY, Purpose.CONTACT),
    Task.ACCEPT_BY_TEXT: (Purpose.CONTACT,),
    Task.ACCEPT_BY_USSD: (Purpose.CONTACT,),
    Task.DELETE_SAFETY_RECORDS: (Purpose.SAFETY,),
    Task.REMOVE_DEPARTED_CONTACT: (Purpose.CONTACT,),
}
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
    task, rest = task_of(name), name.partition(b":")[2]
    if task is Task.END_TONIGHT:
        new = m.new_token(rest, Purpose.SUBSCRIBER)
        return task.item(new) if new else None
    if task in TOKEN_ITEM_PURPOSES:
        parts = [rest[at : at + TOKEN_BYTES] for at in range(0, len(rest), TOKEN_BYTES)]
        moved = [m.new_token(part, purpose) for part, purpose in zip(parts, TOKEN_ITEM_PURPOSES[task], strict=False)]
        return task.item(b"".join(filter(None, moved))) if all(moved) else None
    if task not in (Task.ERASE_RECIPIENT, Task.SEND_TO_NEW_SUBSCRIBER):
        return None
    before, colon, token = rest.rpartition(b":")
    new = m.new_token(bytes.fromhex(token.decode()), Purpose.SUBSCRIBER)
    return task.item(before + colon + new.hex().encode()) if new else None
