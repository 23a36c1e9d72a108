"""Loads a backup into an empty Redis. A person who left since stays forgotten; nothing that was queued is sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.actions.clients import NEWS_TOMBSTONE, filter_restored_entry, has_left
from gateway.crypto.secrets import contact_tag, derive_tags, safety_tag
from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model.alert import Alert, AlertState
from gateway.model.client_report import DAY_S, ClientEntry, Member
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.message import Lane
from gateway.model.referral import Referral
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.model.task import Task
from gateway.numbers import Number
from gateway.store import access_state, backup, keys, schema
from gateway.store import tombstones as store_tombstones
from gateway.store.connection import Command
from gateway.store.store import Store

MAX_BACKUP_AGE_S = 7 * 86400
"""seconds; tombstones live a day longer"""


def restore(
    store: Store, path: Path, tombstones: Iterable[store_tombstones.Tombstone], on_progress: Callable[[int], None]
) -> int:
    """Load a backup and return how many subscribers it restored. After an interruption it may be run again.

    `tombstones` come from the data folder, for those in Redis were lost with it. `on_progress` is called with the
    number of frames done since its last call. Raises BadInput, before anything is written, for a Redis that holds
    records, and for a backup that is too old, cut off, or of another keyring or layout.
    """
    connection, now = store.connection, int(store.now())
    word = access_state.read_state(connection)
    if word not in ("", connection.key_id, access_state.RESTORING):
        raise BadInput(f"nothing was restored: {access_state.describe_state(word)}")
    if schema.holds_records(connection) and word != access_state.RESTORING:
        raise BadInput("Redis is not empty: a backup does not overwrite what is there; stop all processes and empty it")
    at = _check_backup(store, path, now)
    connection.batch([("MULTI",), ("FLUSHALL", "ASYNC"), ("SET", access_state.KEY, access_state.RESTORING), ("EXEC",)])
    known = set(tombstones)
    tidings = BackupLoader(store, now, {mark for mark, when in known if when >= at})
    for kind, content in backup.read(path, store.vault):
        tidings.load_frame(kind, content)
        on_progress(1)
    tidings.finish(known)
    connection.batch([("SET", schema.KEY, schema.CURRENT_LAYOUT), ("SET", backup.KEY, at)])
    access_state.open_access(connection, store.vault.key_id)
    return tidings.people_count


def _check_backup(store: Store, path: Path, now: int) -> int:
    """Return when the backup was made (Unix seconds). Every frame is read, so a file that is cut off is refused."""
    frames = backup.read(path, store.vault)
    _begin, about = next(frames)
    for _frame in frames:
        pass
    if about["schema"] != schema.CURRENT_LAYOUT:
        raise BadInput(
            f"the backup is of layout {about['schema']}, this release is {schema.CURRENT_LAYOUT}: install that release"
        )
    if now - about["at"] > MAX_BACKUP_AGE_S:
        raise BadInput("the backup is older than 7 days: who left before that could not be told any more")
    return int(about["at"])


class BackupLoader:
    """Writes the records of a backup, frame by frame."""

    def __init__(self, store: Store, now: int, tombstones: set[bytes]):
        self._store, self._vault, self._now, self._tombstones = store, store.vault, now, tombstones
        self._counts: dict[str, int] = {}
        self._contact_requests: dict[bytes, ContactRequests] = {}
        self.people_count = 0

    def load_frame(self, kind: str, content: Any) -> None:
        writes: dict[str, Callable[[Any], Iterable[Command]]] = {
            "people": self._restore_subscribers,
            "shelf": self._restore_table,
            "visits": self._restore_referrals,
            "care": self._restore_safety_profiles,
            "rated": self._restore_ratings,
        }
        if kind in writes:
            self._store.connection.batch(list(writes[kind](content)))

    def finish(self, tombstones: Iterable[store_tombstones.Tombstone]) -> None:
        """Write what follows from all frames: counts, tombstones, and versions that make processes read all tables."""
        versions = [("SET", f"ver:{name}", self._now) for name in backup.TABLES]
        counts = [("HSET", "members", area, n) for area, n in self._counts.items()]
        marks = [
            ("ZADD", store_tombstones.KEY, when, mark)
            for mark, when in tombstones
            if when > self._now - keys.TOMBSTONE_TTL_S
        ]
        self._store.connection.batch([*versions, *counts, *marks])

    def _has_tombstone(self, token: bytes, area: str = "") -> bool:
        return store_tombstones.tombstone_digest(self._vault, token, area) in self._tombstones

    def _number_has_left(self, number: Number) -> bool:
        return self._has_tombstone(self._vault.token(number, Purpose.SUBSCRIBER))

    def _restore_subscribers(self, records: Sequence[tuple[bytes, bytes]]) -> Iterable[Command]:
        for token, packed in records:
            kept = self._current_subscription(token, Subscription.unpack(packed))
            if kept is None:
                continue
            self.people_count += 1
            yield "HSET", keys.subscription_bucket(token), token, kept.pack()
            for area in dict.fromkeys(kept.active_areas(self._now)):
                self._counts[area] = self._counts.get(area, 0) + 1
                yield "HSET", keys.area_subscribers(area, token), token, b""
            if kept.tonight_area:
                yield "ZADD", f"due:{Lane.BULK}", (kept.tonight_until + 1) * 1000, Task.END_TONIGHT.item(token)

    def _current_subscription(self, token: bytes, kept: Subscription) -> Subscription | None:
        """Return a subscription as it would be now. None after STOP, or where it was for one night that is over."""
        if self._has_tombstone(token):
            return None
        areas = tuple(area for area in kept.areas if not self._has_tombstone(token, area))
        if kept.tonight_area and (kept.tonight_until <= self._now or self._has_tombstone(token, kept.tonight_area)):
            if not areas:
                return None
            kept = replace(kept, tonight_area="", tonight_until=0)
        return replace(kept, areas=areas)

    def _restore_table(self, content: tuple[str, Mapping[bytes, bytes]]) -> Iterable[Command]:
        name, records = content
        shape = {"staff": self._restore_staff, "alerts": self._restore_alert}.get(name)
        if name in ("clients", "enrolled"):
            yield from self._restore_client_list(name, records)
            return
        for field, sealed in records.items():
            item = shape(sealed) if shape else sealed
            if item is not None:
                yield "HSET", name, field, item
            if item is not None and name == "words":
                forget = (self._now + self._store.settings.times.keep_history) * 1000
                yield "ZADD", f"due:{Lane.BULK}", forget, Task.DELETE_FEEDBACK.item(field)

    def _restore_staff(self, sealed: bytes) -> bytes | None:
        """Return a staff record: None if it was removed since, and not active if its phone sent STOP since."""
        person = msgspec.msgpack.decode(self._vault.open(sealed, "staff"), type=Staff)
        if self._has_tombstone(person.token):
            return None
        number = self._vault.number(person.token, Purpose.STAFF)
        if not self._number_has_left(number):
            return sealed
        return self._vault.seal(msgspec.msgpack.encode(replace(person, active=False)), "staff")

    def _restore_client_list(self, name: str, records: Mapping[bytes, bytes]) -> Iterable[Command]:
        """Yield members who did not leave since, and client reports that were not removed since."""
        for field, sealed in records.items():
            if name == "clients":
                listed = msgspec.msgpack.decode(self._vault.open(sealed, name), type=ClientEntry)
                kept = filter_restored_entry(self._vault, field, listed, self._has_tombstone, self._now // DAY_S)
                if kept.has_content:
                    yield "HSET", name, field, self._vault.seal(msgspec.msgpack.encode(kept), name)
            elif not has_left(self._vault, field, self._has_tombstone):
                member = msgspec.msgpack.decode(self._vault.open(sealed, name), type=Member)
                if self._has_tombstone(field, NEWS_TOMBSTONE):
                    sealed = self._vault.seal(msgspec.msgpack.encode(replace(member, wants_news=False)), name)
                yield "HSET", name, field, sealed
        if records:
            yield "ZADD", f"due:{Lane.BULK}", self._now * 1000, Task.EXPIRE_CLIENT_ENTRIES.item()

    def _restore_alert(self, sealed: bytes) -> bytes | None:
        """Return kind, area and hour of a warning that was sent, as of one that has ended. None for any other case."""
        case = msgspec.msgpack.decode(self._vault.open(sealed, "alerts"), type=Alert)
        if not case.was_sent or case.drill:
            return None
        ended = min(case.ended_at or case.until, self._now)
        bare = replace(
            case, state=AlertState.ENDED, ended_at=ended, venue="", text="", author="", approver="", report_count=1
        )
        forget = (ended + self._store.settings.times.keep_history) * 1000
        self._store.connection.execute("ZADD", f"due:{Lane.BULK}", forget, Task.PURGE_ALERT.item(case.number))
        return self._vault.seal(msgspec.msgpack.encode(bare), "alerts")

    def _restore_referrals(self, content: Sequence[bytes]) -> Iterable[Command]:
        for sealed in content:
            visit = msgspec.msgpack.decode(self._vault.open(sealed, "ref"), type=Referral)
            if visit.until > self._now:
                yield from self._restore_referral(visit)

    def _restore_referral(self, visit: Referral) -> Iterable[Command]:
        """Yield the writes for a referral. The caller's half is left out if the caller has left since."""
        number = self._vault.number(visit.caller_token, Purpose.REFERRAL) if visit.caller_token else None
        if number and self._number_has_left(number):
            visit, number = (
                replace(
                    visit, caller_token=b"", may_text=False, may_ask_rating=False, caller_texts=(), unread_answers=()
                ),
                None,
            )
        key, sealed = keys.referral(visit.code), self._vault.seal(msgspec.msgpack.encode(visit), "ref")
        yield "SET", key, sealed, "EXAT", visit.until
        yield "SADD", keys.clinic_referrals(visit.clinic), visit.code
        yield "EXPIREAT", keys.clinic_referrals(visit.clinic), self._now + self._store.settings.times.referral
        if number is None:
            return
        tags = derive_tags(self._vault, number)
        yield "SADD", keys.own_referrals(tags.own_referrals), visit.code
        yield "EXPIREAT", keys.own_referrals(tags.own_referrals), self._now + self._store.settings.times.referral
        if visit.may_text or visit.may_ask_rating:
            yield "SET", keys.referral_consent(tags.reply_window), 1, "EXAT", visit.until
        if visit.may_ask_rating:
            ask = max(self._now, visit.at + self._store.settings.times.follow_up)
            yield "ZADD", f"due:{Lane.BULK}", ask * 1000, Task.ASK_REFERRAL_RATING.item(visit.code)

    def _restore_safety_profiles(self, records: Sequence[bytes]) -> Iterable[Command]:
        """Yield safety profiles without people who left since. Agreements of contacts follow from the profiles."""
        seconds = self._store.settings.times.safety_profile
        for sealed in records:
            care = msgspec.msgpack.decode(self._vault.open(sealed, "care"), type=SafetyProfile)
            owner = self._vault.number(care.owner, Purpose.SAFETY)
            if self._has_tombstone(self._vault.token(owner, Purpose.SUBSCRIBER)):
                continue
            numbers = {contact.token: self._vault.number(contact.token, Purpose.CONTACT) for contact in care.contacts}
            stay = tuple(
                c for c in care.contacts
                if not self._has_tombstone(self._vault.token(numbers[c.token], Purpose.SUBSCRIBER))
                and not self._has_tombstone(care.owner + c.token)
            )  # fmt: skip
            kept = self._vault.seal(msgspec.msgpack.encode(replace(care, contacts=stay)), "care")
            yield "SET", keys.safety_profile(safety_tag(self._vault, owner)), kept, "EX", seconds
            for contact in stay:
                tag = contact_tag(self._vault, numbers[contact.token])
                trust = self._contact_requests.get(tag, ContactRequests()).with_owner(care.owner, contact.active)
                self._contact_requests[tag] = trust
                yield (
                    "SET",
                    keys.contact_requests(tag),
                    self._vault.seal(msgspec.msgpack.encode(trust), "trust"),
                    "EX",
                    seconds,
                )

    def _restore_ratings(self, content: Mapping[bytes, bytes]) -> Iterable[Command]:
        return [("HSET", "rated", field, n) for field, n in content.items()]
