"""Reads the records of a turn in one round trip; for staff it makes a second one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from gateway.crypto.client_hashes import ClientHasher
from gateway.crypto.secrets import Tags, phone_tags
from gateway.crypto.vault import Purpose, Vault
from gateway.model.referral import Referral
from gateway.model.staff import Role, Staff
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.store import audience, keys, open_sos
from gateway.store.commands import Commands
from gateway.store.connection import Connection
from gateway.store.record_io import open_if_readable, open_record
from gateway.store.records import turn_records
from gateway.store.records.callers import SOS
from gateway.store.records.kind import RecordKind
from gateway.store.records.subscribers import REFERRALS
from gateway.store.transaction import Transaction
from gateway.store.turn import Turn
from gateway.store.turn_record import TurnRecord
from gateway.store.world_cache import WorldCache, WorldSnapshot


class ReadReply(NamedTuple):
    """What `lua/read_turn.lua` returns before the versions of the tables."""

    now: bytes
    microseconds: bytes
    open_sos_count: int
    open_referral_count: int
    referrals: Sequence[bytes]
    """Hashed code and stored form, repeated."""
    subscription: bytes | None
    records: dict[str, bytes | None]
    """Stored forms by the name of their kind."""
    session: bytes | None
    paused: bytes | None
    question_score: bytes | None
    recent_sos_count: bytes | None
    false_alarm_count: bytes | None
    lately_raised_sos: bytes | None
    seen: bytes | None

    @classmethod
    def from_script(cls, kinds: Sequence[RecordKind], reply: Sequence[Any]) -> tuple["ReadReply", list[bytes | None]]:
        """Return the reply, and the versions of the tables. `kinds` are those that were read, in their order."""
        now, microseconds, open_sos, open_referrals, referrals, subscription, *rest = reply
        records = {kind.name: stored for kind, stored in zip(kinds, rest, strict=False)}
        fixed = rest[len(kinds) : len(kinds) + len(cls._fields) - 7]
        return cls(now, microseconds, open_sos, open_referrals, referrals, subscription, records, *fixed), rest[
            len(kinds) + len(fixed) :
        ]


class TurnReader:
    def __init__(self, connection: Connection, vault: Vault, world_cache: WorldCache, client_hasher: ClientHasher):
        self._connection, self._vault = connection, vault
        self._world_cache, self._client_hasher = world_cache, client_hasher
        self._open_sos = open_sos.OpenSosList(vault)
        self._kinds = turn_records()
        self._labels = tuple(dict.fromkeys((*Tags._fields, *(kind.tag_label for kind in self._kinds))))

    def read_turn(self, number: Number, text_id: str) -> Commands[Turn]:
        """Read the turn of this phone. `text_id` identifies an inbound text or missed call, which is a claim.

        By it a repetition is detected.
        """
        token = self._vault.token(number, Purpose.SUBSCRIBER)
        tags_by_label = phone_tags(self._vault, number, self._labels)
        tags = Tags(*(tags_by_label[label] for label in Tags._fields))
        sos_tag = tags_by_label[SOS.tag_label]
        places = [kind.place(tags_by_label[kind.tag_label]) for kind in self._kinds]
        wanted = [
            keys.OPEN_SOS,
            keys.OPEN_REFERRALS,
            keys.own_referrals(tags.own_referrals),
            keys.subscription_bucket(token),
            *(key for key, _field in places),
            keys.session(tags.session),
            keys.report_pause(tags.report_pause),
            keys.question_score(tags.loop),
            keys.recent_sos(sos_tag),
            keys.false_alarms(sos_tag),
            keys.SOS_FLOOD,
            keys.inbound_seen(text_id),
        ]
        fields = [token, *(field for _key, field in places if field)]
        named = [REFERRALS.key(""), len(fields), *fields, *self._world_cache.version_keys]
        [answer] = yield [self._connection.script_command("read_turn", wanted, named)]
        reply, versions = ReadReply.from_script(self._kinds, answer)
        snapshot = yield from self._world_cache.refresh(versions)
        turn = self._build_turn(number, token, tags, tags_by_label, reply, snapshot)
        turn.is_claim = bool(text_id)
        if turn.staff:
            yield from self._add_staff_records(turn, turn.staff)
        return turn

    def _build_turn(
        self,
        number: Number,
        token: bytes,
        tags: Tags,
        tags_by_label: dict[str, bytes],
        reply: ReadReply,
        snapshot: WorldSnapshot,
    ) -> Turn:
        vault, roster, members = self._vault, snapshot.world.roster, snapshot.world.members
        referrals = self._own_referrals(number, reply.referrals)
        return Turn(
            vault=vault,
            world=snapshot.world,
            number=number,
            now=int(reply.now),
            token=token,
            tags=tags,
            raw_session=reply.session,
            raw_subscription=reply.subscription,
            subscription=Subscription.unpack(reply.subscription) if reply.subscription else None,
            staff=roster.by_token.get(vault.token(number, Purpose.STAFF)) if roster.by_token else None,
            raw_referrals={code: stored for code, (stored, _referral) in referrals.items()},
            referrals={code: referral for code, (_stored, referral) in referrals.items()},
            report_pause=reply.paused,
            question_score=int(reply.question_score or 0),
            recent_sos_count=int(reply.recent_sos_count or 0),
            false_alarm_count=int(reply.false_alarm_count or 0),
            open_sos_count=int(reply.open_sos_count),
            open_referral_count=int(reply.open_referral_count),
            lately_raised_sos=int(reply.lately_raised_sos or 0),
            transaction=Transaction(snapshot.sealed_records, int(reply.microseconds) / 1_000_000),
            records=self._open_records(tags_by_label, reply.records),
            client_hasher=self._client_hasher,
            member=members.get(vault.token(number, Purpose.MEMBER)) if members else None,
            is_duplicate=reply.seen is not None,
        )

    def _open_records(
        self, tags_by_label: dict[str, bytes], stored: dict[str, bytes | None]
    ) -> dict[str, TurnRecord[Any]]:
        """Return the records by name of their kind. Raises BadInput for a record that was not sealed for its place."""
        return {
            kind.name: TurnRecord(kind, raw, open_record(kind, self._vault, tags_by_label[kind.tag_label], raw))
            for kind in self._kinds
            for raw in [stored[kind.name]]
        }

    def _own_referrals(self, number: Number, stored: Sequence[bytes]) -> dict[str, tuple[bytes, Referral]]:
        """Return the caller's referrals by code. The code of an expired referral may belong to another caller."""
        if not stored:
            return {}
        token = self._vault.token(number, Purpose.REFERRAL)
        opened = self._open_referrals(stored[::2], stored[1::2])
        return {code: found for code, found in opened.items() if found[1].caller_token == token}

    def _add_staff_records(self, turn: Turn, staff: Staff) -> Commands[None]:
        """Add the subscribers of each area; for a clinic its referrals, for other staff the open SOS."""
        counts, codes, listed_sos = yield [
            ("HGETALL", keys.SUBSCRIBERS_BY_AREA),
            ("SMEMBERS", keys.clinic_referrals(self._vault, staff.clinic)),
            open_sos.listing_command(),
        ]
        turn.subscribers = audience.parse_counts(counts)
        if Role.CLINIC in staff.roles:
            yield from self._add_clinic_referrals(turn, staff, sorted(codes))
        if staff.roles != {Role.CLINIC}:
            yield from open_sos.add_sos_with_tags(turn, self._vault, self._open_sos.first_tags(listed_sos))

    def _add_clinic_referrals(self, turn: Turn, staff: Staff, codes: Sequence[bytes]) -> Commands[None]:
        if codes:
            [stored] = yield [("MGET", *map(REFERRALS.key, codes))]
            opened = self._open_referrals(codes, stored)
            for code, (sealed, referral) in opened.items():
                if referral.clinic == staff.clinic:
                    turn.raw_referrals[code], turn.clinic_referrals[code] = sealed, referral

    def _open_referrals(
        self, hashed_codes: Sequence[bytes], stored: Sequence[bytes | None]
    ) -> dict[str, tuple[bytes, Referral]]:
        found = ((code, raw) for code, raw in zip(hashed_codes, stored, strict=True) if raw)
        opened = ((raw, open_if_readable(REFERRALS, self._vault, REFERRALS.key(code), raw)) for code, raw in found)
        return {referral.code: (raw, referral) for raw, referral in opened if referral}
