"""What a turn needs, read in one round trip; a second one for staff."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from gateway.model.client import Looks
from gateway.model.referral import Referral
from gateway.model.staff import Role, Staff
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.store import audience, keys
from gateway.store.change import Change
from gateway.store.connection import Connection, Steps
from gateway.store.marks import Marker
from gateway.store.shelves import Moment, Shelves
from gateway.store.turn import (
    Tags,
    Turn,
    care_tag,
    look_tag,
    tags_of,
    trust_tag,
    unpack_care,
    unpack_outing,
    unpack_sos,
    unpack_trust,
)
from gateway.vault import Purpose, Vault

_referral = msgspec.msgpack.Decoder(Referral).decode
_looks = msgspec.msgpack.Decoder(Looks).decode


class Found(NamedTuple):
    """What `lua/read.lua` answers, before the versions of the shelves."""

    now: bytes
    subscription: bytes | None
    referrals: Sequence[bytes]
    outing: bytes | None
    session: bytes | None
    paused: bytes | None
    looped: bytes | None
    care: bytes | None
    sos: bytes | None
    trust: bytes | None
    looks: bytes | None
    called: bytes | None
    rank: bytes | None
    seen: bytes | None


class Reader:
    def __init__(self, connection: Connection, vault: Vault, shelves: Shelves, marker: Marker):
        self._connection, self._vault, self._shelves, self._marker = connection, vault, shelves, marker

    def turn(self, number: Number, text_id: str) -> Steps[Turn]:
        """`text_id`: of an inbound text, which is told from a repetition by it."""
        token, tags = self._vault.token(number, Purpose.SUBSCRIBER), tags_of(self._vault, number)
        cared = care_tag(self._vault, number)
        wanted = [
            keys.bucket(token), keys.mine(tags.mine), keys.outings(cared), keys.session(tags.session),
            keys.pause(tags.pause), keys.loop(tags.loop), keys.care(cared), keys.sos(cared),
            keys.trust(trust_tag(self._vault, number)), keys.look(look_tag(self._vault, number)), keys.often(cared),
            keys.rank(cared), f"seen:{text_id}",
        ]  # fmt: skip
        [answer] = yield [
            self._connection.script("read", [*wanted, *self._shelves.version_keys], [token, cared])
        ]  # fmt: skip
        found, versions = Found(*answer[: len(Found._fields)]), answer[len(Found._fields) :]
        moment = yield from self._shelves.refresh(versions)
        turn = self._turn(number, token, tags, found, moment)
        if turn.staff:
            yield from self._for_staff(turn, turn.staff)
        return turn

    def _turn(self, number: Number, token: bytes, tags: Tags, found: Found, moment: Moment) -> Turn:
        vault, roster, enrolled = self._vault, moment.world.roster, moment.world.enrolled
        visits = self._opened(found.referrals)
        if visits:  # a code that ran out may be somebody else's by now
            mine = vault.token(number, Purpose.REFERRAL)
            visits = {code: visit for code, visit in visits.items() if visit[1].caller == mine}
        return Turn(
            vault=vault,
            world=moment.world,
            number=number,
            now=int(found.now),
            token=token,
            tags=tags,
            session=found.session,
            raw_subscription=found.subscription,
            subscription=Subscription.unpack(found.subscription) if found.subscription else None,
            staff=roster.phones.get(vault.token(number, Purpose.STAFF)) if roster.phones else None,
            raw_referrals={code: visit[0] for code, visit in visits.items()},
            visits={code: visit[1] for code, visit in visits.items()},
            paused=found.paused is not None,
            looped=int(found.looped or 0),
            called=int(found.called or 0),
            rank=int(found.rank or 0),
            change=Change(moment.seen),
            marker=self._marker,
            looks=_looks(found.looks) if found.looks else Looks(),
            member=enrolled.get(vault.token(number, Purpose.MEMBER)) if enrolled else None,
            raw_care=found.care,
            care=unpack_care(vault, found.care),
            raw_trust=found.trust,
            trust=unpack_trust(vault, found.trust),
            raw_sos=found.sos,
            sos=unpack_sos(vault, found.sos),
            raw_outing=found.outing,
            outing=unpack_outing(vault, found.outing),
            seen=found.seen is not None,
        )

    def _for_staff(self, turn: Turn, staff: Staff) -> Steps[None]:
        """How many each area has; to a clinic, its visitors; to all others, who calls for help."""
        members, codes, calls = yield [
            ("HGETALL", "members"), ("SMEMBERS", keys.visitors(staff.clinic)), ("HGETALL", keys.CALLS),
        ]  # fmt: skip
        turn.members = audience.as_counts(members)
        if staff.role is Role.CLINIC:
            yield from self._visitors(turn, staff, sorted(codes))
        elif calls:
            yield from self._calls(turn, list(calls.values())[: keys.LISTED_CALLS])

    def _visitors(self, turn: Turn, staff: Staff, codes: Sequence[bytes]) -> Steps[None]:
        if codes:
            [raw] = yield [("MGET", *(keys.referral(code.decode()) for code in codes))]
            opened = self._opened([sealed for sealed in raw if sealed])
            for code, (sealed, visit) in opened.items():
                if visit.clinic == staff.clinic:
                    turn.raw_referrals[code], turn.visitors[code] = sealed, visit

    def _calls(self, turn: Turn, tags: Sequence[bytes]) -> Steps[None]:
        [sealed] = yield [("MGET", *map(keys.sos, tags))]
        found = ((tag, raw, unpack_sos(self._vault, raw)) for tag, raw in zip(tags, sealed, strict=True) if raw)
        turn.calls = {sos.code: (tag, raw, sos) for tag, raw, sos in found if sos}

    def _opened(self, sealed: Sequence[bytes]) -> dict[str, tuple[bytes, Referral]]:
        opened = ((raw, _referral(self._vault.open(raw, "ref"))) for raw in sealed)
        return {referral.code: (raw, referral) for raw, referral in opened}
