"""One USSD request: two round trips to Redis, and no effect twice however often the network repeats it."""

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.errors import BadInput, StoreAway
from gateway.model.caller import Caller
from gateway.model.care import Trust
from gateway.model.intents import OWNERS, Intent
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.change import TRIES
from gateway.store.connection import Steps
from gateway.turns.snapshot import caller_of
from menus.engine import MOST_INPUTS, Snapshot, Turned
from menus.session import Session
from menus.team import at_hand

LONGEST_INPUT = 200
"""characters of one answer that are looked at; networks take 182 at most"""
AFTER_DELETE = 60
"""seconds that a last screen is kept for the network's repeats, after everything else was deleted"""


class Ussd:
    """Turns the network's cumulative text into keys, keys into screens."""

    def __init__(self, deployment: Deployment):
        self._d = deployment
        self._times = deployment.settings.times

    def turn(self, call_id: str, number: Number, text: str) -> tuple[str, set[str]]:
        """The reply, beginning `CON ` or `END `, and the lanes to ring. Raises StoreAway."""
        return self._d.store.connection.follow(self.steps(call_id, number, text), again=True)

    def steps(self, call_id: str, number: Number, text: str) -> Steps[tuple[str, set[str]]]:
        """As `turn`: read, decide, commit; again from the start where somebody else's commit came between."""
        for _ in range(TRIES):
            turn = yield from self._d.store.reading(number)
            if turn.staff and (before := self._session(turn)):
                yield from self._d.store.counting(turn, at_hand(before, turn.world))
            reply, writes = self._decide(turn, call_id, text)
            if not writes or (yield from self._d.store.committing(turn.change)):
                return reply, turn.change.bells
        raise StoreAway("two copies of one request kept crossing")

    def _decide(self, turn: Turn, call_id: str, text: str) -> tuple[str, bool]:
        """The reply, and whether there is anything to commit: a repeat has its answer already."""
        call = turn.vault.digest(call_id.encode())
        before = self._session(turn)
        snapshot = self._snapshot(turn)
        if before and before.previous == call:
            _ = self._d.languages.get(before.lang).translator
            return "END " + _("Your call was cut off."), False
        if before is None or before.call != call:
            session, intents = self._opened(call, text, before, turn, snapshot)
        else:
            keys_typed = new_keys(before, text, turn)
            if keys_typed is None:
                return before.reply, False
            session, intents = self._d.engine.turn(before, keys_typed, snapshot)
        session = replace(session, heard=turn.vault.digest(text.encode()), length=len(text), at=turn.now)
        return self._fill(turn, session, intents), True

    def _session(self, turn: Turn) -> Session | None:
        try:
            return Session.unpack(turn.vault.open(turn.session, "session")) if turn.session else None
        except (BadInput, ValueError):  # an older release's, or of a key that was rotated away
            return None

    def _opened(self, call: bytes, text: str, before: Session | None, turn: Turn, snapshot: Snapshot) -> Turned:
        recent = before if before and turn.now - before.at <= self._times.resume else None
        fresh = Session(call=call, previous=before.call if before else b"")
        session, intents = self._d.engine.open(fresh, recent, snapshot)
        typed = [k for k in text.split("*") if k] if len(text) < MOST_INPUTS * 20 else []
        if typed and len(typed) <= MOST_INPUTS:
            session, more = self._d.engine.turn(session, typed, snapshot)
            intents = (*intents, *more)
        return session, intents

    def _snapshot(self, turn: Turn) -> Snapshot:
        whole = caller_of(turn, "")

        def snapshot(session: Session) -> Caller:
            empty = "empty" in session.proof
            behind_pin = bool(turn.own_pin)
            return replace(
                whole, lang=session.lang, proven="staff" in session.proof,
                opened=empty or "own" in session.proof or not behind_pin, empty=empty,
                feigned=empty and "own" in session.proof,
                subscription=None if empty else turn.subscription, visits=() if empty else whole.visits,
                own_reports=frozenset() if empty else whole.own_reports, care=None if empty else turn.care,
                trust=Trust() if empty else turn.trust, member=None if empty else whole.member,
                outing=None if empty else whole.outing,
            )  # fmt: skip

        return snapshot

    def _fill(self, turn: Turn, session: Session, intents: tuple[Intent, ...]) -> str:
        """Put session and intents into the turn's change; returns the reply."""
        key = keys.session(turn.tags.session)
        turn.change.expect(key, turn.session)
        keep = self._times.session
        if "empty" in session.proof:
            intents = tuple(intent for intent in intents if not isinstance(intent, OWNERS))
        if turn.greeted() or intents:
            writer = self._d.store.write(turn, intents, session.lang)
            if writer.drop_session:
                kept = ("call", "previous", "heard", "length", "at", "reply", "ended")
                session, keep = Session(**{name: getattr(session, name) for name in kept}), AFTER_DELETE
        turn.change.write("SET", key, turn.vault.seal(session.pack(), "session"), "EX", keep)
        return session.reply


def new_keys(session: Session, text: str, turn: Turn) -> list[str] | None:
    """What was typed since the last request; None for a repeat of it, or of an earlier one.

    The network joins all inputs with `*` and escapes nothing, so whatever follows the known part is one answer,
    stars and all.
    """
    if session.ended or len(text) < session.length:
        return None
    if turn.vault.digest(text[: session.length].encode()) != session.heard:
        return [text.rpartition("*")[2][:LONGEST_INPUT]]
    if len(text) == session.length:
        return None
    return [text[session.length :].removeprefix("*")[:LONGEST_INPUT]]
