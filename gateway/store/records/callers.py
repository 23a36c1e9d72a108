"""Records of one phone. Each is under a tag of that phone, which only the data keys can compute."""

from collections.abc import Iterable

from gateway.crypto.vault import Purpose, Vault
from gateway.model.client_report import LookupUsage
from gateway.model.contacts import ContactRequests, ContactTask, SafetyProfile
from gateway.model.duress import DURESS_S, WRONG_PINS_WINDOW_S, DuressTask, PinAttempts, TrueAccount
from gateway.model.message import Lane
from gateway.model.safe_call import SafeCall, SafeCallTask
from gateway.model.sos import Sos
from gateway.model.sos_task import SosTask
from gateway.store.records import contents
from gateway.store.records.kind import (
    Backup,
    CallerRecord,
    Codec,
    Lifetime,
    OnLeave,
    RecordKind,
    Rotation,
    SealedKind,
    Timer,
    msgpack_codec,
)

RECENT_WINDOW_S = 1800
FALSE_ALARMS_TTL_S = 90 * 86400
LOOKUP_USAGE_TTL_S = 90 * 86400
"""Counted from the last look-up; longer than the longest wait between look-ups."""
DAILY_TEXTS_TTL_S = 86400
INVITATIONS_TTL_S = 7 * 86400
SOS_CLEANUP_MARGIN_S = 3600
"""Within this time the task of an SOS removes it from the list."""
RESTORE_MARGIN_S = 7 * 86400
"""A worker restores the account within this time, also where none ran for some days."""

SESSIONS = SealedKind[bytes](
    name="ses", pattern="{tag}", tag_label="session", has_hashed_names=True,
    holds="a USSD session, sealed", codec=Codec(bytes, bytes),
    lifetime=Lifetime("times.session", lambda times: times.session),
    rotation=Rotation.DISCARDED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
)  # fmt: skip

REPLY_WINDOWS = RecordKind(
    name="open", pattern="{tag}", tag_label="reply_window", has_hashed_names=True,
    holds="this phone wrote to us and may be answered",
    lifetime=Lifetime("times.reply; times.sos after an SOS", lambda times: max(times.reply, times.sos)),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.DELETED, on_delete=OnLeave.DELETED,
)  # fmt: skip

REFERRAL_CONSENTS = RecordKind(
    name="yes", pattern="{tag}", tag_label="reply_window", has_hashed_names=True,
    holds="this phone agreed to texts about a referral",
    lifetime=Lifetime("times.referral", lambda times: times.referral),
    rotation=Rotation.RENAMED, backup=Backup.REBUILT, on_stop=OnLeave.DELETED, on_delete=OnLeave.DELETED,
)  # fmt: skip

REPORT_PAUSES = RecordKind(
    name="pause", pattern="{tag}", tag_label="report_pause", has_hashed_names=True,
    holds="this phone made a report",
    lifetime=Lifetime("times.report_pause", lambda times: times.report_pause),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.DELETED,
)  # fmt: skip

