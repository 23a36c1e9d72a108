"""Members who warn each other of clients: told that something is new, and forgotten when it is over."""

from gateway.actions.clients import write_client_entry
from gateway.crypto.vault import Purpose
from gateway.model.caller import World
from gateway.model.client_report import DAY_S
from gateway.model.message import Lane, LegalBasis
from gateway.store import Transaction, WorkItem
from gateway.store.records.callers import LOOKUP_USAGES
from gateway.store.records.tables import CLIENT_ENTRIES, MEMBERS
from jobs.context import JobContext

BATCHES = 16
"""commits in which members are told: by the first four bits of their tokens, for lists move meanwhile"""


def notify_members(context: JobContext, item: WorkItem) -> None:
    """'Something new, dial': to the members who asked, some at a time; each step and the next are one commit."""
    portion = int(item.arguments()[0])
    context.store.transact_and_finish(
        item, lambda world, change, now: _notify_batch(context, world, change, now, portion)
    )


def _notify_batch(context: JobContext, world: World, transaction: Transaction, now: int, batch: int) -> None:
    for token, member in world.members.items():
        if member.active and member.wants_news and token[0] * BATCHES >> 8 == batch:
            _ = context.translator(member.lang)
            text = _("Something new to read. Dial {dial}").format(dial=world.profile.service_code)
            number = context.store.number(token, Purpose.MEMBER)
            context.queue_text(transaction, number, _.normalise(text), Lane.BULK, LegalBasis.MEMBER_NEWS, now)
    if batch + 1 < BATCHES:
        transaction.schedule("bulk", f"newly:{batch + 1}", now)


def expire_client_entries(context: JobContext, item: WorkItem) -> None:
    """Once a day: entries after 12 months, words nobody read, invitations nobody took up, members long silent."""
    context.store.transact_and_finish(
        item, lambda world, change, now: _expire_client_entries(context, world, change, now)
    )


def _expire_client_entries(context: JobContext, world: World, transaction: Transaction, now: int) -> int:
    """Returns seconds until the next, 0 where nothing is left."""
    shelves = context.store.world_cache
    over = [token for token, member in world.members.items() if member.has_expired(now)]
    for mark, listed in world.client_entries.items():
        lasting = listed.without_expired(now // DAY_S)
        for token in over:
            lasting = lasting.without_author(token)
        if lasting != listed:
            write_client_entry(transaction, shelves, mark, lasting)
            transaction.schedule_rewrite(now)
    for token in over:
        transaction.require_row(MEMBERS.name, token)
        shelves.members.delete(transaction, token)
        number = context.store.number(token, Purpose.MEMBER)
        transaction.write("DEL", LOOKUP_USAGES.key(LOOKUP_USAGES.tag(context.store.vault, number)))
    if world.client_entries or world.members:
        return DAY_S
    transaction.require_table(CLIENT_ENTRIES.name)  # who is invited now must find this item, or make a new one
    transaction.require_table(MEMBERS.name)
    return 0
