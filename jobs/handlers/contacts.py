"""Those somebody trusts: asked once, told what she wrote for them where they agreed and have not said STOP."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.crypto.vault import TOKEN_BYTES, Purpose
from gateway.model.caller import World
from gateway.model.contacts import Contact, ContactRequests, SafetyProfile
from gateway.model.feature import Feature
from gateway.model.message import Lane, LegalBasis
from gateway.model.safe_call import STEP_DONE
from gateway.numbers import Number
from gateway.store import Transaction, WorkItem, keys
from gateway.text.gsm import normalise_text
from gateway.text.wording import Translator
from gateway.text.wording_safety import reminder_text
from jobs.context import JobContext

ComposeText = Callable[[Translator], str]
INVITE_RETRY_S = 86400
"""seconds until somebody is asked who was asked by others lately"""


def notify_contacts(
    context: JobContext, transaction: Transaction, safety_profile: SafetyProfile, compose: ComposeText, now: float
) -> int:
    """Text her circle, each in the language they were asked in; returns how many are told."""
    for contact in safety_profile.active_contacts:
        _text_contact(context, transaction, contact, compose(context.translator(contact.lang)), LegalBasis.CONTACT, now)
    return len(safety_profile.active_contacts)


def _text_contact(
    context: JobContext, transaction: Transaction, contact: Contact, text: str, legal_basis: LegalBasis, now: float
) -> str:
    """Returns the text's id."""
    lane = Lane.ALERTS if legal_basis is LegalBasis.CONTACT else Lane.MESSAGES
    text = context.translator(contact.lang).normalise(text)
    return context.queue_text(transaction, _contact_number(context, contact.token), text, lane, legal_basis, now)


def _contact_number(context: JobContext, token: bytes) -> Number:
    return context.store.number(token, Purpose.CONTACT)


def remind_owner(context: JobContext, transaction: Transaction, owner: bytes, text: str, now: float) -> None:
    """Text her while she is out: also after STOP, which she may have been made to send."""
    number, text = context.store.number(owner, Purpose.SAFETY), normalise_text(text)
    context.queue_text(transaction, number, text, Lane.ALERTS, LegalBasis.SAFE_CALL, now)


def invite_contacts(context: JobContext, item: WorkItem) -> None:
    """Whoever was written down and not asked yet is asked, in her words; each once, and no phone in a loop."""
    owner = item.payload

    def ask(world: World, change: Transaction, now: int) -> int:
        tag, raw, care = context.store.safety_records.read_safety_profile_of(owner)
        waiting = [contact for contact in care.contacts if contact.invitation_text] if care else []
        put_off = 0
        for contact in waiting:
            if not _may_invite(context, change, contact):
                put_off = INVITE_RETRY_S
                continue
            number = _contact_number(context, contact.token)
            question = _text_contact(context, change, contact, contact.invitation_text, LegalBasis.CONTACT_REQUEST, now)
            sealed, trust = context.store.safety_records.read_contact_requests(number)
            context.store.safety_records.save_contact_requests(
                change, number, trust.with_request(owner, question), sealed
            )
            care = care.with_contact(replace(contact, invitation_text="")) if care else None
        if waiting:
            context.store.safety_records.save_safety_profile(change, tag, care, raw)
        return put_off

    context.store.transact_and_finish(item, ask)


def _may_invite(context: JobContext, transaction: Transaction, contact: Contact) -> bool:
    return context.store.limits.count_invitation(transaction, _contact_number(context, contact.token))


def accept_by_text(context: JobContext, item: WorkItem) -> None:
    """A yes by text counts for everybody whose question had reached this phone before it."""
    _accept(context, item, by_text=True)


def accept_by_ussd(context: JobContext, item: WorkItem) -> None:
    """A yes by dialling: it was read who asks."""
    _accept(context, item, by_text=False)


def _accept(context: JobContext, item: WorkItem, by_text: bool) -> None:
    store, contact = context.store, item.payload

    def note(world: World, change: Transaction, now: int) -> None:
        number = _contact_number(context, contact)
        sealed, trust = store.safety_records.read_contact_requests(number)
        unasked = {o for o, question in trust.questions if store.read_message(question)} if by_text else set()
        for owner, _agreed in trust.owners:
            if owner not in unasked:
                _update_contact(context, change, owner, contact, agreed_at=now)
        if trust.owners:
            owners = tuple((owner, agreed or owner not in unasked) for owner, agreed in trust.owners)
            waiting = tuple(pair for pair in trust.questions if pair[0] in unasked)
            store.safety_records.save_contact_requests(change, number, ContactRequests(owners, waiting), sealed)

    store.transact_and_finish(item, note)


