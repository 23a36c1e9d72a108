"""Codes, contacts and the arrest message: the function that applies each intent."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.crypto.secrets import contact_eligibility, hash_own_pin, invitation_hash
from gateway.crypto.vault import Purpose, Vault
from gateway.model import intents
from gateway.model.contacts import (
    MAX_CONTACTS,
    MAX_INVITATION_HASHES,
    Contact,
    ContactEligibility,
    ContactTask,
    SafetyProfile,
)
from gateway.model.message import Lane, LegalBasis
from gateway.model.subscription import week_number
from gateway.numbers import Number
from gateway.store import keys, tombstones
from gateway.store.record_io import put_record
from gateway.store.records.callers import CONTACT_REQUESTS, DEPARTED_CONTACTS, INVITATIONS, SAFETY_PROFILES
from gateway.store.transaction import Transaction
from gateway.text.own_words import carries_contact_details, shown_name


def safety_profile_or_new(ctx: ActionContext) -> SafetyProfile:
    """Return the caller's safety profile, or a new one where there is none."""
    turn = ctx.turn
    return turn.safety_profile or SafetyProfile(
        turn.safety_token, ctx.lang, week_number(turn.now), pin_hash=turn.own_pin_hash
    )


@handles(intents.RequestContact)
def add_contact(ctx: ActionContext, intent: intents.RequestContact) -> None:
    """Add a contact who has not agreed yet. A job checks how often the phone was asked, and sends the question."""
    turn, profile, number = ctx.turn, safety_profile_or_new(ctx), Number.parse(intent.number)
    display_name = shown_name(intent.display_name)
    eligibility = contact_eligibility(turn.vault, turn.number, profile, number, turn.now)
    if not display_name or eligibility is not ContactEligibility.ALLOWED or len(profile.contacts) >= MAX_CONTACTS:
        return
    token = turn.vault.token(number, Purpose.CONTACT)
    contact = Contact(token, intent.name, ctx.lang, turn.now, wording=intent.wording, asks=True)
    digest = invitation_hash(turn.vault, turn.number, number)
    turn.safety_profile = replace(
        profile, lang=ctx.lang, display_name=display_name, contacts=(*profile.contacts, contact),
        invitations=(*profile.invitations, (digest, turn.now))[-MAX_INVITATION_HASHES:],
    )  # fmt: skip
    ctx.transaction.schedule(Lane.MESSAGES, ContactTask.INVITE_CONTACTS.item(turn.safety_token), turn.now)


@handles(intents.RemoveContact)
def remove_contact(ctx: ActionContext, intent: intents.RemoveContact) -> None:
    """Remove a contact. Only a contact who had agreed may be asked again; no other phone is asked twice."""
    turn, profile = ctx.turn, ctx.turn.safety_profile
    found = next((c for c in profile.contacts if c.token == intent.token), None) if profile else None
    if profile is None or found is None:
        return
    turn.safety_profile = profile.without_contact(found.token)
    if found.active:
        digest = invitation_hash(turn.vault, turn.number, turn.vault.number(found.token, Purpose.CONTACT))
        turn.safety_profile = replace(
            turn.safety_profile, invitations=tuple(pair for pair in profile.invitations if pair[0] != digest)
        )
    _unlink_contact(ctx, found.token)


def _unlink_contact(ctx: ActionContext, contact: bytes) -> None:
    """Delete the caller from the contact's record. A tombstone keeps a backup from restoring the contact.

    Under duress the contact stays, because the account is restored.
    """
    if ctx.turn.true_account:
        return
    tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, ctx.turn.safety_token + contact, ctx.turn.now)
    ctx.transaction.schedule(
        Lane.MESSAGES, ContactTask.DELETE_CONTACT_REQUEST.item(ctx.turn.safety_token + contact), ctx.turn.now
    )


def delete_safety_profile(ctx: ActionContext) -> None:
    """Delete the caller's safety profile, and the caller from the records of all contacts."""
    for contact in ctx.turn.safety_profile.contacts if ctx.turn.safety_profile else ():
        _unlink_contact(ctx, contact.token)
    ctx.turn.safety_profile = None
    ctx.transaction.unschedule(Lane.ALERTS, ContactTask.SEND_ARREST_MESSAGE.item(ctx.turn.safety_token))


