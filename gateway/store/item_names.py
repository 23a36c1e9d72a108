"""The names of work items as Redis has them: the task in clear, and its arguments sealed.

The name of one item is always sealed to the same bytes, so that no item is twice on a lane. Without the key nobody
reads what an item is about, and nobody makes one.
"""

from gateway.crypto.vault import Vault


class ItemName(bytes):
    """The name of an item in a transaction, which the commit seals."""


def seal_item(vault: Vault, name: bytes) -> bytes:
    """Return the name of an item as Redis has it. An item without arguments is the task alone."""
    task, colon, arguments = name.partition(b":")
    return task + colon + vault.seal_name(arguments, _use(task)) if arguments else name


def open_item(vault: Vault, stored: bytes) -> bytes:
    """Return the name of an item. Raises BadInput for one that was made without the key, or with another one."""
    task, colon, arguments = stored.partition(b":")
    return task + colon + vault.open_name(arguments, _use(task)) if arguments else stored


def _use(task: bytes) -> str:
    return f"item:{task.decode(errors='replace')}"