QUESTION_SCORES = RecordKind(
    name="asking", pattern="{tag}", tag_label="loop", has_hashed_names=True,
    holds="the score of this phone's questions to us",
    lifetime=Lifetime("RECENT_WINDOW_S", lambda times: RECENT_WINDOW_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.DELETED,
)  # fmt: skip

DAILY_TEXTS = RecordKind(
    name="daily", pattern="{tag}", tag_label="daily", has_hashed_names=True,
    holds="the bulk texts of the day to this phone",
    lifetime=Lifetime("DAILY_TEXTS_TTL_S", lambda times: DAILY_TEXTS_TTL_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.DELETED, on_delete=OnLeave.DELETED,
)  # fmt: skip

OWN_REFERRALS = RecordKind(
    name="mine", pattern="{tag}", tag_label="own_referrals", has_hashed_names=True,
    holds="the hashed codes of this phone's referrals",
    lifetime=Lifetime("times.referral", lambda times: times.referral),
    rotation=Rotation.OWN, backup=Backup.REBUILT, on_stop=OnLeave.KEPT, on_delete=OnLeave.DELETED,
)  # fmt: skip

RECENT_SOS = RecordKind(
    name="often", pattern="{tag}", tag_label="sos", has_hashed_names=True,
    holds="how many SOS this phone raised lately",
    lifetime=Lifetime("RECENT_WINDOW_S", lambda times: RECENT_WINDOW_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.DELETED,
)  # fmt: skip

FALSE_ALARMS = RecordKind(
    name="rank", pattern="{tag}", tag_label="sos", has_hashed_names=True,
    holds="how many SOS of this phone were false alarms",
    lifetime=Lifetime("FALSE_ALARMS_TTL_S", lambda times: FALSE_ALARMS_TTL_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.DELETED,
)  # fmt: skip

INVITATIONS = RecordKind(
    name="invited", pattern="{tag}", tag_label="trust", has_hashed_names=True,
    holds="how often this phone was asked to be somebody's contact",
    lifetime=Lifetime("INVITATIONS_TTL_S", lambda times: INVITATIONS_TTL_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.KEPT,
)  # fmt: skip

SAFE_CALLS = CallerRecord[SafeCall](
    name="out", pattern="{first byte of the tag}, field {tag}", tag_label="out", has_hashed_names=True,
    holds="a note and the hour by which its writer is back, sealed",
    model=SafeCall, codec=Codec(SafeCall.pack, SafeCall.unpack), is_bucketed=True,
    lifetime=Lifetime("until the caller is back; a day after the contacts were notified"),
    purpose=Purpose.SAFETY, timer=Timer(Lane.ALERTS, SafeCallTask.ADVANCE_SAFE_CALL),
    tasks={SafeCallTask.ADVANCE_SAFE_CALL: (Purpose.SAFETY,), SafeCallTask.NOTIFY_SAFE_RETURN: (Purpose.SAFETY,)},
    rotation=Rotation.RESEALED, backup=Backup.OMITTED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip

SOS = CallerRecord[Sos](
    name="sos", pattern="{tag}", tag_label="sos", has_hashed_names=True,
    holds="an SOS, sealed",
    model=Sos, codec=msgpack_codec(Sos),
    lifetime=Lifetime("until it is closed; times.sos", lambda times: times.sos + SOS_CLEANUP_MARGIN_S),
    purpose=Purpose.SAFETY, owner=lambda sos: sos.owner, timer=Timer(Lane.ALERTS, SosTask.ADVANCE_SOS),
    tasks={SosTask.ADVANCE_SOS: (Purpose.SAFETY,), SosTask.NOTIFY_CONTACTS_SOS_ENDED: (Purpose.SAFETY,)},
    rotation=Rotation.RESEALED, rotate_content=contents.rotate_sos, backup=Backup.OMITTED,
    on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
)  # fmt: skip

CONTACT_REQUESTS = CallerRecord[ContactRequests](
    name="trust", pattern="{tag}", tag_label="trust", has_hashed_names=True,
    holds="the callers who asked this phone to be their contact, and in which language; sealed",
    model=ContactRequests, codec=msgpack_codec(ContactRequests), is_empty=lambda requests: not requests.owners,
    lifetime=Lifetime("times.safety_profile, 90 days more at most", lambda times: times.safety_profile + 90 * 86400),
    purpose=Purpose.CONTACT,
    tasks={
        ContactTask.ACCEPT_BY_TEXT: (Purpose.CONTACT, Purpose.SAFETY),
        ContactTask.ACCEPT_BY_USSD: (Purpose.CONTACT, Purpose.SAFETY),
        ContactTask.REMOVE_DEPARTED_CONTACT: (Purpose.CONTACT,),
    },
    rotation=Rotation.RESEALED, rotate_content=contents.rotate_contact_requests, backup=Backup.REBUILT,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip

DEPARTED_CONTACTS = CallerRecord[ContactRequests](
    name="gone", pattern="{tag}", tag_label="trust", has_hashed_names=True,
    holds="a copy of `trust` after STOP, until its owners' lists are updated; sealed",
    model=ContactRequests, codec=msgpack_codec(ContactRequests), seal_label=CONTACT_REQUESTS.name,
    is_empty=lambda requests: not requests.owners, is_read_in_turn=False,
    lifetime=Lifetime("minutes", lambda times: times.safety_profile),
    purpose=Purpose.CONTACT,
    rotation=Rotation.RESEALED, rotate_content=contents.rotate_contact_requests, backup=Backup.OMITTED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip


def _requests_of_contacts(vault: Vault, profile: SafetyProfile) -> Iterable[bytes]:
    """Return the keys of the contacts' requests, which live as long as the safety profile that lists the contacts."""
    numbers = (vault.number(contact.token, Purpose.CONTACT) for contact in profile.contacts)
    return (CONTACT_REQUESTS.key(CONTACT_REQUESTS.tag(vault, number)) for number in numbers)


SAFETY_PROFILES = CallerRecord[SafetyProfile](
    name="care", pattern="{tag}", tag_label="care", has_hashed_names=True,
    holds="a caller's codes, contacts and choices, sealed",
    model=SafetyProfile, codec=msgpack_codec(SafetyProfile), extends=_requests_of_contacts,
    lifetime=Lifetime("times.safety_profile", lambda times: times.safety_profile),
    purpose=Purpose.SAFETY, owner=lambda profile: profile.owner,
    tasks={
        ContactTask.INVITE_CONTACTS: (Purpose.SAFETY,),
        ContactTask.SEND_ARREST_MESSAGE: (Purpose.SAFETY,),
        ContactTask.DELETE_CONTACT_REQUEST: (Purpose.SAFETY, Purpose.CONTACT),
    },
    rotation=Rotation.RESEALED, rotate_content=contents.rotate_profile, backup=Backup.STORED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip

LOOKUP_USAGES = CallerRecord[LookupUsage](
    name="look", pattern="{tag}", tag_label="look", has_hashed_names=True,
    holds="how often a member looked somebody up",
    model=LookupUsage, codec=msgpack_codec(LookupUsage), is_sealed=False,
    lifetime=Lifetime("LOOKUP_USAGE_TTL_S", lambda times: LOOKUP_USAGE_TTL_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED,
    on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
)  # fmt: skip

TRUE_ACCOUNTS = CallerRecord[TrueAccount](
    name="copy", pattern="{tag}", tag_label="copy", has_hashed_names=True,
    holds="the account as it was when the second code was given, sealed",
    model=TrueAccount, codec=msgpack_codec(TrueAccount),
    lifetime=Lifetime(
        "a day, until it is restored", lambda times: DURESS_S + RESTORE_MARGIN_S,
        lambda account: account.until + RESTORE_MARGIN_S,
    ),
    purpose=Purpose.SAFETY, owner=lambda account: account.owner,
    timer=Timer(Lane.ALERTS, DuressTask.RESTORE_ACCOUNT, lambda account: account.restored_at),
    tasks=dict.fromkeys(DuressTask, (Purpose.SAFETY,)),
    rotation=Rotation.RESEALED, rotate_content=contents.rotate_true_account, backup=Backup.STORED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.KEPT,
)  # fmt: skip

PIN_ATTEMPTS = CallerRecord[PinAttempts](
    name="pins", pattern="{tag}", tag_label="pins", has_hashed_names=True,
    holds="how many wrong PINs were typed at this phone", model=PinAttempts, codec=msgpack_codec(PinAttempts),
    is_sealed=False,
    lifetime=Lifetime(
        "WRONG_PINS_WINDOW_S", lambda times: WRONG_PINS_WINDOW_S, lambda attempts: attempts.until
    ),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.KEPT,
)  # fmt: skip
