"""The store: one object a process, shared by its threads."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from gateway.errors import StoreAway
from gateway.model.caller import House, Topic, World
from gateway.model.intents import Intent
from gateway.model.message import Message
from gateway.model.referral import Referral
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import (
    audience,
    keys,
    writes_cases,
    writes_clients,
    writes_outing,
    writes_people,
    writes_sos,
    writes_staff,
    writes_trust,
    writes_visits,
)
from gateway.store.change import TRIES, Change
from gateway.store.connection import Connection, Steps
from gateway.store.copies import Copies
from gateway.store.door import Door
from gateway.store.due import Due, Item
from gateway.store.marks import Marker, read_key
from gateway.store.reading import Reader
from gateway.store.recipients import Recipients
from gateway.store.rests import Rests
from gateway.store.safety import Safety
from gateway.store.shelves import Moment, Shelves
from gateway.store.spent import Spent
from gateway.store.tally import Tally
from gateway.store.turn import (
    Turn,
    queue_message,
    tags_of,
)
from gateway.store.writer import Writer, write_referral
from gateway.vault import Purpose, Vault

log = logging.getLogger("mwavuli.store")
INTENTS = (
    writes_people, writes_cases, writes_visits, writes_staff, writes_trust, writes_outing, writes_sos, writes_clients,
)  # fmt: skip
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
        connection.held = vault.name
        self.door = Door(connection, settings.data_dir)
        self.vault = vault
        self.settings = settings
        self.shelves = Shelves(vault, house, topics)
        self.marker = Marker(vault, settings.region, read_key(settings.tuning.clients.list_key))
        self._reader = Reader(connection, vault, self.shelves, self.marker)
        self.due = Due(connection, settings.times.lease)
        self.recipients = Recipients(connection)
        self.rests = Rests(connection)
        self.safety = Safety(connection, vault, settings.times)
        self.spent = Spent(connection)
        self.copies = Copies(connection.place)
        self.tally = Tally(connection)

    def read(self, number: Number, text_id: str = "") -> Turn:
        """Everything a turn of this phone needs."""
        return self.connection.follow(self.reading(number, text_id), again=True)

    def reading(self, number: Number, text_id: str = "") -> Steps[Turn]:
        """As `read`, for who asks Redis without waiting."""
        return self._reader.turn(number, text_id)

    def terminal(self) -> Turn:
        """A turn of nobody's phone, for decisions taken at a terminal."""
        turn = self.read(Number.from_int(NOBODY))
        turn.members = self.members()
        return turn

    def counting(self, turn: Turn, areas: Iterable[str]) -> Steps[None]:
        """How many a warning in each of these areas reaches; for turns of staff."""
        for area in areas:
            turn.people[area] = yield from audience.counting(turn.world.atlas.audience_areas(area), turn.members)

    def members(self) -> dict[str, int]:
        """How many opted in to each area."""
        return audience.as_counts(self.connection.hgetall("members"))

    def write(self, turn: Turn, intents: tuple[Intent, ...], lang: str) -> Writer:
        """Put what the intents write into the turn's change; nothing is sent to Redis yet."""
        writer = Writer(turn, self.shelves, self.settings, lang)
        writer.write(intents)
        return writer

    def commit(self, change: Change) -> bool:
        """True when everything was written; False when something it rests on had moved, and nothing was."""
        return self.connection.follow(self.committing(change))

    def committing(self, change: Change) -> Steps[bool]:
        """As `commit`. Raises StoreAway where somebody left and no replica has it yet; it stands on the master."""
        copying = self.copies.asks(change.leaving) if change.lasting else []
        guard, *copied = yield [self.connection.script("commit", (), change.words()), *copying]
        if int(guard):
            return False
        if not self.copies.heard(copied):
            log.warning("a change stands on the master only: no replica confirmed it in time")
            yield [("INCR", "uncopied")]
            if change.leaving:
                raise StoreAway("Redis: no replica has it yet")
        return True

    def world(self) -> World:
        """The world as of now, for processes that are not in a turn."""
        return self._moment().world

    def _moment(self) -> Moment:
        return self.connection.follow(self._looking(), again=True)

    def _looking(self) -> Steps[Moment]:
        [versions] = yield [("MGET", *self.shelves.version_keys)]
        return (yield from self.shelves.refresh(list(versions)))

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

    def conclude(self, item: Item, decide: Callable[[World, Change, int], float | None]) -> None:
        """As `attempt`, with the item finished in the same commit, or put off by the seconds that `decide` returns.

        Where the lease has passed to somebody else, nothing is written: what was decided is theirs to do.
        """
        self.conclude_all([item], lambda world, change, now, _items: [decide(world, change, now)])

    def conclude_all(
        self, items: Sequence[Item], decide: Callable[[World, Change, int, Sequence[Item]], Sequence[float | None]]
    ) -> None:
        """As `conclude`, for several in one commit; `decide` is asked about those whose lease holds."""
        for _ in range(TRIES):
            moment = self._moment()
            change, now = Change(moment.seen), self.now()
            for item, wait in zip(items, decide(moment.world, change, int(now), items), strict=True):
                self.due.finishing(change, item, wait or 0, now)
            if self.commit(change):
                return
            items = [item for item in items if self.due.held(item)]
            if not items:
                return
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
        tag = tags_of(self.vault, number).window
        return bool(self.connection.call("EXISTS", keys.window(tag), keys.agreed(tag)))

    def told(self, number: Number) -> bool:
        """Is this phone a member's who wants to hear of what is new?"""
        member = self.world().enrolled.get(self.vault.token(number, Purpose.MEMBER))
        return member is not None and member.told and not member.over(self.now())

    def subscription(self, token: bytes) -> Subscription | None:
        raw = self.connection.call("HGET", keys.bucket(token), token)
        return Subscription.unpack(raw) if raw else None

    def number(self, token: bytes, purpose: Purpose) -> Number:
        return self.vault.number(token, purpose)
