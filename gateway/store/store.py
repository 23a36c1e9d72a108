"""The store: one object a process, shared by its threads."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gateway.errors import StoreAway
from gateway.model.caller import House, Topic, World
from gateway.model.intents import Intent
from gateway.model.message import Message
from gateway.model.referral import Referral
from gateway.model.staff import Role
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import keys, writes_cases, writes_people, writes_staff, writes_visits
from gateway.store.change import TRIES, Change
from gateway.store.connection import Connection
from gateway.store.due import Due
from gateway.store.recipients import Recipients
from gateway.store.shelves import Moment, Shelves
from gateway.store.turn import Turn, queue_message, tags_of
from gateway.store.writer import Writer, write_referral
from gateway.vault import Purpose, Vault

INTENTS = (writes_people, writes_cases, writes_visits, writes_staff)
"""the modules that know what each intent writes; importing them registers it"""

NOBODY = 10**6
"""no phone has this number"""
_referral = msgspec.msgpack.Decoder(Referral).decode
_message = msgspec.msgpack.Decoder(Message).decode


class Store:
    """Reads turns, commits changes. Raises StoreAway when Redis does not answer in time."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        settings: Settings,
        house: House,
        topics: Callable[[str], tuple[Topic, ...]],
    ):
        self.connection = connection
        self.vault = vault
        self.settings = settings
        self.shelves = Shelves(connection, vault, house, topics)
        self.due = Due(connection, settings.times.lease)
        self.recipients = Recipients(connection)

    def read(self, number: Number, text_id: str = "") -> Turn:
        """Everything a turn of this phone needs, in one round trip (a second one for staff)."""
        vault = self.vault
        token, tags = vault.token(number, Purpose.SUBSCRIBER), tags_of(vault, number)
        wanted = [
            keys.bucket(token),
            keys.mine(tags.mine),
            keys.session(tags.session),
            keys.pause(tags.pause),
            keys.loop(tags.loop),
            f"seen:{text_id}",
            *self.shelves.version_keys,
        ]
        now, raw, sealed, kept, paused, looped, seen, *versions = self.connection.run("read", wanted, [token])
        moment = self.shelves.refresh(versions)
        visits = self._opened(sealed)
        roster = moment.world.roster
        turn = Turn(
            vault=vault,
            world=moment.world,
            number=number,
            now=int(now),
            token=token,
            tags=tags,
            session=kept,
            raw_subscription=raw,
            subscription=Subscription.unpack(raw) if raw else None,
            staff=roster.phones.get(vault.token(number, Purpose.STAFF)) if roster.phones else None,
            raw_visits={code: visit[0] for code, visit in visits.items()},
            visits={code: visit[1] for code, visit in visits.items()},
            paused=paused is not None,
            looped=int(looped or 0),
            change=Change(moment.seen),
            seen=seen is not None,
        )
        if turn.staff:
            self._read_for_staff(turn)
        return turn

    def terminal(self) -> Turn:
        """A turn of nobody's phone, for decisions taken at a terminal."""
        turn = self.read(Number.from_int(NOBODY))
        turn.members = self.members()
        return turn

    def _opened(self, sealed: Sequence[bytes]) -> dict[str, tuple[bytes, Referral]]:
        opened = ((raw, _referral(self.vault.open(raw, "ref"))) for raw in sealed)
        return {referral.code: (raw, referral) for raw, referral in opened}

    def _read_for_staff(self, turn: Turn) -> None:
        """How many each area has; and to a clinic, its visitors."""
        turn.members = self.members()
        if turn.staff and turn.staff.role is Role.CLINIC:
            codes = sorted(c.decode() for c in self.connection.call("SMEMBERS", keys.visitors(turn.staff.clinic)))
            raw = self.connection.call("MGET", *map(keys.referral, codes)) if codes else []
            for code, (sealed, visit) in self._opened([r for r in raw if r]).items():
                turn.raw_visits[code], turn.visits[code] = sealed, visit

    def members(self) -> dict[str, int]:
        """How many opted in to each area."""
        return {area.decode(): int(n) for area, n in self.connection.hgetall("members").items()}

    def write(self, turn: Turn, intents: tuple[Intent, ...], lang: str) -> Writer:
        """Put what the intents write into the turn's change; nothing is sent to Redis yet."""
        writer = Writer(turn, self.shelves, self.settings, lang)
        writer.write(intents)
        return writer

    def commit(self, change: Change) -> bool:
        """True when everything was written; False when something it rests on had moved, and nothing was."""
        return int(self.connection.run("commit", (), change.words())) == 0

    def world(self) -> World:
        """The world as of now, for processes that are not in a turn."""
        return self._moment().world

    def _moment(self) -> Moment:
        return self.shelves.refresh(list(self.connection.call("MGET", *self.shelves.version_keys)))

    def now(self) -> float:
        return self.connection.now()

    def attempt(self, decide: Callable[[World, Change, int], Any], tries: int = TRIES) -> Any:
        """Read the world, let `decide` fill a change, commit; again from the start if something moved meanwhile."""
        for _ in range(tries):
            moment = self._moment()
            change = Change(moment.seen)
            result = decide(moment.world, change, int(self.now()))
            if self.commit(change):
                return result
        raise StoreAway("a record changed under every attempt to write it")

    def referral(self, code: str) -> tuple[bytes | None, Referral | None]:
        """A referral and its sealed form, which guards its next write."""
        raw = self.connection.call("GET", keys.referral(code))
        return (raw, _referral(self.vault.open(raw, "ref"))) if raw else (None, None)

    def save_referral(self, change: Change, referral: Referral, raw: bytes | None) -> None:
        write_referral(change, self.vault, referral, raw)

    def message(self, id_: str) -> Message | None:
        raw = self.connection.call("GET", id_)
        return _message(self.vault.open(raw, "msg")) if raw else None

    def queue(self, change: Change, message: Message, now: float) -> str:
        return queue_message(change, self.vault, message, now)

    def may_be_answered(self, number: Number) -> bool:
        """Did this phone write to us, or agree, and not say STOP since?"""
        return bool(self.connection.call("EXISTS", keys.window(self.vault.tag(number, "window"))))

    def subscription(self, token: bytes) -> Subscription | None:
        raw = self.connection.call("HGET", keys.bucket(token), token)
        return Subscription.unpack(raw) if raw else None

    def number(self, token: bytes, purpose: Purpose) -> Number:
        return self.vault.number(token, purpose)
