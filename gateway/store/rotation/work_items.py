"""New names, at a rotation, for the items of the work queue."""

from collections.abc import Mapping

from gateway.crypto.vault import TOKEN_BYTES, Purpose
from gateway.errors import BadInput
from gateway.store.item_names import open_item, seal_item
from gateway.store.records import KINDS
from gateway.store.records.kind import CallerRecord
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


DIGEST_TASKS = {task.encode() for kind in KINDS.values() for task in kind.digest_tasks}
"""Tasks whose items begin with the hashed name of a record of a kind, in hexadecimal digits."""


def reencrypt_due_items(m: Reencryptor, key: bytes) -> None:
    tasks = token_tasks()
    for stored, score in m.connection.execute("ZRANGE", key, 0, -1, "WITHSCORES"):
        if new := _new_stored_name(m, tasks, stored):
            m.execute_atomically(("ZADD", key, score, new), ("ZREM", key, stored))


def reencrypt_item_state(m: Reencryptor, key: bytes) -> None:
    tasks = token_tasks()
    for stored, value in m.connection.execute("HGETALL", key).items():
        if new := _new_stored_name(m, tasks, stored):
            m.execute_atomically(("HSET", key, new, value), ("HDEL", key, stored))


def _new_stored_name(m: Reencryptor, tasks: Tasks, stored: bytes) -> bytes | None:
    """Return the name sealed with the new key; None for an item that is new already, or was made without the key."""
    try:
        name = open_item(m.old, stored)
    except BadInput:
        return None
    task, _colon, arguments = name.partition(b":")
    new = seal_item(m.new, task + b":" + _new_arguments(m, tasks, task, arguments)) if arguments else stored
    return new if new != stored else None


def _new_arguments(m: Reencryptor, tasks: Tasks, task: bytes, arguments: bytes) -> bytes:
    """Return the arguments with the new token or hashed name. A damaged one becomes empty."""
    if task in tasks:
        parts = [arguments[at : at + TOKEN_BYTES] for at in range(0, len(arguments), TOKEN_BYTES)]
        tokens = (m.new_token(part, purpose) for part, purpose in zip(parts, tasks[task], strict=False))
        return b"".join(filter(None, tokens))
    if task in DIGEST_TASKS:
        digits, colon, rest = arguments.partition(b":")
        return m.rotate_hex_digest(digits) + colon + rest
    if task in HEX_TOKEN_TASKS:
        before, colon, token = arguments.rpartition(b":")
        return before + colon + (m.new_token(_from_hex(token), HEX_TOKEN_TASKS[task]) or b"").hex().encode()
    return arguments


def _from_hex(digits: bytes) -> bytes:
    """Return the bytes; empty for what is no hexadecimal number."""
    try:
        return bytes.fromhex(digits.decode())
    except ValueError:
        return b""
