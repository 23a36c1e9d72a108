"""A backup into an empty Redis. Who left since it was made stays gone; what was on its way is not sent again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.errors import BadInput
from gateway.model.alert import Alert, State
from gateway.model.care import Care, Trust
from gateway.model.client import DAY, Listed, Member
from gateway.model.referral import Referral
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.store import backup, door, keys, left, schema
from gateway.store.connection import Words
from gateway.store.store import Store
from gateway.store.turn import care_tag, tags_of, trust_tag
from gateway.store.writes_clients import TOLD, has_left, restored
from gateway.vault import Purpose

OLDEST = 7 * 86400
"""seconds; tombstones live a day longer"""


def restore(store: Store, path: Path, tombstones: Iterable[left.Tombstone], tell: Callable[[int], None]) -> int:
    """Returns how many people are back. Raises BadInput for a Redis that holds records, and for a backup that is too
    old, cut off, or of another keyring or layout; nothing is written then. Cut off itself, it may be run again.

    `tombstones`: from the data folder, for those in Redis died with it. `tell` hears how many frames are done.
    """
    connection, now = store.connection, int(store.now())
    word = door.stands(connection)
    if word not in ("", connection.held, door.RESTORING):
        raise BadInput(f"nothing was restored: {door.said(word)}")
    if schema.holds_records(connection) and word != door.RESTORING:
        raise BadInput("Redis is not empty: a backup does not overwrite what is there; stop all processes and empty it")
    at = _checked(store, path, now)
    connection.batch([("MULTI",), ("FLUSHALL", "ASYNC"), ("SET", door.KEY, door.RESTORING), ("EXEC",)])
    known = set(tombstones)
    tidings = Tidings(store, now, {mark for mark, when in known if when >= at})
    for kind, content in backup.read(path, store.vault):
        tidings.take(kind, content)
        tell(1)
    tidings.finish(known)
    connection.batch([("SET", schema.KEY, schema.NOW), ("SET", backup.KEY, at)])
    door.reopen(connection, store.vault.name)
    return tidings.people


def _checked(store: Store, path: Path, now: int) -> int:
    """When it was made (Unix seconds); every frame is read, so that nothing is written of a file that is cut off."""
    frames = backup.read(path, store.vault)
    _begin, about = next(frames)
    for _frame in frames:
        pass
    if about["schema"] != schema.NOW:
        raise BadInput(f"the backup is of layout {about['schema']}, this release is {schema.NOW}: install that release")
    if now - about["at"] > OLDEST:
        raise BadInput("the backup is older than 7 days: who left before that could not be told any more")
    return int(about["at"])


class Tidings:
    """What a backup tells, written frame by frame."""

    def __init__(self, store: Store, now: int, gone: set[bytes]):
        self._store, self._vault, self._now, self._gone = store, store.vault, now, gone
        self._counts: dict[str, int] = {}
        self._trusts: dict[bytes, Trust] = {}
        self.people = 0

    def take(self, kind: str, content: Any) -> None:
        writes: dict[str, Callable[[Any], Iterable[Words]]] = {
            "people": self._people, "shelf": self._shelf, "visits": self._visits, "care": self._care,
            "rated": self._rated,
        }  # fmt: skip
        if kind in writes:
            self._store.connection.batch(list(writes[kind](content)))

    def finish(self, tombstones: Iterable[left.Tombstone]) -> None:
        """What follows from all of it. Processes that know an earlier state read everything again."""
        versions = [("SET", f"ver:{name}", self._now) for name in backup.SHELVES]
        counts = [("HSET", "members", area, n) for area, n in self._counts.items()]
        marks = [("ZADD", left.KEY, when, mark) for mark, when in tombstones if when > self._now - keys.LEFT]
        self._store.connection.batch([*versions, *counts, *marks])

    def _left(self, token: bytes, area: str = "") -> bool:
        return left.mark(self._vault, token, area) in self._gone

    def _has_left(self, number: Number) -> bool:
        return self._left(self._vault.token(number, Purpose.SUBSCRIBER))

    def _people(self, records: Sequence[tuple[bytes, bytes]]) -> Iterable[Words]:
        for token, packed in records:
            kept = self._now_of(token, Subscription.unpack(packed))
            if kept is None:
                continue
            self.people += 1
            yield "HSET", keys.bucket(token), token, kept.pack()
            for area in dict.fromkeys(kept.live_areas(self._now)):
                self._counts[area] = self._counts.get(area, 0) + 1
                yield "HSET", keys.membership(area, token), token, b""
            if kept.tonight:
                yield "ZADD", "due:bulk", (kept.tonight_until + 1) * 1000, b"tonight:" + token

    def _now_of(self, token: bytes, kept: Subscription) -> Subscription | None:
        """A subscription as it would be now; nothing for who left, or was only here for a night."""
        if self._left(token):
            return None
        areas = tuple(area for area in kept.areas if not self._left(token, area))
        if kept.tonight and (kept.tonight_until <= self._now or self._left(token, kept.tonight)):
            if not areas:
                return None
            kept = replace(kept, tonight="", tonight_until=0)
        return replace(kept, areas=areas)

    def _shelf(self, content: tuple[str, Mapping[bytes, bytes]]) -> Iterable[Words]:
        name, records = content
        shape = {"staff": self._person, "alerts": self._case}.get(name)
        if name in ("clients", "enrolled"):
            yield from self._circle(name, records)
            return
        for field, sealed in records.items():
            item = shape(sealed) if shape else sealed
            if item is not None:
                yield "HSET", name, field, item
            if item is not None and name == "words":
                forget = (self._now + self._store.settings.times.keep_history) * 1000
                yield "ZADD", "due:bulk", forget, b"unsay:" + field

    def _person(self, sealed: bytes) -> bytes | None:
        """Staff who were removed since stay so; who sent STOP since is silent."""
        person = msgspec.msgpack.decode(self._vault.open(sealed, "staff"), type=Staff)
        if self._left(person.token):
            return None
        number = self._vault.number(person.token, Purpose.STAFF)
        if not self._has_left(number):
            return sealed
        return self._vault.seal(msgspec.msgpack.encode(replace(person, active=False)), "staff")

    def _circle(self, name: str, records: Mapping[bytes, bytes]) -> Iterable[Words]:
        """Members who did not leave since, and what was told and not taken off since."""
        for field, sealed in records.items():
            if name == "clients":
                listed = msgspec.msgpack.decode(self._vault.open(sealed, name), type=Listed)
                kept = restored(self._vault, field, listed, self._left, self._now // DAY)
                if kept.kept:
                    yield "HSET", name, field, self._vault.seal(msgspec.msgpack.encode(kept), name)
            elif not has_left(self._vault, field, self._left):
                member = msgspec.msgpack.decode(self._vault.open(sealed, name), type=Member)
                if self._left(field, TOLD):
                    sealed = self._vault.seal(msgspec.msgpack.encode(replace(member, told=False)), name)
                yield "HSET", name, field, sealed
        if records:
            yield "ZADD", "due:bulk", self._now * 1000, "unlist"

    def _case(self, sealed: bytes) -> bytes | None:
        """Of a warning that went out, kind, area and hour are left, as of one that has ended; of others, nothing."""
        case = msgspec.msgpack.decode(self._vault.open(sealed, "alerts"), type=Alert)
        if not case.warned or case.drill:
            return None
        ended = min(case.ended or case.until, self._now)
        bare = replace(case, state=State.ENDED, ended=ended, place="", text="", author="", seconded="", raised=1)
        forget = (ended + self._store.settings.times.keep_history) * 1000
        self._store.connection.call("ZADD", "due:bulk", forget, f"forget:{case.number}")
        return self._vault.seal(msgspec.msgpack.encode(bare), "alerts")

    def _visits(self, content: Sequence[bytes]) -> Iterable[Words]:
        for sealed in content:
            visit = msgspec.msgpack.decode(self._vault.open(sealed, "ref"), type=Referral)
            if visit.until > self._now:
                yield from self._visit(visit)

    def _visit(self, visit: Referral) -> Iterable[Words]:
        """The clinic's half stays; the caller's only if she has not left since."""
        number = self._vault.number(visit.caller, Purpose.REFERRAL) if visit.caller else None
        if number and self._has_left(number):
            visit, number = replace(visit, caller=b"", may_text=False, may_ask=False, words=(), waiting=()), None
        key, sealed = keys.referral(visit.code), self._vault.seal(msgspec.msgpack.encode(visit), "ref")
        yield "SET", key, sealed, "EXAT", visit.until
        yield "SADD", keys.visitors(visit.clinic), visit.code
        yield "EXPIREAT", keys.visitors(visit.clinic), self._now + self._store.settings.times.referral
        if number is None:
            return
        tags = tags_of(self._vault, number)
        yield "SADD", keys.mine(tags.mine), visit.code
        yield "EXPIREAT", keys.mine(tags.mine), self._now + self._store.settings.times.referral
        if visit.may_text or visit.may_ask:
            yield "SET", keys.agreed(tags.window), 1, "EXAT", visit.until
        if visit.may_ask:
            ask = max(self._now, visit.at + self._store.settings.times.follow_up)
            yield "ZADD", "due:bulk", ask * 1000, f"ask:{visit.code}"

    def _care(self, records: Sequence[bytes]) -> Iterable[Words]:
        """Who left since stays gone, from others' lists too. Who agreed to what follows from the lists."""
        seconds = self._store.settings.times.care
        for sealed in records:
            care = msgspec.msgpack.decode(self._vault.open(sealed, "care"), type=Care)
            owner = self._vault.number(care.owner, Purpose.SAFETY)
            if self._left(self._vault.token(owner, Purpose.SUBSCRIBER)):
                continue
            numbers = {contact.token: self._vault.number(contact.token, Purpose.CONTACT) for contact in care.contacts}
            stay = tuple(
                c for c in care.contacts
                if not self._left(self._vault.token(numbers[c.token], Purpose.SUBSCRIBER))
                and not self._left(care.owner + c.token)
            )  # fmt: skip
            kept = self._vault.seal(msgspec.msgpack.encode(replace(care, contacts=stay)), "care")
            yield "SET", keys.care(care_tag(self._vault, owner)), kept, "EX", seconds
            for contact in stay:
                tag = trust_tag(self._vault, numbers[contact.token])
                trust = self._trusts.get(tag, Trust()).with_owner(care.owner, contact.active)
                self._trusts[tag] = trust
                yield "SET", keys.trust(tag), self._vault.seal(msgspec.msgpack.encode(trust), "trust"), "EX", seconds

    def _rated(self, content: Mapping[bytes, bytes]) -> Iterable[Words]:
        return [("HSET", "rated", field, n) for field, n in content.items()]
