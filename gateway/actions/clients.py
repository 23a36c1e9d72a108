"""Members and their client reports: the function that applies each intent."""

import secrets
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.crypto.vault import Purpose, Vault
from gateway.model import intents
from gateway.model.client_report import (
    DAY_S,
    MAX_DELAY_S,
    MAX_MEMBERS,
    MIN_DELAY_S,
    NOBODY,
    ClientEntry,
    ClientListTask,
    ClientReport,
    Member,
)
from gateway.model.message import Lane
from gateway.model.policy import is_second_voice, needs_second_verifier
from gateway.model.subscription import week_number
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import keys, tombstones
from gateway.store.records.callers import LOOKUP_USAGES, TRUE_ACCOUNTS
from gateway.store.records.tables import CLIENT_ENTRIES, MEMBERS, STAFF
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.store.world_cache import WorldCache

NEWS_TOMBSTONE = "told"


def schedule_expiry(transaction: Transaction, now: float) -> None:
    """Schedule the deletion of expired entries within a day. One work item serves all."""
    transaction.schedule_if_absent(Lane.BULK, ClientListTask.EXPIRE_CLIENT_ENTRIES.item(), now + DAY_S)


def write_client_entry(transaction: Transaction, world_cache: WorldCache, digest: bytes, entry: ClientEntry) -> None:
    """Write one entry, guarded by what was read. An entry without reports is deleted."""
    if entry.reports:
        world_cache.client_entries.put(transaction, digest, entry)
    else:
        transaction.require_row(CLIENT_ENTRIES.name, digest)
        world_cache.client_entries.delete(transaction, digest)


