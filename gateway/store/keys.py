"""The keys that other modules use, bound to the declarations in `gateway.store.records`, and the limits on them."""

from gateway.crypto.vault import Vault
from gateway.store.records.callers import (
    CONTACT_REQUESTS,
    DAILY_TEXTS,
    DAILY_TEXTS_TTL_S as DAILY_TEXTS_TTL_S,
    DEPARTED_CONTACTS,
    FALSE_ALARMS,
    FALSE_ALARMS_TTL_S as FALSE_ALARMS_TTL_S,
    INVITATIONS,
    INVITATIONS_TTL_S as INVITATIONS_TTL_S,
    LOOKUP_USAGES,
    OWN_REFERRALS,
    QUESTION_SCORES,
    RECENT_SOS,
    RECENT_WINDOW_S as RECENT_WINDOW_S,
    REFERRAL_CONSENTS,
    REPLY_WINDOWS,
    REPORT_PAUSES,
    SAFETY_PROFILES,
    SESSIONS,
    SOS,
)
from gateway.store.records.service import DAILY_SPENDS, DUE
from gateway.store.records.subscribers import (
    AREA_SUBSCRIBERS,
    BROADCAST_PARTS,
    CLINIC_REFERRALS,
    DEAD_DAYS,
    ENDED_SOS,
    ENDED_SOS_TTL_S as ENDED_SOS_TTL_S,
    INACTIVITY_CURSORS,
    INBOUND_SEEN,
    LAST_ARRIVALS,
    OPEN_REFERRALS as _OPEN_REFERRALS,
    OPEN_SOS as _OPEN_SOS,
    REFERRALS,
    SEEN_TTL_S as SEEN_TTL_S,
    SINGLE_TEXT_TTL_S as SINGLE_TEXT_TTL_S,
    SINGLE_TEXTS,
    SOS_FLOOD as _SOS_FLOOD,
    SOS_FLOOD_TTL_S as SOS_FLOOD_TTL_S,
    SUBSCRIBER_COUNTS,
    SUBSCRIPTIONS,
    UNANNOUNCED_SOS as _UNANNOUNCED_SOS,
    VERIFIER_PAUSES,
)

QUESTION_SCORE, MAX_QUESTION_SCORE = 5, 15
"""The score of one question to us, and the score up to which questions are taken."""
MAX_RECENT_SOS = 3
"""SOS within RECENT_WINDOW_S. The texts of the next SOS are delayed by `times.cancel_window`."""
ABSENT_KEY = b"nothing"
"""A key that never exists. A commit deletes it first, because a Redis whose memory is full then accepts the commit."""
PREFIXES_PER_LISTING = 512
"""The most prefixes that one script adds to a broadcast's list."""
BUCKETS = 1 << 14
TOMBSTONE_TTL_S = 8 * 86400
"""Longer than the age of the oldest backup that may be restored."""
REPORT_BEFORE_PIN = b"1"
"""The mark, in a report pause, of a report without the own PIN, which a session before the PIN may know of."""
REWRITE_INTERVAL_S = 600
"""The append-only file is rewritten so often; that of a large store every hour (`jobs.handlers.cleanup`). Until then it
shows deleted records, and what was written together."""
MAX_INVITATIONS = 2
"""Invitations to one number within INVITATIONS_TTL_S, by all callers together."""

INACTIVITY_CURSOR, LAST_ARRIVAL_WEEK = INACTIVITY_CURSORS.name, LAST_ARRIVALS.name
OPEN_SOS, SOS_FLOOD = _OPEN_SOS.name, _SOS_FLOOD.name
UNANNOUNCED_SOS, OPEN_REFERRALS = _UNANNOUNCED_SOS.name, _OPEN_REFERRALS.name
SUBSCRIBERS_BY_AREA = SUBSCRIBER_COUNTS.name

dead_days = DEAD_DAYS.key
session = SESSIONS.key
reply_window = REPLY_WINDOWS.key
referral_consent = REFERRAL_CONSENTS.key
single_text = SINGLE_TEXTS.key
inbound_seen = INBOUND_SEEN.key
report_pause = REPORT_PAUSES.key
question_score = QUESTION_SCORES.key
daily_texts = DAILY_TEXTS.key
safety_profile = SAFETY_PROFILES.key
contact_requests = CONTACT_REQUESTS.key
lookup_usage = LOOKUP_USAGES.key
sos = SOS.key
recent_sos = RECENT_SOS.key
false_alarms = FALSE_ALARMS.key
departed_contact = DEPARTED_CONTACTS.key
invitations = INVITATIONS.key
own_referrals = OWN_REFERRALS.key
daily_spend = DAILY_SPENDS.key
due = DUE.key


def clinic_referrals(vault: Vault, clinic: str) -> bytes:
    return CLINIC_REFERRALS.key(CLINIC_REFERRALS.hashed(vault, clinic))


def referral(vault: Vault, code: str) -> bytes:
    return REFERRALS.key(REFERRALS.hashed(vault, code))


def ended_sos(vault: Vault, code: str) -> bytes:
    return ENDED_SOS.key(ENDED_SOS.hashed(vault, code))


def subscription_bucket(token: bytes) -> bytes:
    """Return the key of the hash of this subscriber: by the token's first 14 bits, as in the Lua scripts."""
    return SUBSCRIPTIONS.key(token[0] * 64 + token[1] // 4)


def area_subscribers(area: str, token: bytes) -> bytes:
    return AREA_SUBSCRIBERS.key(area, token[0])


def token_prefix(token: bytes, bits: int) -> int:
    """Return the token's first `bits` bits (0 to 16)."""
    return (token[0] << 8 | token[1]) >> (16 - bits)


def broadcast_part(vault: Vault, broadcast: str, part: str | int) -> bytes:
    """Return the key of a part of a broadcast: `todo`, `n` (counts), `again`, `tried`, or recipients by prefix."""
    return BROADCAST_PARTS.key(BROADCAST_PARTS.hashed(vault, broadcast), part)


def verifier_pause(vault: Vault, staff_id: str, occasion: str) -> bytes:
    return VERIFIER_PAUSES.key(VERIFIER_PAUSES.hashed(vault, f"{staff_id}:{occasion}"))


def unannounced_sos_field(vault: Vault, staff_id: str) -> bytes:
    """Return the field of this responder in `UNANNOUNCED_SOS`."""
    return _UNANNOUNCED_SOS.hashed(vault, staff_id)
