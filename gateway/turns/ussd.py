"""One USSD request: two round trips to Redis, and no effect twice however often the network repeats it."""

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.errors import BadInput, StoreUnavailable
from gateway.model.caller import Caller
from gateway.model.contacts import ContactRequests
from gateway.model.intents import DROPPED_AFTER_WRONG_PIN, Intent
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.commands import Commands
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns.snapshot import caller_from_turn
from menus.engine.engine import MAX_INPUTS, BuildCaller, TurnResult
from menus.engine.session import Session
from menus.team import areas_in_view

MAX_INPUT_CHARS = 200
"""characters of one answer that are looked at; networks take 182 at most"""
KEEP_AFTER_DELETE_S = 60
"""seconds that a last screen is kept for the network's repeats, after everything else was deleted"""


class UssdHandler:
    """Turns the network's cumulative text into keys, keys into screens."""

    def __init__(self, deployment: Deployment):
        self._deployment = deployment
        self._times = deployment.settings.times

    def handle_turn(self, session_id: str, number: Number, text: str) -> tuple[str, set[str]]:
        """The reply, beginning `CON ` or `END `, and the lanes to ring. Raises StoreAway."""
        return self._deployment.store.run_commands(self.turn_commands(session_id, number, text), may_retry=True)

    def turn_commands(self, session_id: str, number: Number, text: str) -> Commands[tuple[str, set[str]]]:
        """As `turn`: read, decide, commit; again from the start where somebody else's commit came between."""
        for _ in range(MAX_ATTEMPTS):
            turn = yield from self._deployment.store.read_turn_commands(number)
            if turn.staff and (before := self._load_session(turn)):
                yield from self._deployment.store.count_reach_commands(turn, areas_in_view(before, turn.world))
            reply, writes = self._decide(turn, session_id, text)
            if not writes or (yield from self._deployment.store.commit_commands(turn.transaction)):
                return reply, turn.transaction.lanes_to_notify
        raise StoreUnavailable("two copies of one request kept crossing")

    def _decide(self, turn: Turn, session_id: str, text: str) -> tuple[str, bool]:
        """The reply, and whether there is anything to commit: a repeat has its answer already."""
        call = turn.vault.digest(session_id.encode())
        before = self._load_session(turn)
        snapshot = self._caller_builder(turn)
        if before and before.previous_id_digest == call:
            _ = self._deployment.languages.get(before.lang).translator
            return "END " + _("Your call was cut off."), False
        if before is None or before.id_digest != call:
            session, intents = self._start_session(call, text, before, turn, snapshot)
        else:
            keys_typed = new_keys(before, text, turn)
            if keys_typed is None:
                return before.reply, False
            session, intents = self._deployment.engine.press_keys(before, keys_typed, snapshot)
        session = replace(
            session, input_digest=turn.vault.digest(text.encode()), input_chars=len(text), updated_at=turn.now
        )
        return self._store_result(turn, session, intents), True

    def _load_session(self, turn: Turn) -> Session | None:
        try:
            return Session.unpack(turn.vault.open(turn.raw_session, "session")) if turn.raw_session else None
        except (BadInput, ValueError):  # an older release's, or of a key that was rotated away
            return None

    def _start_session(
        self, id_digest: bytes, text: str, previous: Session | None, turn: Turn, build_caller: BuildCaller
    ) -> TurnResult:
        recent = previous if previous and turn.now - previous.updated_at <= self._times.resume else None
        fresh = Session(id_digest=id_digest, previous_id_digest=previous.id_digest if previous else b"")
        session, intents = self._deployment.engine.start_session(fresh, recent, build_caller)
        typed = [k for k in text.split("*") if k] if len(text) < MAX_INPUTS * 20 else []
        if typed and len(typed) <= MAX_INPUTS:
            session, more = self._deployment.engine.press_keys(session, typed, build_caller)
            intents = (*intents, *more)
        return session, intents

    def _caller_builder(self, turn: Turn) -> BuildCaller:
        whole = caller_from_turn(turn, "")

        def snapshot(session: Session) -> Caller:
            empty = "empty" in session.grants
            behind_pin = bool(turn.own_pin_hash)
            return replace(
                whole,
                lang=session.lang,
                is_staff_authenticated="staff" in session.grants,
                is_unlocked=empty or "own" in session.grants or not behind_pin,
                is_decoy=empty,
                has_decoy_pin=empty and "own" in session.grants,
                subscription=None if empty else turn.subscription,
                referrals=() if empty else whole.referrals,
                own_reports=frozenset() if empty else whole.own_reports,
                safety_profile=None if empty else turn.safety_profile,
                contact_requests=ContactRequests() if empty else turn.contact_requests,
                member=None if empty else whole.member,
                safe_call=None if empty else whole.safe_call,
                records=turn.shown_records(is_decoy=empty),
            )

        return snapshot

    def _store_result(self, turn: Turn, session: Session, intents: tuple[Intent, ...]) -> str:
        """Put session and intents into the turn's change; returns the reply."""
        key = keys.session(turn.tags.session)
        turn.transaction.require(key, turn.raw_session)
        keep = self._times.session
        if "empty" in session.grants:
            intents = tuple(intent for intent in intents if not isinstance(intent, DROPPED_AFTER_WRONG_PIN))
        if turn.record_activity() or intents:
            writer = self._deployment.store.apply_intents(turn, intents, session.lang)
            if writer.drop_session:
                kept = (
                    "id_digest",
                    "previous_id_digest",
                    "input_digest",
                    "input_chars",
                    "updated_at",
                    "reply",
                    "ended",
                )
                session, keep = Session(**{name: getattr(session, name) for name in kept}), KEEP_AFTER_DELETE_S
        turn.transaction.write("SET", key, turn.vault.seal(session.pack(), "session"), "EX", keep)
        return session.reply


def new_keys(session: Session, text: str, turn: Turn) -> list[str] | None:
    """What was typed since the last request; None for a repeat of it, or of an earlier one.

    The network joins all inputs with `*` and escapes nothing, so whatever follows the known part is one answer,
    stars and all.
    """
    if session.ended or len(text) < session.input_chars:
        return None
    if turn.vault.digest(text[: session.input_chars].encode()) != session.input_digest:
        return [text.rpartition("*")[2][:MAX_INPUT_CHARS]]
    if len(text) == session.input_chars:
        return None
    return [text[session.input_chars :].removeprefix("*")[:MAX_INPUT_CHARS]]
