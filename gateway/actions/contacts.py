"""Codes, trusted people, and what they are told if she is held: what each intent writes."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.crypto.secrets import contact_eligibility, hash_duress_pin, invitation_hash
from gateway.crypto.vault import Purpose, Vault
from gateway.model import intents
from gateway.model.contacts import MAX_CONTACTS, MAX_INVITATION_HASHES, Contact, ContactEligibility, SafetyProfile
from gateway.model.subscription import week_number
from gateway.numbers import Number
from gateway.store import keys, tombstones
from gateway.store.record_io import put_record
from gateway.store.records.callers import CONTACT_REQUESTS, DEPARTED_CONTACTS, INVITATIONS, SAFETY_PROFILES
from gateway.store.transaction import Transaction


def safety_profile_or_new(ctx: ActionContext) -> SafetyProfile:
    """What she left with us; begun where there is nothing yet."""
    turn = ctx.turn
    return turn.safety_profile or SafetyProfile(
        turn.safety_token, ctx.lang, week_number(turn.now), pin_hash=turn.own_pin_hash
    )


@handles(intents.RequestContact)
def add_contact(ctx: ActionContext, intent: intents.RequestContact) -> None:
    """Written down; they are asked by a job, which knows how often they were asked already."""
    turn, care, number = ctx.turn, safety_profile_or_new(ctx), Number.parse(intent.number)
    may = contact_eligibility(turn.vault, turn.number, care, number, turn.now)
    if may is not ContactEligibility.ALLOWED or len(care.contacts) >= MAX_CONTACTS:
        return
    token = turn.vault.token(number, Purpose.CONTACT)
    contact = Contact(token, intent.name, ctx.lang, turn.now, invitation_text=intent.invitation_text)
    mark = invitation_hash(turn.vault, turn.number, number)
    turn.safety_profile = replace(
        care, lang=ctx.lang, display_name=intent.display_name, contacts=(*care.contacts, contact),
        invitations=(*care.invitations, (mark, turn.now))[-MAX_INVITATION_HASHES:],
    )  # fmt: skip
    ctx.transaction.schedule("messages", b"invite:" + turn.safety_token, turn.now)


@handles(intents.RemoveContact)
def remove_contact(ctx: ActionContext, intent: intents.RemoveContact) -> None:
    """Only who had said yes may be asked again: nobody else can be texted by her twice."""
    turn, care = ctx.turn, ctx.turn.safety_profile
    found = next((c for c in care.contacts if c.token == intent.token), None) if care else None
    if care is None or found is None:
        return
    turn.safety_profile = care.without_contact(found.token)
    if found.active:
        mark = invitation_hash(turn.vault, turn.number, turn.vault.number(found.token, Purpose.CONTACT))
        turn.safety_profile = replace(
            turn.safety_profile, invitations=tuple(pair for pair in care.invitations if pair[0] != mark)
        )
    _unlink_contact(ctx, found.token)


def _unlink_contact(ctx: ActionContext, contact: bytes) -> None:
    """Their record forgets who had asked them; and no backup brings them back to her list."""
    tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, ctx.turn.safety_token + contact, ctx.turn.now)
    ctx.transaction.schedule("messages", b"parted:" + ctx.turn.safety_token + contact, ctx.turn.now)


def delete_safety_profile(ctx: ActionContext) -> None:
    """DELETE: what she left is gone, and so is she from her contacts' records."""
    for contact in ctx.turn.safety_profile.contacts if ctx.turn.safety_profile else ():
        _unlink_contact(ctx, contact.token)
    ctx.turn.safety_profile = None
    ctx.transaction.write("ZREM", keys.due("alerts"), b"held:" + ctx.turn.safety_token)


def silence_contact(transaction: Transaction, vault: Vault, number: Number, now: float) -> None:
    """STOP from a phone that others named: nothing goes to it from this moment on."""
    tag = CONTACT_REQUESTS.tag(vault, number)
    transaction.write("COPY", keys.contact_requests(tag), keys.departed_contact(tag), "REPLACE")
    transaction.write("DEL", keys.contact_requests(tag))
    _unlink_all_owners(transaction, vault, number, now)


def _unlink_all_owners(transaction: Transaction, vault: Vault, number: Number, now: float) -> None:
    """Those in `gone` lose this phone from their lists; and for a while nobody asks it again."""
    transaction.write(
        "SET", keys.invitations(INVITATIONS.tag(vault, number)), keys.MAX_INVITATIONS, "EX", keys.INVITATIONS_TTL_S
    )
    transaction.schedule("messages", b"gone:" + vault.token(number, Purpose.CONTACT), now)


@handles(intents.AcceptContactRequests)
def accept_contact_request(ctx: ActionContext, intent: intents.AcceptContactRequests) -> None:
    contact = ctx.turn.vault.token(ctx.turn.number, Purpose.CONTACT)
    if intent.by_ussd:
        ctx.transaction.schedule("messages", b"accepted:" + contact, ctx.turn.now)
    else:
        ctx.transaction.schedule("messages", b"agreed:" + contact, ctx.turn.now)


@handles(intents.DeclineContactRequests)
def decline_contact_requests(ctx: ActionContext, intent: intents.DeclineContactRequests) -> None:
    """Those who had a yes keep it."""
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
    code = hash_duress_pin(ctx.turn.vault, ctx.turn.number, intent.pin) if intent.pin else b""
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), duress_pin_hash=code)


@handles(intents.SetPassphrase)
def set_pass_phrase(ctx: ActionContext, intent: intents.SetPassphrase) -> None:
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), passphrase=intent.passphrase)


@handles(intents.SetArrestMessage)
def set_arrest_message(ctx: ActionContext, intent: intents.SetArrestMessage) -> None:
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), arrest_message=intent.text)


@handles(intents.ReportDetained)
def report_detained(ctx: ActionContext, intent: intents.ReportDetained) -> None:
    """Pressed again, it leaves no later."""
    at = int((ctx.turn.now + ctx.times.cancel_window) * 1000)
    ctx.transaction.write("ZADD", keys.due("alerts"), "NX", at, b"held:" + ctx.turn.safety_token)
    ctx.transaction.lanes_to_notify.add("alerts")


@handles(intents.CancelDetained)
def cancel_detained(ctx: ActionContext, intent: intents.CancelDetained) -> None:
    """Only while they were not told: the screen says so."""
    ctx.turn.require_unchanged(SAFETY_PROFILES)
    ctx.transaction.write("ZREM", keys.due("alerts"), b"held:" + ctx.turn.safety_token)
