"""The tokens and hashes inside sealed records, replaced at a rotation of the data keys."""

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.alert import Report
from gateway.model.client_report import ClientEntry, Member
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.conversation import Conversation
from gateway.model.duress import TrueAccount
from gateway.model.listed_sos import ListedSos
from gateway.model.referral import Referral
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.store.records.kind import KeyChange


def _hash(keys: KeyChange, digest: bytes) -> bytes:
    return keys.rotate_digest(digest) if digest else b""


def rotate_profile(keys: KeyChange, profile: SafetyProfile) -> SafetyProfile:
    renamed = ((contact, keys.new_token(contact.token, Purpose.CONTACT)) for contact in profile.contacts)
    return replace(
        profile,
        owner=keys.new_token(profile.owner, Purpose.SAFETY) or b"",
        invitations=tuple((keys.rotate_digest(digest), at) for digest, at in profile.invitations),
        contacts=tuple(replace(contact, token=token) for contact, token in renamed if token),
        pin_hash=_hash(keys, profile.pin_hash),
        duress_pin_hash=_hash(keys, profile.duress_pin_hash),
    )


def rotate_contact_requests(keys: KeyChange, requests: ContactRequests) -> ContactRequests:
    new_owners = {owner: keys.new_token(owner, Purpose.SAFETY) for owner, _agreed in requests.owners}
    return replace(
        requests,
        owners=tuple((new, agreed) for owner, agreed in requests.owners if (new := new_owners[owner])),
        questions=tuple((new, text) for owner, text in requests.questions if (new := new_owners.get(owner))),
        letters=tuple((new, letter) for owner, letter in requests.letters if (new := new_owners.get(owner))),
    )


def rotate_sos(keys: KeyChange, sos: Sos) -> Sos:
    return replace(sos, owner=keys.new_token(sos.owner, Purpose.SAFETY) or b"")


def rotate_referral(keys: KeyChange, referral: Referral) -> Referral:
    return replace(referral, caller_token=keys.new_token(referral.caller_token, Purpose.REFERRAL) or b"")


def rotate_staff(keys: KeyChange, staff: Staff) -> Staff:
    return replace(
        staff,
        token=keys.new_token(staff.token, Purpose.STAFF) or b"",
        pin_hash=_hash(keys, staff.pin_hash),
        activation_hash=_hash(keys, staff.activation_hash),
        code_hashes=tuple(map(keys.rotate_digest, staff.code_hashes)),
    )


def rotate_report(keys: KeyChange, report: Report) -> Report:
    reporters = ((keys.new_token(token, Purpose.REPORT), lang) for token, lang in report.reporters)
    return replace(report, reporters=tuple((token, lang) for token, lang in reporters if token))


def rotate_conversation(keys: KeyChange, conversation: Conversation) -> Conversation:
    return replace(conversation, owner=keys.new_token(conversation.owner, Purpose.REPORT) or b"")


def rotate_listed_sos(keys: KeyChange, listed: ListedSos) -> ListedSos:
    return ListedSos(_hash(keys, listed.tag), listed.rank)


def rotate_client_entry(keys: KeyChange, entry: ClientEntry) -> ClientEntry:
    reports = (
        replace(report, author=keys.new_token(report.author, Purpose.MEMBER) or b"") if report.author else report
        for report in entry.reports
    )
    return replace(entry, reports=tuple(reports))


def rotate_member(keys: KeyChange, member: Member) -> Member:
    return replace(member, token=keys.new_token(member.token, Purpose.MEMBER) or b"")


def rotate_true_account(keys: KeyChange, account: TrueAccount) -> TrueAccount:
    reminder, member = account.reminder, account.member
    return replace(
        account,
        owner=keys.new_token(account.owner, Purpose.SAFETY) or b"",
        safety_profile=rotate_profile(keys, account.safety_profile),
        subscription=_rotate_subscription(keys, account.subscription),
        member=rotate_member(keys, member) if member else None,
        reminder=replace(reminder, owner=keys.new_token(reminder.owner, Purpose.SAFETY) or b"") if reminder else None,
    )


def _rotate_subscription(keys: KeyChange, packed: bytes) -> bytes:
    if not packed:
        return b""
    subscription = Subscription.unpack(packed)
    return replace(subscription, pin_hash=_hash(keys, subscription.pin_hash)).pack()
