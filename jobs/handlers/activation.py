"""The text that asks a new phone of the team to answer with its activation code."""

import secrets

from msgspec.structs import replace

from gateway.crypto.secrets import hash_secret
from gateway.model.message import Lane, LegalBasis
from gateway.model.staff import StaffTask
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text.wording import activation_text
from jobs.context import JobContext
from jobs.handler import handles, transactional


@handles(StaffTask.SEND_ACTIVATION)
@transactional
def send_activation(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Draw an activation code for a phone that is not active yet, and text it. Only its keyed hash is stored."""
    person = world.roster.by_id(item.arguments()[0])
    if person is None or person.active:
        return
    number, code = context.staff_number(person), f"{secrets.randbelow(10**6):06}"
    digest = hash_secret(context.store.vault, number, "activation", code)
    context.store.world_cache.staff.put(transaction, person.token, replace(person, activation_hash=digest))
    _ = context.translator(person.lang)
    text = _.normalise(activation_text(code, _))
    context.queue_text(transaction, number, text, Lane.ALERTS, LegalBasis.ACTIVATION, now)
