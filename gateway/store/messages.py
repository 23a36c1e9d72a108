"""Texts to be sent. They are stored sealed."""

import secrets

from gateway.crypto.vault import Vault
from gateway.model.message import OutboundText
from gateway.store.records.subscribers import MESSAGES
from gateway.store.transaction import Transaction


def queue_message(transaction: Transaction, vault: Vault, message: OutboundText, now: int) -> str:
    """Seal a text and put it on its lane, due at once. `now`: Unix seconds. Return its id."""
    id_ = secrets.token_hex(8)
    key = MESSAGES.key(id_)
    expiry = MESSAGES.lifetime.expiry_arguments(message)
    transaction.write("SET", key, MESSAGES.seal(vault, message, key), *expiry)
    transaction.schedule_text(message.lane, key, message.to, now)
    return id_
