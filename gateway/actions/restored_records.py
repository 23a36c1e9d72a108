"""The kinds of record that a restore changes: the records that it leaves out, and the records that it rebuilds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.actions.clients import NEWS_TOMBSTONE, filter_restored_entry, has_left
from gateway.actions.referrals import referral_item
from gateway.crypto.vault import Purpose, Vault
from gateway.model.alert import AlertState, AlertTask
from gateway.model.client_report import ClientListTask
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.message import Lane
from gateway.model.referral import Referral, ReferralTask
from gateway.numbers import Number
from gateway.settings import Times
from gateway.store import keys, tombstones as store_tombstones
from gateway.store.commands import Command
from gateway.store.item_names import seal_item
from gateway.store.record_io import timer_item, write_commands
from gateway.store.records.callers import (
    CONTACT_REQUESTS,
    OWN_REFERRALS,
    REFERRAL_CONSENTS,
    SAFETY_PROFILES,
    TRUE_ACCOUNTS,
)
from gateway.store.records.subscribers import REFERRALS
from gateway.store.records.tables import ALERTS, CLIENT_ENTRIES, MEMBERS, STAFF
from gateway.store.transaction import round_up

Row = tuple[bytes, bytes]
"""A field or tag, and the stored form."""
RestoreRule = Callable[[Sequence[Row]], Iterable[Command]]


@dataclass
class RestoreContext:
    """`now` in Unix seconds; `tombstones` are the digests of tokens that left after the backup was made.

    Where nobody knows who left, they are None, and everybody counts as a person who left.
    """

    vault: Vault
    times: Times
    now: int
    tombstones: set[bytes] | None
    contact_requests: dict[bytes, ContactRequests] = field(default_factory=dict)
    """The requests that were rebuilt so far from safety profiles, by tag."""

    def schedule_command(self, lane: Lane, item: bytes, at: int) -> Command:
        """Return the command that puts a work item on a lane, due at Unix seconds."""
        return "ZADD", keys.due(lane), at * 1000, seal_item(self.vault, item)

    def has_tombstone(self, token: bytes, area: str = "") -> bool:
        if self.tombstones is None:
            return True
        return store_tombstones.tombstone_digest(self.vault, token, area) in self.tombstones

    def has_left(self, number: Number) -> bool:
        return self.has_tombstone(self.vault.token(number, Purpose.SUBSCRIBER))


def rules(context: RestoreContext) -> dict[str, RestoreRule]:
    """Return the rule of each kind that has one, by the kind's name."""
    return {
        STAFF.name: lambda rows: restore_staff(context, rows),
        ALERTS.name: lambda rows: restore_alerts(context, rows),
        CLIENT_ENTRIES.name: lambda rows: restore_client_entries(context, rows),
        MEMBERS.name: lambda rows: restore_members(context, rows),
        REFERRALS.name: lambda rows: restore_referrals(context, rows),
        SAFETY_PROFILES.name: lambda rows: restore_safety_profiles(context, rows),
        TRUE_ACCOUNTS.name: lambda rows: restore_true_accounts(context, rows),
    }


