"""The client list: members are texted that something is new, and what has expired is deleted."""

from gateway.actions.clients import write_client_entry
from gateway.crypto.vault import Purpose
from gateway.model.alert import AskOccasion
from gateway.model.client_news import news_near
from gateway.model.client_report import DAY_S, ClientEntry, ClientListTask, Member, Reader
from gateway.model.message import Lane, LegalBasis
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.store.records.callers import LOOKUP_USAGES
from gateway.store.records.tables import CLIENT_ENTRIES, MEMBERS
from gateway.text.notices import news_text
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers.staff_notices import text_some

BATCHES = 16
"""commits in which members are texted: by the first four bits of their tokens, because the list may change meanwhile"""


@handles(ClientListTask.NOTIFY_MEMBERS)
@transactional
def notify_members(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text one batch of the members who want news, if they can read more than before, and schedule the next batch.

    A member for whom nothing changed gets no text: it would reveal that another person reported the same client.
    """
    batch, since = map(int, item.arguments())
    fresh = [each for each in world.client_entries.values() if any(t.counts_from == since for t in each.reports)]
    for token, member in world.members.items():
        wants = member.active and member.wants_news and token[0] * BATCHES >> 8 == batch
        if wants and _has_news(context, world, member, fresh, since):
            _ = context.translator(member.lang)
            text = news_text(world.profile.service_code, _)
            number = context.store.number(token, Purpose.MEMBER)
            context.queue_text(transaction, number, _.normalise(text), Lane.BULK, LegalBasis.MEMBER_NEWS, now)
    if batch + 1 < BATCHES:
        transaction.schedule(Lane.BULK, ClientListTask.NOTIFY_MEMBERS.item(batch + 1, since), now)


def _has_news(context: JobContext, world: World, member: Member, entries: list[ClientEntry], since: int) -> bool:
    """Whether the member reads more under "New near me" from `since` on."""
    number, token = context.store.number(member.token, Purpose.MEMBER), context.store.vault.token
    staff = world.roster.by_token.get(token(number, Purpose.STAFF))
    reader = Reader.of(member, world.members, staff.id if staff else "")
    subscription = context.store.read_subscription(token(number, Purpose.SUBSCRIBER))
    areas = subscription.active_areas(since) if subscription else ()
    return any(each.since == since for each in news_near(entries, reader, world.atlas, areas, since))


@handles(ClientListTask.REQUEST_SECOND_VOICE)
@transactional
def request_second_voice(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text colleagues that a removal waits for a second person. Whoever reads it can also keep what is listed."""
    others = tuple(p for p in world.roster.senders() if p.may_verify and p.id != item.arguments()[0])
    text_some(context, world, transaction, now, others, AskOccasion.REMOVAL, _second_voice_text)


def _second_voice_text(context: JobContext, world: World, person: Staff) -> str:
    _ = context.translator(person.lang)
    return _("A note waits for a second person. Dial {dial}").format(dial=world.profile.service_code)


@handles(ClientListTask.EXPIRE_CLIENT_ENTRIES)
@transactional
def expire_client_entries(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Delete, once a day, entries after 12 months, words nobody read, unused invitations and members long silent.

    Return the seconds until the next time, 0 where nothing is left.
    """
    tables = context.store.world_cache
    over = [token for token, member in world.members.items() if member.has_expired(now)]
    for digest, entry in world.client_entries.items():
        lasting = entry.without_expired(now // DAY_S)
        for token in over:
            lasting = lasting.without_author(token)
        if lasting != entry:
            write_client_entry(transaction, tables, digest, lasting)
            transaction.schedule_rewrite(now)
    for token in over:
        transaction.require_row(MEMBERS.name, token)
        tables.members.delete(transaction, token)
        number = context.store.number(token, Purpose.MEMBER)
        transaction.write("DEL", LOOKUP_USAGES.key(LOOKUP_USAGES.tag(context.store.vault, number)))
    if world.client_entries or world.members:
        return DAY_S
    transaction.require_table(
        CLIENT_ENTRIES.name
    )  # an invitation at this moment must find this item, or schedule a new one
    transaction.require_table(MEMBERS.name)
    return 0
