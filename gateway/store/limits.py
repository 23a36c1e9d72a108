"""Counts and pauses that limit texts, invitations and questions to one phone, and requests to the network."""

from typing import Any

from gateway.crypto.vault import Purpose, Vault
from gateway.model.alert import AskOccasion
from gateway.model.sos_evidence import FLOOD_SOS
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.records import caller_records
from gateway.store.records.callers import CONTACT_REQUESTS, DAILY_TEXTS, INVITATIONS
from gateway.store.records.kind import CallerRecord, OnLeave, RecordKind
from gateway.store.records.service import CALM_S, CLOCK, UNREST
from gateway.store.records.subscribers import DEAD_DAYS, MUTE_DAYS, MUTES, STOP_NOTICE_PAUSE_S, STOP_NOTICES
from gateway.store.records.tables import MEMBERS
from gateway.store.transaction import Transaction


class Limits:
    def __init__(self, connection: Connection, vault: Vault, settings: Settings):
        self._connection, self._vault, self._settings = connection, vault, settings

    def record_dead_day(self, number: Number, day: int, window_days: int) -> int:
        """Record that the network called this number dead on this day; return the number of such days in the window."""
        return self._record_day(DEAD_DAYS, number, day, window_days)

    def record_opt_out_day(self, number: Number, day: int) -> int:
        """Mute this number, because a network said on this day that its owner opted out; return on how many days."""
        return self._record_day(MUTES, number, day, MUTE_DAYS)

    def _record_day(self, kind: RecordKind, number: Number, day: int, window_days: int) -> int:
        """Record a day; return the days within the window, 0 for a number of which we have no record."""
        token = self._vault.token(number, Purpose.SUBSCRIBER)
        redis_keys = [
            keys.subscription_bucket(token),
            kind.key(token),
            CONTACT_REQUESTS.key(CONTACT_REQUESTS.tag(self._vault, number)),
            MEMBERS.name,
            *(kind.key(kind.tag(self._vault, number)) for kind in caller_records() if _is_deleted_on_stop(kind)),
        ]
        member = self._vault.token(number, Purpose.MEMBER)
        return int(self._connection.run_script("record_day", redis_keys, [token, day, window_days, member]))

    def is_muted(self, token: bytes) -> bool:
        """Whether a network said of this subscriber's token that its owner opted out, and nothing undid that."""
        return bool(self._connection.execute("EXISTS", keys.mute(token)))

    def reserve_daily_text_s(self, number: Number, item: bytes) -> float:
        """Count a bulk text to this phone. Return 0, or the seconds to wait where the day's limit is reached."""
        key = DAILY_TEXTS.key(DAILY_TEXTS.tag(self._vault, number))
        limits = [item, self._settings.tuning.quiet.max_per_day, DAILY_TEXTS.lifetime.seconds(self._settings.times)]
        return float(self._connection.run_script("limit_daily_texts", [key], limits)) / 1000

    def count_invitation(self, transaction: Transaction, number: Number) -> bool:
        """Count one more invitation of this phone. Return False and count nothing where it was invited too often."""
        key = INVITATIONS.key(INVITATIONS.tag(self._vault, number))
        stored = self._connection.execute("GET", key)
        if int(stored or 0) >= keys.MAX_INVITATIONS:
            return False
        transaction.require(key, stored)
        transaction.write("SET", key, int(stored or 0) + 1, "EX", INVITATIONS.lifetime.seconds(self._settings.times))
        return True

    def reserve_verifier_pause(self, transaction: Transaction, staff_id: str, occasion: AskOccasion) -> bool:
        """Record that a verifier is texted; return False where a text was sent within `times.ask_pause`."""
        key = keys.verifier_pause(self._vault, staff_id, occasion)
        if self._connection.execute("GET", key):
            return False
        transaction.require(key, None)
        transaction.write("SET", key, 1, "EX", self._settings.times.ask_pause)
        return True

    def reserve_stop_notice(self, transaction: Transaction, staff_id: str) -> bool:
        """Record that colleagues are texted of a STOP; return False where they were within `STOP_NOTICE_PAUSE_S`."""
        key = STOP_NOTICES.key(STOP_NOTICES.hashed(self._vault, staff_id))
        if self._connection.execute("GET", key):
            return False
        transaction.require(key, None)
        transaction.write("SET", key, 1, "EX", STOP_NOTICE_PAUSE_S)
        return True

    def sos_flood_level(self) -> float:
        """Return how many SOS were raised within ten minutes, as a share of the number that is a flood.

        From 1 on there are more than a raid brings, so that most of them are forged.
        """
        return int(self._connection.execute("GET", keys.SOS_FLOOD) or 0) / (FLOOD_SOS + 1)

    def is_sos_flood(self) -> bool:
        return self.sos_flood_level() >= 1

    def record_unrest(self, cause: str) -> None:
        """Record that the cause of an alarm was near its threshold now."""
        self._connection.execute("SET", UNREST.key(cause), 1, "EX", CALM_S)

    def had_unrest(self, cause: str) -> bool:
        """Whether the cause of an alarm was near its threshold within `CALM_S`."""
        return bool(self._connection.execute("EXISTS", UNREST.key(cause)))

    def read_unannounced_sos(self, staff_id: str) -> bytes | None:
        """Return how many SOS the next text to a responder is about, as stored."""
        field = keys.unannounced_sos_field(self._vault, staff_id)
        found: bytes | None = self._connection.execute("HGET", keys.UNANNOUNCED_SOS, field)
        return found

    def reserve_balance_request(self, pause_s: int) -> bool:
        """Whether no process requested the balance within `pause_s`. If True, this process must request it now."""
        return bool(self._connection.execute("SET", CLOCK.key("asked"), 1, "NX", "EX", pause_s))


def _is_deleted_on_stop(kind: CallerRecord[Any]) -> bool:
    return kind.on_stop is OnLeave.DELETED and not kind.is_bucketed