def restore_staff(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    """Leave out staff who were removed since. All others are inactive and without PIN: `mwavuli staff activate`.

    Nobody knows which of them lost a role, a phone or a PIN since. All come back so, also without a list of people who
    left.
    """
    for token, stored in rows:
        staff = STAFF.open(context.vault, stored, STAFF.key(), token)
        if context.tombstones is not None and context.has_tombstone(staff.token):
            continue
        bare = replace(staff, active=False, activation_hash=b"", pin_hash=b"", code_hashes=())
        yield "HSET", STAFF.name, token, STAFF.seal(context.vault, bare, STAFF.key(), token)


def restore_alerts(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    """Restore kind, area and time of each alert that was sent, as an ended alert; leave out all other alerts."""
    for number, stored in rows:
        alert = ALERTS.open(context.vault, stored, ALERTS.key(), number)
        if not alert.was_sent or alert.drill:
            continue
        ended = min(alert.ended_at or alert.until, context.now)
        bare = replace(
            alert, state=AlertState.ENDED, ended_at=ended, venue="", text="", author="", approver="", report_count=1
        )
        purge = AlertTask.PURGE_ALERT.item(alert.number)
        yield context.schedule_command(Lane.BULK, purge, ended + context.times.keep_history)
        yield "HSET", ALERTS.name, number, ALERTS.seal(context.vault, bare, ALERTS.key(), number)


def restore_client_entries(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    """Leave out reports that were removed since, and reports by members who left since."""
    for digest, stored in rows:
        entry = CLIENT_ENTRIES.open(context.vault, stored, CLIENT_ENTRIES.key(), digest)
        remaining = filter_restored_entry(context.vault, digest, entry, context.has_tombstone)
        if remaining.reports:
            sealed = CLIENT_ENTRIES.seal(context.vault, remaining, CLIENT_ENTRIES.key(), digest)
            yield "HSET", CLIENT_ENTRIES.name, digest, sealed
    if rows:
        yield _expire_client_list(context)


def restore_members(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    """Leave out members who left since."""
    for token, stored in rows:
        if has_left(context.vault, token, context.has_tombstone):
            continue
        if context.has_tombstone(token, NEWS_TOMBSTONE):
            member = MEMBERS.open(context.vault, stored, MEMBERS.key(), token)
            stored = MEMBERS.seal(context.vault, replace(member, wants_news=False), MEMBERS.key(), token)
        yield "HSET", MEMBERS.name, token, stored
    if rows:
        yield _expire_client_list(context)


def _expire_client_list(context: RestoreContext) -> Command:
    return context.schedule_command(Lane.BULK, ClientListTask.EXPIRE_CLIENT_ENTRIES.item(), context.now)


def restore_referrals(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    for code, stored in rows:
        referral = REFERRALS.open(context.vault, stored, REFERRALS.key(code))  # `code` is hashed
        if referral.until > context.now:
            yield from _restore_referral(context, referral)


def _restore_referral(context: RestoreContext, referral: Referral) -> Iterable[Command]:
    """Restore the clinic's half. Restore the caller's half only if the caller has not left since."""
    token = referral.caller_token
    number = context.vault.number(token, Purpose.REFERRAL) if token else None
    if number and context.has_left(number):
        referral, number = _without_caller(referral), None
    hashed_code = REFERRALS.hashed(context.vault, referral.code)
    key, clinic_key = REFERRALS.key(hashed_code), keys.clinic_referrals(context.vault, referral.clinic)
    yield "SET", key, REFERRALS.seal(context.vault, referral, key), *REFERRALS.lifetime.expiry_arguments(referral)
    yield "SADD", clinic_key, hashed_code
    yield "EXPIREAT", clinic_key, context.now + context.times.referral
    if number is not None:
        yield from _link_caller(context, referral, number)


def _without_caller(referral: Referral) -> Referral:
    return replace(referral, caller_token=b"", may_text=False, may_ask_rating=False, caller_texts=(), clinic_texts=())


def _link_caller(context: RestoreContext, referral: Referral, number: Number) -> Iterable[Command]:
    own = OWN_REFERRALS.key(OWN_REFERRALS.tag(context.vault, number))
    yield "SADD", own, REFERRALS.hashed(context.vault, referral.code)
    yield "EXPIREAT", own, context.now + context.times.referral
    if referral.may_text or referral.may_ask_rating:
        consent = REFERRAL_CONSENTS.key(REFERRAL_CONSENTS.tag(context.vault, number))
        yield "SET", consent, 1, "EXAT", referral.until
    if referral.may_ask_rating:
        ask = round_up(max(context.now, referral.at + context.times.follow_up))
        item = referral_item(context.vault, ReferralTask.ASK_REFERRAL_RATING, referral.code)
        yield context.schedule_command(Lane.BULK, item, ask)


def restore_safety_profiles(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    """Leave out callers and contacts who left since. The contacts' requests are rebuilt from the profiles."""
    for tag, stored in rows:
        profile = SAFETY_PROFILES.open(context.vault, stored, *SAFETY_PROFILES.place(tag))
        if context.has_left(context.vault.number(profile.owner, Purpose.SAFETY)):
            continue
        profile = _without_departed_contacts(context, profile)
        yield from _restore_requests(context, profile)
        yield from write_commands(context.vault, context.times, SAFETY_PROFILES, tag, profile)


def restore_true_accounts(context: RestoreContext, rows: Sequence[Row]) -> Iterable[Command]:
    """Restore the copies of accounts under duress by the same rules, so that their contacts are called."""
    for tag, stored in rows:
        account = TRUE_ACCOUNTS.open(context.vault, stored, *TRUE_ACCOUNTS.place(tag))
        if context.has_left(context.vault.number(account.owner, Purpose.SAFETY)):
            continue
        account = account.with_profile(_without_departed_contacts(context, account.safety_profile))
        yield from _restore_requests(context, account.safety_profile)
        yield from write_commands(context.vault, context.times, TRUE_ACCOUNTS, tag, account)
        yield context.schedule_command(Lane.ALERTS, timer_item(TRUE_ACCOUNTS, account.owner), account.restored_at)


def _without_departed_contacts(context: RestoreContext, profile: SafetyProfile) -> SafetyProfile:
    contacts = tuple(
        c for c in profile.contacts
        if not context.has_left(context.vault.number(c.token, Purpose.CONTACT))
        and not context.has_tombstone(profile.owner + c.token)
    )  # fmt: skip
    return replace(profile, contacts=contacts)


def _restore_requests(context: RestoreContext, profile: SafetyProfile) -> Iterable[Command]:
    for contact in profile.contacts:
        number = context.vault.number(contact.token, Purpose.CONTACT)
        yield from _restore_request(context, profile, number, contact.active)


def _restore_request(
    context: RestoreContext, profile: SafetyProfile, contact: Number, has_agreed: bool
) -> Iterable[Command]:
    tag = CONTACT_REQUESTS.tag(context.vault, contact)
    known = context.contact_requests.get(tag, ContactRequests())
    requests = known.with_owner(profile.owner, has_agreed or dict(known.owners).get(profile.owner, False))
    requests = replace(requests, lang=known.lang or profile.lang)
    context.contact_requests[tag] = requests
    return write_commands(context.vault, context.times, CONTACT_REQUESTS, tag, requests)
