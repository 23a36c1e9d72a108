"""Records of subscribers, referrals, broadcasts and texts."""

import msgspec

from gateway.crypto.vault import Purpose
from gateway.model.alert import AlertTask
from gateway.model.listed_sos import ListedSos
from gateway.model.message import OutboundText
from gateway.model.referral import Referral, ReferralTask
from gateway.model.subscription import SubscriptionTask
from gateway.store.records import contents
from gateway.store.records.kind import (
    Backup,
    Codec,
    Lifetime,
    OnLeave,
    RecordKind,
    Rotation,
    SealedKind,
    msgpack_codec,
)

TOMBSTONE_ENCODER, TOMBSTONE_DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(tuple[bytes, int])
MESSAGE_GRACE_S = 3600
SEEN_TTL_S = SINGLE_TEXT_TTL_S = 86400
DAY_S = ENDED_SOS_TTL_S = 86400
MUTE_DAYS = 365
"""A second day with the same statement counts within this time. After it, texts are tried again."""
SOS_FLOOD_TTL_S = 600
STOP_NOTICE_PAUSE_S = 3600
"""Colleagues are texted at most once in this time that STOP came from one member of staff."""

SUBSCRIPTIONS = RecordKind(
    name="sub", pattern="{bucket}, field {token}", holds="packed subscriptions by token",
    purpose=Purpose.SUBSCRIBER, lifetime=Lifetime("until STOP, DELETE, or the number is dead"),
    tasks={SubscriptionTask.END_TONIGHT: (Purpose.SUBSCRIBER,)},
    hex_tasks={
        SubscriptionTask.ERASE_RECIPIENT: Purpose.SUBSCRIBER,
        AlertTask.SEND_TO_NEW_SUBSCRIBER: Purpose.SUBSCRIBER,
    },
    rotation=Rotation.OWN, backup=Backup.STORED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip
DEAD_DAYS = RecordKind(
    name="dead", pattern="{token}", holds="days on which the network called this number dead",
    purpose=Purpose.SUBSCRIBER,
    lifetime=Lifetime("forget.dead_window_days; until a text arrives", lambda t: 366 * DAY_S),
    rotation=Rotation.TOKEN, backup=Backup.OMITTED, on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip
MUTES = RecordKind(
    name="muted", pattern="{token}", holds="days on which a network said that the owner opted out; texts rest",
    purpose=Purpose.SUBSCRIBER,
    lifetime=Lifetime("MUTE_DAYS; until an answer arrives, or a yes", lambda t: (MUTE_DAYS + 1) * DAY_S),
    rotation=Rotation.TOKEN, backup=Backup.OMITTED, on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip
RECENT_MUTES = RecordKind(
    name="mutes", pattern="{hour}", holds="tokens of the phones that were muted within one hour",
    purpose=Purpose.SUBSCRIBER, lifetime=Lifetime("two hours", lambda t: 7200),
    rotation=Rotation.DISCARDED, backup=Backup.OMITTED, on_stop=OnLeave.KEPT, on_delete=OnLeave.KEPT,
)  # fmt: skip
AREA_SUBSCRIBERS = RecordKind(
    name="area", pattern="{id}:{first byte of the token}, field {token}", holds="the subscribers of an area",
    purpose=Purpose.SUBSCRIBER, lifetime=Lifetime("as the subscription"),
    rotation=Rotation.OWN, backup=Backup.REBUILT, on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip
SUBSCRIBER_COUNTS = RecordKind(
    name="members", pattern="field {area}", holds="how many subscribers an area has",
    lifetime=Lifetime("as the areas"), rotation=Rotation.UNCHANGED, backup=Backup.REBUILT,
)  # fmt: skip
LAST_ARRIVALS = RecordKind(
    name="arrived", holds="the last week in which any text is known to have arrived",
    lifetime=Lifetime("for good"), rotation=Rotation.UNCHANGED, backup=Backup.OMITTED,
)  # fmt: skip
INACTIVITY_CURSORS = RecordKind(
    name="walk", holds="how far the daily scan for inactive numbers has come",
    lifetime=Lifetime("for good"), rotation=Rotation.UNCHANGED, backup=Backup.OMITTED,
)  # fmt: skip
TOMBSTONES = SealedKind[tuple[bytes, int]](
    name="left", pattern="member {sealed}", codec=Codec(TOMBSTONE_ENCODER.encode, TOMBSTONE_DECODER.decode),
    holds="keyed digests of tokens that left, and the day, sealed, in no order; for `restore`",
    lifetime=Lifetime("TOMBSTONE_TTL_S"), rotation=Rotation.DISCARDED, backup=Backup.REBUILT,
)  # fmt: skip
TOMBSTONES_BEGIN = RecordKind(
    name="left_from", holds="since when this Redis knows who left; 0: since the first day",
    lifetime=Lifetime("for good"), rotation=Rotation.UNCHANGED, backup=Backup.REBUILT,
)  # fmt: skip

INBOUND_SEEN = RecordKind(
    name="seen", pattern="{id}", holds="an inbound text that was taken in", has_hashed_names=True,
    lifetime=Lifetime("SEEN_TTL_S", lambda t: SEEN_TTL_S),
    rotation=Rotation.RENAMED_HEX, backup=Backup.OMITTED,
)  # fmt: skip
SINGLE_TEXTS = RecordKind(
    name="one", pattern="{hash}", holds="a single text was sent under this hash", has_hashed_names=True,
    lifetime=Lifetime("SINGLE_TEXT_TTL_S", lambda t: SINGLE_TEXT_TTL_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED,
)  # fmt: skip
MESSAGES = SealedKind[OutboundText](
    name="msg", pattern="{id}", holds="a text to be sent, sealed", codec=msgpack_codec(OutboundText),
    lifetime=Lifetime(
        "until sent, or its own deadline", lambda t: 365 * DAY_S, ends_at=lambda text: text.until + MESSAGE_GRACE_S
    ),
    rotation=Rotation.RESEALED, backup=Backup.OMITTED,
)  # fmt: skip
REFERRALS = SealedKind[Referral](
    name="ref", pattern="{hash of the code}", has_hashed_names=True,
    holds="a referral, sealed", codec=msgpack_codec(Referral),
    purpose=Purpose.REFERRAL, rotate_content=contents.rotate_referral, digest_tasks=tuple(ReferralTask),
    lifetime=Lifetime("times.referral", lambda t: t.referral, ends_at=lambda referral: referral.until),
    rotation=Rotation.RESEALED, backup=Backup.STORED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip
CLINIC_REFERRALS = RecordKind(
    name="visitors", pattern="{hash of the clinic}", has_hashed_names=True,
    holds="the hashed codes of a clinic's referrals",
    lifetime=Lifetime("times.referral", lambda t: t.referral), rotation=Rotation.OWN, backup=Backup.REBUILT,
)  # fmt: skip
OPEN_REFERRALS = RecordKind(
    name="refs", pattern="member {random}", holds="the ends of referrals, to count those that are open",
    lifetime=Lifetime("times.referral", lambda t: t.referral), rotation=Rotation.UNCHANGED, backup=Backup.OMITTED,
)  # fmt: skip
RATINGS = RecordKind(
    name="rated", pattern="field {hash of clinic:answer}", has_hashed_names=True,
    holds="how many callers gave this answer; no caller",
    lifetime=Lifetime("for good"), rotation=Rotation.OWN, backup=Backup.STORED,
)  # fmt: skip
BROADCAST_PARTS = RecordKind(
    name="bc", pattern="{hash of the broadcast}:{part}", holds="a broadcast: counts, what is left to do, recipients",
    purpose=Purpose.SUBSCRIBER,
    lifetime=Lifetime("times.keep_alert after its end", lambda t: t.max_alert + t.ending + 2 * t.keep_alert),
    rotation=Rotation.OWN, backup=Backup.OMITTED, on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip
VERIFIER_PAUSES = RecordKind(
    name="asked", pattern="{hash of staff:occasion}", holds="a verifier was texted", has_hashed_names=True,
    lifetime=Lifetime("times.ask_pause", lambda t: t.ask_pause),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED,
)  # fmt: skip
STOP_NOTICES = RecordKind(
    name="told", pattern="{hash of the staff id}", has_hashed_names=True,
    holds="colleagues were texted that STOP came from this member of staff",
    lifetime=Lifetime("STOP_NOTICE_PAUSE_S", lambda t: STOP_NOTICE_PAUSE_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED,
)  # fmt: skip
OPEN_SOS = SealedKind[ListedSos](
    name="calls", pattern="member {hash of the code}{sealed}", has_hashed_names=True,
    codec=Codec(ListedSos.pack, ListedSos.unpack),
    rotate_content=contents.rotate_listed_sos,
    holds="the tags of open SOS and their places on responders' lists, sealed, in no order",
    lifetime=Lifetime("as the SOS"), rotation=Rotation.OWN, backup=Backup.OMITTED,
    on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
)  # fmt: skip
ENDED_SOS = RecordKind(
    name="ended", pattern="{hash of the code}", holds="an SOS with this code has ended", has_hashed_names=True,
    lifetime=Lifetime("ENDED_SOS_TTL_S", lambda t: ENDED_SOS_TTL_S),
    rotation=Rotation.RENAMED, backup=Backup.OMITTED,
)  # fmt: skip
SOS_FLOOD = RecordKind(
    name="flood", holds="how many SOS were raised within ten minutes",
    lifetime=Lifetime("SOS_FLOOD_TTL_S", lambda t: SOS_FLOOD_TTL_S),
    rotation=Rotation.UNCHANGED, backup=Backup.OMITTED,
)  # fmt: skip
UNANNOUNCED_SOS = RecordKind(
    name="waiting", pattern="field {hash of the staff id}", has_hashed_names=True,
    holds="how many new SOS the next text to a responder is about",
    lifetime=Lifetime("a minute"), rotation=Rotation.OWN, backup=Backup.OMITTED,
)  # fmt: skip
