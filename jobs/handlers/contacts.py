"""Contacts: each is asked once, and gets the owner's texts after a yes, until STOP."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.crypto.vault import TOKEN_BYTES, Purpose
from gateway.model.caller import Caller
from gateway.model.contacts import MAX_OWN_TEXTS_PER_DAY, Contact, ContactRequests, ContactTask, SafetyProfile
from gateway.model.message import Lane, LegalBasis
from gateway.model.safe_call import SafeCall, SafeCallStage
from gateway.model.sos import SOS_FEATURE
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import Transaction, WorkItem
from gateway.store.records.callers import TRUE_ACCOUNTS
from gateway.text.gsm import normalise_text
from gateway.text.own_words import name_letter
from gateway.text.translator import Translator
from gateway.text.wording_safety import arrest_text, contact_request_texts, reminder_text
from jobs.context import JobContext
from jobs.handler import handles, transactional

ComposeText = Callable[[Translator], str]
TALK_SCREEN = "talk.talk"
INVITE_RETRY_S = 86400
"""seconds until the next try to ask a phone that others asked lately"""


def notify_contacts(
    context: JobContext, transaction: Transaction, safety_profile: SafetyProfile, compose: ComposeText, now: int
) -> int:
    """Text the active contacts, each in the language of the invitation. Return how many are texted."""
    for contact in safety_profile.active_contacts:
        _text_contact(context, transaction, contact, compose(context.translator(contact.lang)), LegalBasis.CONTACT, now)
    return len(safety_profile.active_contacts)


def _text_contact(
    context: JobContext, transaction: Transaction, contact: Contact, text: str, legal_basis: LegalBasis, now: int
) -> str:
    """Queue a text to a contact. Return the text's id."""
    lane = Lane.ALERTS if legal_basis is LegalBasis.CONTACT else Lane.MESSAGES
    text = context.translator(contact.lang).normalise(text)
    return context.queue_text(transaction, _contact_number(context, contact.token), text, lane, legal_basis, now)


def _contact_number(context: JobContext, token: bytes) -> Number:
    return context.store.number(token, Purpose.CONTACT)


def remind_owner(
    context: JobContext, world: World, transaction: Transaction, owner: bytes, safe_call: SafeCall, now: int
) -> None:
    """Text the owner of a running safe call. STOP does not prevent it, because somebody may have forced the owner.

    The keys lead to the menu where the safe call can be ended or made longer: whoever follows a text ends nothing.
    """
    store, number = context.store, context.store.number(owner, Purpose.SAFETY)
    _tag, _raw, profile = store.safety_records.read_safety_profile_of(owner)
    subscription = store.read_subscription(store.vault.token(number, Purpose.SUBSCRIBER))
    caller = Caller(now, safe_call.lang, world, subscription, safety_profile=profile, safe_call=safe_call)
    keys = context.deployment.engine.keys_from_dialling(caller, TALK_SCREEN)
    text = reminder_text(world.profile.service_code, keys, context.translator(safe_call.lang))
    context.queue_text(transaction, number, normalise_text(text), Lane.ALERTS, LegalBasis.SAFE_CALL, now)


