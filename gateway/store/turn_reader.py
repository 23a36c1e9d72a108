"""What a turn needs, read in one round trip; a second one for staff."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from gateway.crypto.client_hashes import ClientHasher
from gateway.crypto.secrets import Tags, contact_tag, derive_tags, lookup_tag, safety_tag
from gateway.crypto.vault import Purpose, Vault
from gateway.model.client_report import LookupUsage
from gateway.model.referral import Referral
from gateway.model.staff import Role, Staff
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.store import audience, keys
from gateway.store.connection import Commands, Connection
from gateway.store.transaction import Transaction
from gateway.store.turn import Turn, unpack_contact_requests, unpack_safe_call, unpack_safety_profile, unpack_sos
from gateway.store.world_cache import WorldCache, WorldSnapshot

_decode_referral = msgspec.msgpack.Decoder(Referral).decode
_decode_lookup_usage = msgspec.msgpack.Decoder(LookupUsage).decode


class ReadReply(NamedTuple):
    """What `lua/read.lua` answers, before the versions of the shelves."""

    now: bytes
    subscription: bytes | None
    referrals: Sequence[bytes]
    safe_call: bytes | None
    session: bytes | None
    paused: bytes | None
    loop_score: bytes | None
    safety_profile: bytes | None
    sos: bytes | None
    contact_requests: bytes | None
    lookup_usage: bytes | None
    recent_sos_count: bytes | None
    false_alarm_count: bytes | None
    seen: bytes | None


class TurnReader:
    def __init__(self, connection: Connection, vault: Vault, world_cache: WorldCache, client_hasher: ClientHasher):
        self._connection, self._vault, self._world_cache, self._client_hasher = (
            connection,
            vault,
            world_cache,
            client_hasher,
        )

    def read_turn(self, number: Number, text_id: str) -> Commands[Turn]:
        """`text_id`: of an inbound text, which is told from a repetition by it."""
        token, tags = self._vault.token(number, Purpose.SUBSCRIBER), derive_tags(self._vault, number)
        cared = safety_tag(self._vault, number)
        wanted = [
            keys.subscription_bucket(token),
            keys.own_referrals(tags.own_referrals),
            keys.safe_calls(cared),
            keys.session(tags.session),
            keys.report_pause(tags.report_pause),
            keys.loop_score(tags.loop),
            keys.safety_profile(cared),
            keys.sos(cared),
            keys.contact_requests(contact_tag(self._vault, number)),
            keys.lookup_usage(lookup_tag(self._vault, number)),
            keys.recent_sos(cared),
            keys.false_alarms(cared),
            f"seen:{text_id}",
        ]
        [answer] = yield [
            self._connection.script_command("read_turn", [*wanted, *self._world_cache.version_keys], [token, cared])
        ]  # fmt: skip
        found, versions = ReadReply(*answer[: len(ReadReply._fields)]), answer[len(ReadReply._fields) :]
        moment = yield from self._world_cache.refresh(versions)
        turn = self._build_turn(number, token, tags, found, moment)
        if turn.staff:
            yield from self._add_staff_records(turn, turn.staff)
        return turn

    def _build_turn(self, number: Number, token: bytes, tags: Tags, reply: ReadReply, snapshot: WorldSnapshot) -> Turn:
        vault, roster, enrolled = self._vault, snapshot.world.roster, snapshot.world.members
        visits = self._open_referrals(reply.referrals)
        if visits:  # a code that ran out may be somebody else's by now
            mine = vault.token(number, Purpose.REFERRAL)
            visits = {code: visit for code, visit in visits.items() if visit[1].caller_token == mine}
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
            raw_referrals={code: visit[0] for code, visit in visits.items()},
            referrals={code: visit[1] for code, visit in visits.items()},
            report_paused=reply.paused is not None,
            loop_score=int(reply.loop_score or 0),
            recent_sos_count=int(reply.recent_sos_count or 0),
            false_alarm_count=int(reply.false_alarm_count or 0),
            transaction=Transaction(snapshot.sealed_records),
            client_hasher=self._client_hasher,
            lookup_usage=_decode_lookup_usage(reply.lookup_usage) if reply.lookup_usage else LookupUsage(),
            member=enrolled.get(vault.token(number, Purpose.MEMBER)) if enrolled else None,
            raw_safety_profile=reply.safety_profile,
            safety_profile=unpack_safety_profile(vault, reply.safety_profile),
            raw_contact_requests=reply.contact_requests,
            contact_requests=unpack_contact_requests(vault, reply.contact_requests),
            raw_sos=reply.sos,
            sos=unpack_sos(vault, reply.sos),
            raw_safe_call=reply.safe_call,
            safe_call=unpack_safe_call(vault, reply.safe_call),
            is_duplicate=reply.seen is not None,
        )

    def _add_staff_records(self, turn: Turn, staff: Staff) -> Commands[None]:
        """How many each area has; to a clinic, its visitors; to all others, who calls for help."""
        members, codes, calls = yield [
            ("HGETALL", "members"),
            ("SMEMBERS", keys.clinic_referrals(staff.clinic)),
            ("HGETALL", keys.SOS_TAGS_BY_CODE),
        ]
        turn.subscribers = audience.parse_counts(members)
        if Role.CLINIC in staff.roles:
            yield from self._add_clinic_referrals(turn, staff, sorted(codes))
        if calls and staff.roles != {Role.CLINIC}:
            yield from self._add_sos(turn, list(calls.values())[: keys.MAX_LISTED_SOS])

    def _add_clinic_referrals(self, turn: Turn, staff: Staff, codes: Sequence[bytes]) -> Commands[None]:
        if codes:
            [raw] = yield [("MGET", *(keys.referral(code.decode()) for code in codes))]
            opened = self._open_referrals([sealed for sealed in raw if sealed])
            for code, (sealed, visit) in opened.items():
                if visit.clinic == staff.clinic:
                    turn.raw_referrals[code], turn.clinic_referrals[code] = sealed, visit

    def _add_sos(self, turn: Turn, tags: Sequence[bytes]) -> Commands[None]:
        [sealed] = yield [("MGET", *map(keys.sos, tags))]
        found = ((tag, raw, unpack_sos(self._vault, raw)) for tag, raw in zip(tags, sealed, strict=True) if raw)
        turn.sos_by_code = {sos.code: (tag, raw, sos) for tag, raw, sos in found if sos}

    def _open_referrals(self, sealed: Sequence[bytes]) -> dict[str, tuple[bytes, Referral]]:
        opened = ((raw, _decode_referral(self._vault.open(raw, "ref"))) for raw in sealed)
        return {referral.code: (raw, referral) for raw, referral in opened}
