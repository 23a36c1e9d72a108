"""New names, at a rotation, for the items of the work queue whose names contain a token."""

from collections.abc import Mapping

from gateway.crypto.vault import TOKEN_BYTES, Purpose
from gateway.store.records import KINDS
from gateway.store.records.kind import CallerRecord, RecordKind
from gateway.store.records.service import RENAMED
from gateway.store.rotation.reencrypt import Reencryptor

Tasks = Mapping[bytes, tuple[Purpose, ...]]


def token_tasks() -> Tasks:
    """Return the tasks whose item names are one or more joined tokens, with the purpose of each token."""
    tasks: dict[bytes, tuple[Purpose, ...]] = {}
    for kind in KINDS.values():
        tasks |= {task.encode(): purposes for task, purposes in (kind.tasks or {}).items()}
        if isinstance(kind, CallerRecord) and kind.timer and kind.purpose:
            tasks[kind.timer.task.encode()] = (kind.purpose,)
    return tasks


HEX_TOKEN_TASKS = {task.encode(): p for kind in KINDS.values() for task, p in (kind.hex_tasks or {}).items()}
"""Tasks whose items end in a token in hexadecimal digits."""


DIGEST_TASKS = {task.encode(): kind for kind in KINDS.values() for task in kind.digest_tasks}
"""Tasks whose items begin with the hashed name of a record of a kind, in hexadecimal digits."""


def reencrypt_due_items(m: Reencryptor, key: bytes) -> None:
    tasks = token_tasks()
    for name, score in m.connection.execute("ZRANGE", key, 0, -1, "WITHSCORES"):
        if new := _new_item_name(m, tasks, name):
            m.execute_atomically(("ZADD", key, int(score), new), ("ZREM", key, name))


def reencrypt_item_state(m: Reencryptor, key: bytes) -> None:
    tasks = token_tasks()
    for name, value in m.connection.execute("HGETALL", key).items():
        if new := _new_item_name(m, tasks, name):
            m.execute_atomically(("HSET", key, new, value), ("HDEL", key, name))


def _new_item_name(m: Reencryptor, tasks: Tasks, name: bytes) -> bytes | None:
    """Return the new name of an item whose name contains a token; None for other items."""
    task, _colon, payload = name.partition(b":")
    if task in tasks:
        parts = [payload[at : at + TOKEN_BYTES] for at in range(0, len(payload), TOKEN_BYTES)]
        tokens = [m.new_token(part, purpose) for part, purpose in zip(parts, tasks[task], strict=False)]
        return task + b":" + b"".join(filter(None, tokens)) if all(tokens) else None
    if task in DIGEST_TASKS:
        return _with_new_digest(m, DIGEST_TASKS[task], task, payload)
    if task not in HEX_TOKEN_TASKS:
        return None
    before, colon, token = payload.rpartition(b":")
    new = m.new_token(_from_hex(token), HEX_TOKEN_TASKS[task])
    return task + b":" + before + colon + new.hex().encode() if new else None


def _with_new_digest(m: Reencryptor, kind: RecordKind, task: bytes, payload: bytes) -> bytes | None:
    """Return the new name; None for an item that is new already, or whose record is gone.

    A digest does not show whether it is new. It is old if the record is there under it, or waits under the new one.
    """
    digits, colon, rest = payload.partition(b":")
    old = _from_hex(digits)
    new = m.rotate_digest(old)
    if not m.connection.execute("EXISTS", kind.key(old), RENAMED.key(kind.name, new)):
        return None
    return task + b":" + new.hex().encode() + colon + rest


def _from_hex(digits: bytes) -> bytes:
    """Return the bytes; empty for what another program wrote."""
    try:
        return bytes.fromhex(digits.decode())
    except ValueError:
        return b""