@handles(ContactTask.INVITE_CONTACTS)
@transactional
def invite_contacts(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Ask contacts who were not asked yet, in our words. Return seconds until the next try, 0 for none.

    Each contact is asked once, and no phone is asked again and again.
    """
    owner, safety = item.payload, context.store.safety_records
    tag, raw, profile = safety.read_safety_profile_of(owner)
    if profile is None:
        return 0
    waiting = [contact for contact in profile.contacts if contact.asks]
    delay_s = 0
    for contact in waiting:
        if not _may_invite(context, transaction, contact):
            delay_s = INVITE_RETRY_S
            continue
        _invite(context, transaction, profile, contact, now)
        profile = profile.with_contact(replace(contact, asks=False))
    if waiting:
        safety.save_safety_profile(transaction, tag, profile, raw)
    return delay_s


def _invite(context: JobContext, transaction: Transaction, profile: SafetyProfile, contact: Contact, now: int) -> None:
    number, safety = _contact_number(context, contact.token), context.store.safety_records
    sealed, requests = safety.read_contact_requests(number)
    letter = requests.free_letter(name_letter(profile.display_name))
    text = contact_request_texts(letter, context.translator(contact.lang))[contact.wording]
    question = _text_contact(context, transaction, contact, text, LegalBasis.CONTACT_REQUEST, now)
    asked = requests.with_request(profile.owner, question, letter, contact.lang)
    safety.save_contact_requests(transaction, number, asked, sealed)


def _may_invite(context: JobContext, transaction: Transaction, contact: Contact) -> bool:
    return context.store.limits.count_invitation(transaction, _contact_number(context, contact.token))


@handles(ContactTask.ACCEPT_BY_TEXT)
@transactional
def accept_by_text(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Note a yes by text to one owner, if the question of this owner had left before it."""
    contact, owner = item.payload[:TOKEN_BYTES], item.payload[TOKEN_BYTES:]
    question = dict(_read_requests(context, contact)[1].questions).get(owner)
    if not (question and context.store.read_message(question)):
        _accept(context, transaction, contact, owner, now)


@handles(ContactTask.ACCEPT_BY_USSD)
@transactional
def accept_by_ussd(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Note a yes by dialling, to the one who asked then. A request that came meanwhile is not answered by it."""
    _accept(context, transaction, item.payload[:TOKEN_BYTES], item.payload[TOKEN_BYTES:], now)


def _accept(context: JobContext, transaction: Transaction, contact: bytes, owner: bytes, now: int) -> None:
    """Note the contact's yes to this owner. All other requests stay as they are."""
    sealed, requests = _read_requests(context, contact)
    if owner not in dict(requests.owners):
        return
    _update_contact(context, transaction, owner, contact, agreed_at=now)
    context.store.safety_records.save_contact_requests(
        transaction, _contact_number(context, contact), requests.with_owner(owner, True), sealed
    )


def _read_requests(context: JobContext, contact: bytes) -> tuple[bytes | None, ContactRequests]:
    return context.store.safety_records.read_contact_requests(_contact_number(context, contact))


def _update_contact(
    context: JobContext, transaction: Transaction, owner: bytes, contact: bytes, agreed_at: int
) -> None:
    """Note in the owner's profile when the contact agreed, or with 0 remove the contact; in a copy of it too."""
    safety = context.store.safety_records
    tag, raw, profile = safety.read_safety_profile_of(owner)
    if profile and (changed := _with_answer(profile, contact, agreed_at)):
        safety.save_safety_profile(transaction, tag, changed, raw)
    tag, raw, account = safety.read_true_account(owner)
    if account and (changed := _with_answer(account.safety_profile, contact, agreed_at)):
        safety.save(TRUE_ACCOUNTS, transaction, tag, account.with_profile(changed), raw)


def _with_answer(profile: SafetyProfile, contact: bytes, agreed_at: int) -> SafetyProfile | None:
    """Return the profile after a contact's answer; None where the profile does not have this contact."""
    found = next((c for c in profile.contacts if c.token == contact), None)
    if found is None:
        return None
    if not agreed_at:
        return profile.without_contact(contact)
    return profile.with_contact(replace(found, agreed_at=found.agreed_at or agreed_at))


@handles(ContactTask.REMOVE_DEPARTED_CONTACT)
def remove_departed_contact(context: JobContext, item: WorkItem) -> None:
    """Remove a contact who sent STOP from the profiles of all owners."""
    store, contact = context.store, item.payload
    number = _contact_number(context, contact)

    def note(world: World, transaction: Transaction, now: int) -> None:
        requests = store.safety_records.read_departed_contact(number)
        for owner, agreed in requests.owners:
            _update_contact(context, transaction, owner, contact, agreed_at=0)
            if agreed:
                _remind_if_no_contact_left(context, world, transaction, owner, contact, now)
        store.safety_records.delete_departed_contact(transaction, number)

    store.transact_and_finish(item, note)


def _remind_if_no_contact_left(
    context: JobContext, world: World, transaction: Transaction, owner: bytes, removed_contact: bytes, now: int
) -> None:
    """Remind an owner whose safe call runs and who has no contact left. Dialling shows that nobody is left."""
    _tag, _raw, safe_call = context.store.safety_records.read_safe_call_of(owner)
    _tag, _raw, profile = context.store.safety_records.read_safety_profile_of(owner)
    waits = safe_call is not None and safe_call.stage is not SafeCallStage.DONE
    colleagues = safe_call is not None and safe_call.notifies_responders and SOS_FEATURE in world.features
    if (
        safe_call
        and waits
        and not colleagues
        and profile
        and any(listed.token == removed_contact for listed in profile.contacts)
        and not profile.without_contact(removed_contact).active_contacts
    ):
        remind_owner(context, world, transaction, owner, safe_call, now)


@handles(ContactTask.DELETE_CONTACT_REQUEST)
@transactional
def delete_contact_request(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Remove an owner from a contact's record, after the owner took the contact off the list, or left."""
    owner, contact = item.payload[:TOKEN_BYTES], item.payload[TOKEN_BYTES:]
    sealed, requests = _read_requests(context, contact)
    number = _contact_number(context, contact)
    context.store.safety_records.save_contact_requests(transaction, number, requests.without_owner(owner), sealed)


@handles(ContactTask.SEND_ARREST_MESSAGE)
@transactional
def send_arrest_message(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text the contacts the message that a detained owner wrote for this day, and did not take back."""
    safety = context.store.safety_records
    tag, raw, shown = safety.read_safety_profile_of(item.payload)
    profile = safety.read_profile_to_notify(item.payload)
    if not (shown and profile and profile.arrest_message):
        return
    if not shown.may_send_arrest_text(now, context.times.contacts_pause):
        return
    words, hotline = profile.arrest_message, world.profile.hotline
    if notify_contacts(context, transaction, profile, lambda _: arrest_text(words, hotline, _), now):
        noted = replace(shown, arrest_texts=(*shown.arrest_texts, now)[-MAX_OWN_TEXTS_PER_DAY:])
        safety.save_safety_profile(transaction, tag, noted, raw)