def new_member(token: bytes, now: float, lang: str, invited_by: str) -> Member:
    return Member(token, int(now // DAY_S), week_number(now), lang=lang, invited_by=invited_by)


def is_active_member(member: Member | None, now: float) -> bool:
    """Whether the person accepted the invitation and the membership has not expired."""
    return member is not None and member.active and not member.has_expired(now)


@handles(intents.InviteMember)
def invite_member(ctx: ActionContext, intent: intents.InviteMember) -> None:
    """Invite a phone. Nothing is texted, because staff inform the person. An active member is not changed."""
    staff = ctx.turn.staff
    token = ctx.turn.vault.token(Number.parse_typed(intent.typed_number, ctx.settings.region), Purpose.MEMBER)
    known = ctx.world.members.get(token)
    if staff is None or is_active_member(known, ctx.turn.now) or len(ctx.world.members) >= MAX_MEMBERS:
        return
    ctx.world_cache.members.put(ctx.transaction, token, new_member(token, ctx.turn.now, ctx.lang, staff.id))
    schedule_expiry(ctx.transaction, ctx.turn.now)


@handles(intents.AcceptMembership)
def accept_membership(ctx: ActionContext, intent: intents.AcceptMembership) -> None:
    if ctx.turn.member and not ctx.turn.member.has_expired(ctx.turn.now):
        ctx.turn.member = replace(ctx.turn.member, active=True, lang=ctx.lang)


@handles(intents.SetMemberNews)
def set_member_news(ctx: ActionContext, intent: intents.SetMemberNews) -> None:
    member = ctx.turn.member
    if member and is_active_member(member, ctx.turn.now):
        ctx.turn.member = replace(member, wants_news=intent.wants_news, lang=ctx.lang)
        if not (intent.wants_news or ctx.turn.true_account):  # no backup turns these texts on again
            tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, member.token, ctx.turn.now, NEWS_TOMBSTONE)


@handles(intents.EndMembership)
def resign_membership(ctx: ActionContext, intent: intents.EndMembership) -> None:
    """End a membership. One report an entry that staff vouched for stays without its author. The rest is deleted."""
    token = ctx.turn.member_token
    if ctx.turn.true_account and ctx.turn.member:  # under duress: the copy of the account has the membership
        ctx.world_cache.members.delete(ctx.transaction, token)
        ctx.turn.member = ctx.turn.member_as_read = None
        ctx.turn.put(LOOKUP_USAGES, None)
    elif ctx.turn.member or any(t.author == token for e in ctx.world.client_entries.values() for t in e.reports):
        delete_member(ctx.transaction, ctx.world_cache, ctx.turn.vault, ctx.world, token, ctx.turn.now)
        ctx.turn.member = ctx.turn.member_as_read = None
        ctx.turn.put(LOOKUP_USAGES, None)


def delete_member(
    transaction: Transaction, world_cache: WorldCache, vault: Vault, world: World, token: bytes, now: float
) -> None:
    """Delete a membership, guarded by what was read, and take the author's token from every client report."""
    transaction.require_row(MEMBERS.name, token)
    world_cache.members.delete(transaction, token)
    tombstones.add_tombstone(transaction, vault, token, now)
    transaction.write("DEL", keys.lookup_usage(LOOKUP_USAGES.tag(vault, vault.number(token, Purpose.MEMBER))))
    transaction.schedule_rewrite(now)
    for digest, entry in world.client_entries.items():
        if any(report.author == token for report in entry.reports):
            write_client_entry(transaction, world_cache, digest, entry.without_author(token))


def expel_member(store: Store, transaction: Transaction, world: World, token: bytes, now: float) -> None:
    """End a membership for good, also in the copy of an account under duress, which would restore it."""
    delete_member(transaction, store.world_cache, store.vault, world, token, now)
    owner = store.vault.token(store.number(token, Purpose.MEMBER), Purpose.SAFETY)
    tag, raw, account = store.safety_records.read_true_account(owner)
    if account:
        store.safety_records.save(TRUE_ACCOUNTS, transaction, tag, replace(account, member=None), raw)


@handles(intents.RecordLookup)
def record_lookup(ctx: ActionContext, intent: intents.RecordLookup) -> None:
    """Count a look-up, whether or not it found anything."""
    if ctx.turn.member:
        _require_member_unchanged(ctx, ctx.turn.member)
    _count_lookups(ctx, 1)


def _count_lookups(ctx: ActionContext, count: int) -> None:
    limits, usage = ctx.settings.tuning.clients, ctx.turn.lookup_usage
    for _each in range(count):
        usage = usage.after_lookup(ctx.turn.now, limits.free_lookups, limits.lookups_per_day)
    ctx.turn.put(LOOKUP_USAGES, usage)


@handles(intents.AddClientReport)
def add_client_report(ctx: ActionContext, intent: intents.AddClientReport) -> None:
    """Add a report to each entry. Each counts as a look-up, or reports would try out numbers without a limit."""
    member, turn = ctx.turn.member, ctx.turn
    if member is None or not is_active_member(member, turn.now) or turn.lookup_usage.blocked_until > turn.now:
        return
    _require_member_unchanged(ctx, member)
    _count_lookups(ctx, len(intent.hashes))
    report = ClientReport(
        member.token, intent.harm, intent.month, intent.district, turn.now // DAY_S, code=intent.code, text=intent.text,
        counts_from=turn.now + MIN_DELAY_S + secrets.randbelow(MAX_DELAY_S - MIN_DELAY_S),
    )  # fmt: skip
    for digest in intent.hashes:
        before = ctx.world.client_entries.get(digest) or ClientEntry()
        _write_and_announce(ctx, digest, before, before.with_report(report))
    schedule_expiry(ctx.transaction, turn.now)


def _require_member_unchanged(ctx: ActionContext, member: Member) -> None:
    """Guard the commit by the membership that was read."""
    ctx.transaction.require_row(MEMBERS.name, member.token)


def _write_and_announce(ctx: ActionContext, digest: bytes, before: ClientEntry, after: ClientEntry) -> None:
    """Write an entry, and schedule news for each time from which more of it counts."""
    write_client_entry(ctx.transaction, ctx.world_cache, digest, after)
    for at in {report.counts_from for report in after.reports if report.counts_from >= ctx.turn.now}:
        if after.visible_to(NOBODY, at) != before.visible_to(NOBODY, at):
            ctx.transaction.schedule(Lane.BULK, ClientListTask.NOTIFY_MEMBERS.item(0, at), at)


@handles(intents.VouchForClientReport)
def vouch_for_client_report(ctx: ActionContext, intent: intents.VouchForClientReport) -> None:
    """Mark a client report as vouched. Its author said the code to staff in person, so one is enough, at once."""
    _edit_reports(ctx, intent.code, lambda t: replace(t, is_vouched=True, counts_from=ctx.turn.now))


@handles(intents.MarkClientReportModerated)
def mark_client_report_read(ctx: ActionContext, intent: intents.MarkClientReportModerated) -> None:
    """Mark a client report as read by a moderator, and delete its words. A removal that waited is off."""
    _edit_reports(ctx, intent.code, lambda t: replace(t, text="", is_moderated=True, removal_by=""))


@handles(intents.RemoveClientReport)
def remove_client_report(ctx: ActionContext, intent: intents.RemoveClientReport) -> None:
    """Remove one client report from all its entries, with a second voice where the team has one.

    A tombstone keeps a backup from restoring it.
    """
    reports = [t for e in entries_with_code(ctx.world.client_entries, intent.code).values() for t in e.reports]
    first_id = next((t.removal_by for t in reports if t.code == intent.code), "")
    if has_second_voice(ctx, first_id):
        _edit_reports(ctx, intent.code, lambda t: None)
    elif ctx.turn.staff:
        proposer = ctx.turn.staff.id
        _edit_reports(ctx, intent.code, lambda t: replace(t, removal_by=proposer))


def has_second_voice(ctx: ActionContext, first_id: str) -> bool:
    """Whether two verifiers agree, or the team has one alone. Otherwise ask the colleagues. `first_id`: who asked."""
    staff = ctx.turn.staff
    if staff is None:
        return False
    if is_second_voice(ctx.world, staff, first_id) or not needs_second_verifier(ctx.world, staff):
        ctx.transaction.require_table(STAFF.name)  # an addition of staff meanwhile would ask for two
        return True
    ctx.transaction.schedule(Lane.MESSAGES, ClientListTask.REQUEST_SECOND_VOICE.item(staff.id), ctx.turn.now)
    return False


def _edit_reports(ctx: ActionContext, code: str, edit: Callable[[ClientReport], ClientReport | None]) -> None:
    for digest, entry in entries_with_code(ctx.world.client_entries, code).items():
        changed = [edit(t) if t.code == code else t for t in entry.reports]
        if None in changed:
            tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, digest, ctx.turn.now, code)
        ctx.transaction.schedule_rewrite(ctx.turn.now)
        _write_and_announce(ctx, digest, entry, replace(entry, reports=tuple(t for t in changed if t)))