def silence_contact(transaction: Transaction, vault: Vault, number: Number, now: float) -> None:
    """Stop all texts to a phone that callers named as a contact."""
    tag = CONTACT_REQUESTS.tag(vault, number)
    transaction.write("COPY", keys.contact_requests(tag), keys.departed_contact(tag), "REPLACE")
    transaction.write("DEL", keys.contact_requests(tag))
    _unlink_all_owners(transaction, vault, number, now)


def _unlink_all_owners(transaction: Transaction, vault: Vault, number: Number, now: float) -> None:
    """Remove this phone from every list of contacts. For `INVITATIONS_TTL_S` no caller can ask it again."""
    transaction.write(
        "SET", keys.invitations(INVITATIONS.tag(vault, number)), keys.MAX_INVITATIONS, "EX", keys.INVITATIONS_TTL_S
    )
    transaction.schedule(
        Lane.MESSAGES, ContactTask.REMOVE_DEPARTED_CONTACT.item(vault.token(number, Purpose.CONTACT)), now
    )


@handles(intents.AcceptContactRequests)
def accept_contact_request(ctx: ActionContext, intent: intents.AcceptContactRequests) -> None:
    """Accept the one request that the person means. Where more than one may be meant, none is accepted."""
    turn, pending = ctx.turn, ctx.turn.contact_requests.pending
    meant = pending.named(intent.letter).owners
    if len(meant) == 1:
        contact = turn.vault.token(turn.number, Purpose.CONTACT)
        task = ContactTask.ACCEPT_BY_USSD if intent.by_ussd else ContactTask.ACCEPT_BY_TEXT
        ctx.transaction.schedule(Lane.MESSAGES, task.item(contact + meant[0][0]), turn.now)
    elif pending.owners and intent.unclear_text:
        turn.open_reply_window(ctx.times.reply)
        until = turn.now + ctx.times.message
        turn.queue_texts(Lane.MESSAGES, turn.number, (intent.unclear_text,), LegalBasis.ANSWER, until)


@handles(intents.DeclineContactRequests)
def decline_contact_requests(ctx: ActionContext, intent: intents.DeclineContactRequests) -> None:
    """Decline every request without an answer. An accepted request stays."""
    turn, requests = ctx.turn, ctx.turn.contact_requests
    if not requests.pending.owners:
        return
    turn.require_unchanged(CONTACT_REQUESTS)
    tag = turn.tag(DEPARTED_CONTACTS)
    put_record(ctx.transaction, turn.vault, ctx.times, DEPARTED_CONTACTS, tag, requests.pending)
    turn.put(CONTACT_REQUESTS, requests.accepted)
    _unlink_all_owners(ctx.transaction, turn.vault, turn.number, turn.now)


@handles(intents.SetDuressPin)
def set_duress_pin(ctx: ActionContext, intent: intents.SetDuressPin) -> None:
    """Set or remove the second code, which an account without an own PIN cannot have."""
    if not ctx.turn.own_pin_hash:
        return
    code = hash_own_pin(ctx.turn.vault, ctx.turn.number, intent.pin) if intent.pin else b""
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), duress_pin_hash=code)


@handles(intents.SetPassphrase)
def set_pass_phrase(ctx: ActionContext, intent: intents.SetPassphrase) -> None:
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), passphrase=intent.passphrase)


@handles(intents.SetArrestMessage)
def set_arrest_message(ctx: ActionContext, intent: intents.SetArrestMessage) -> None:
    """Set the arrest message. Words that carry a link or a number are not stored, so they never leave."""
    if not carries_contact_details(intent.text):
        ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), arrest_message=intent.text)


@handles(intents.ReportDetained)
def report_detained(ctx: ActionContext, intent: intents.ReportDetained) -> None:
    """Schedule the arrest message. A second report does not delay it."""
    item = ContactTask.SEND_ARREST_MESSAGE.item(ctx.turn.safety_token)
    ctx.transaction.schedule_if_absent(Lane.ALERTS, item, ctx.turn.now + ctx.times.cancel_window)
    ctx.transaction.lanes_to_notify.add(Lane.ALERTS)


@handles(intents.CancelDetained)
def cancel_detained(ctx: ActionContext, intent: intents.CancelDetained) -> None:
    """Cancel the arrest message if it was not sent yet. The screen shows whether it was sent."""
    ctx.turn.require_unchanged(SAFETY_PROFILES)
    ctx.transaction.unschedule(Lane.ALERTS, ContactTask.SEND_ARREST_MESSAGE.item(ctx.turn.safety_token))