def _update_contact(
    context: JobContext, transaction: Transaction, owner: bytes, contact: bytes, agreed_at: int
) -> None:
    """They count from now on, or (0) are on her list no more."""
    tag, raw, care = context.store.safety_records.read_safety_profile_of(owner)
    found = next((c for c in care.contacts if c.token == contact), None) if care else None
    if care and found:
        changed = (
            care.with_contact(replace(found, agreed_at=found.agreed_at or agreed_at))
            if agreed_at
            else care.without_contact(contact)
        )
        context.store.safety_records.save_safety_profile(transaction, tag, changed, raw)


def remove_departed_contact(context: JobContext, item: WorkItem) -> None:
    """A contact said STOP: nobody counts on them any more."""
    store, contact = context.store, item.payload
    number = _contact_number(context, contact)

    def note(world: World, change: Transaction, now: int) -> None:
        trust = store.safety_records.read_departed_contact(number)
        for owner, agreed in trust.owners:
            _update_contact(context, change, owner, contact, agreed_at=0)
            if agreed:
                _remind_if_no_contact_left(context, world, change, owner, contact, now)
        store.safety_records.delete_departed_contact(change, number)

    store.transact_and_finish(item, note)


def _remind_if_no_contact_left(
    context: JobContext, world: World, transaction: Transaction, owner: bytes, removed_contact: bytes, now: int
) -> None:
    """She is out, and counts on somebody who will not hear: she reads it when she dials."""
    _tag, _raw, outing = context.store.safety_records.read_safe_call_of(owner)
    _tag, _raw, care = context.store.safety_records.read_safety_profile_of(owner)
    waits = outing is not None and not outing.looks_ended and outing.step < STEP_DONE
    colleagues = outing is not None and outing.notifies_responders and Feature.SOS in world.features
    if outing and waits and not colleagues and care and not care.without_contact(removed_contact).active_contacts:
        remind_owner(
            context, transaction, owner, reminder_text(world.profile.service_code, context.translator(outing.lang)), now
        )


def delete_contact_request(context: JobContext, item: WorkItem) -> None:
    """She took somebody off her list, or left: their record forgets her."""
    owner, contact = item.payload[:TOKEN_BYTES], item.payload[TOKEN_BYTES:]

    def forget(world: World, change: Transaction, now: int) -> None:
        number = _contact_number(context, contact)
        sealed, trust = context.store.safety_records.read_contact_requests(number)
        context.store.safety_records.save_contact_requests(change, number, trust.without_owner(owner), sealed)

    context.store.transact_and_finish(item, forget)


def delete_safety_records(context: JobContext, item: WorkItem) -> None:
    """She said DELETE, or whoever made her end something did; her people were told meanwhile."""
    owner, safety = item.payload, context.store.safety_records

    def forget(world: World, change: Transaction, now: int) -> None:
        tag, raw, care = safety.read_safety_profile_of(owner)
        for contact in care.contacts if care else ():
            change.schedule("messages", b"parted:" + owner + contact.token, now)
        safety.save_safety_profile(change, tag, None, raw)
        tag, raw, _outing = safety.read_safe_call_of(owner)
        safety.save_safe_call(change, tag, None, raw)
        change.write("ZREM", keys.due("alerts"), b"back:" + owner)
        change.schedule_rewrite(now)

    context.store.transact_and_finish(item, forget)


def send_arrest_message(context: JobContext, item: WorkItem) -> None:
    """She is held, and did not take it back: her circle reads what she wrote for this day."""

    def pass_on(world: World, change: Transaction, now: int) -> None:
        tag, raw, care = context.store.safety_records.read_safety_profile_of(item.payload)
        if care and care.arrest_message and notify_contacts(context, change, care, lambda _: care.arrest_message, now):
            context.store.safety_records.save_safety_profile(change, tag, replace(care, detained_notified_at=now), raw)

    context.store.transact_and_finish(item, pass_on)
