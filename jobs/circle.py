"""Those somebody trusts: told what she wrote for them, each once, where they agreed and have not said STOP."""

from gateway.model.care import Care
from gateway.model.message import Ground, Lane
from gateway.store import Change
from gateway.vault import Purpose
from jobs.context import Context


def tell(context: Context, change: Change, care: Care, words: str, now: float) -> int:
    """Text her circle, each in their own language's letters; returns how many are told."""
    for contact in care.circle:
        number = context.store.number(contact.token, Purpose.CONTACT)
        context.text(change, number, context.translator(contact.lang).fold(words), Lane.ALERTS, Ground.TRUST, now)
    return len(care.circle)