def entries_with_code(clients: Mapping[bytes, ClientEntry], code: str) -> dict[bytes, ClientEntry]:
    """Return the entries that hold a client report with this code, by keyed hash."""
    return {digest: e for digest, e in clients.items() if code and any(t.code == code for t in e.reports)}


@handles(intents.RequestClientReview)
def request_entry_review(ctx: ActionContext, intent: intents.RequestClientReview) -> None:
    if not is_active_member(ctx.turn.member, ctx.turn.now):
        return
    for digest in intent.hashes:
        if (entry := ctx.world.client_entries.get(digest)) and not entry.needs_review:
            write_client_entry(ctx.transaction, ctx.world_cache, digest, replace(entry, needs_review=True))


@handles(intents.ResolveClientReview)
def decide_entry_review(ctx: ActionContext, intent: intents.ResolveClientReview) -> None:
    """Keep an entry, or remove it whole, with a second voice where the team has one.

    A tombstone keeps a backup from restoring it.
    """
    entry = ctx.world.client_entries.get(intent.client_hash)
    if entry is None:
        return
    if intent.keep:
        kept = replace(entry, needs_review=False, removal_by="")
        write_client_entry(ctx.transaction, ctx.world_cache, intent.client_hash, kept)
        return
    if not has_second_voice(ctx, entry.removal_by):
        waiting = replace(entry, needs_review=True, removal_by=ctx.turn.staff.id if ctx.turn.staff else "")
        write_client_entry(ctx.transaction, ctx.world_cache, intent.client_hash, waiting)
        return
    tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, intent.client_hash, ctx.turn.now)
    ctx.transaction.schedule_rewrite(ctx.turn.now)
    write_client_entry(ctx.transaction, ctx.world_cache, intent.client_hash, ClientEntry())


def filter_restored_entry(
    vault: Vault, digest: bytes, entry: ClientEntry, has_tombstone: Callable[[bytes, str], bool]
) -> ClientEntry:
    """Return an entry of a backup without reports that were removed since, and without authors who left since.

    `has_tombstone` takes a token or the entry's hash, and a code.
    """
    if has_tombstone(digest, ""):
        return ClientEntry()
    remaining = replace(
        entry, reports=tuple(t for t in entry.reports if not (t.code and has_tombstone(digest, t.code)))
    )
    for token in {t.author for t in remaining.reports if t.author}:
        if has_left(vault, token, has_tombstone):
            remaining = remaining.without_author(token)
    return remaining


def has_left(vault: Vault, token: bytes, has_tombstone: Callable[[bytes, str], bool]) -> bool:
    """Whether a member ended the membership, or sent STOP or DELETE."""
    subscriber = vault.token(vault.number(token, Purpose.MEMBER), Purpose.SUBSCRIBER)
    return has_tombstone(token, "") or has_tombstone(subscriber, "")
