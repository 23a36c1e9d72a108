"""One USSD request: two round trips to Redis, and no second effect however often the network repeats it."""

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.errors import BadInput, StoreUnavailable
from gateway.model.caller import Caller
from gateway.model.intents import GiveDuressPin, Intent, RecordOwnPinAttempt, SetOwnPin
from gateway.model.intents.intent import EVERYBODY
from gateway.numbers import Number
from gateway.providers.events import UssdReply, UssdTurn
from gateway.store import Turn
from gateway.store.commands import Commands
from gateway.store.records.callers import SESSIONS
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns.before_pin import changes_in, empty_account, reports_before_pin
from gateway.turns.cries import read_cries
from gateway.turns.snapshot import caller_from_turn
from menus.engine.engine import MAX_INPUTS, BuildCaller, TurnResult
from menus.engine.session import Session
from menus.responders import sos_codes_in_view
from menus.team import areas_in_view

MAX_INPUT_CHARS = 200
"""the most characters of one input that are read; networks accept at most 182"""
KEEP_AFTER_DELETE_S = 60
"""seconds for which the last screen is stored after DELETE, for requests that the network repeats"""
OWN, TEAM = "own", "staff"
"""the grants of the PINs"""
AT_PIN_LINE = (RecordOwnPinAttempt, GiveDuressPin)
REPEAT_WINDOW_S = 2
"""seconds within which the same input is a repeat, at a network that counts neither requests nor inputs: no person
reads a screen and answers it faster"""
FINAL_PREFIX = "END "
"""the prefix of the stored screen that ends a session; other screens begin with `CON `"""


class UssdHandler:
    """Converts a network's requests into keys, and keys into screens."""

    def __init__(self, deployment: Deployment):
        self._deployment = deployment
        self._times = deployment.settings.times

    def handle_turn(self, session_id: str, number: Number, text: str) -> tuple[str, set[str]]:
        """Handle a request with cumulative text. Return `CON ` or `END ` with the screen, and the lanes to notify.

        Raises StoreUnavailable.
        """
        return self._deployment.store.run_commands(
            self._turn_commands(UssdTurn(session_id, number, text, is_cumulative=True)), may_retry=True
        )

    def turn_commands(self, event: UssdTurn) -> Commands[tuple[UssdReply, set[str]]]:
        """Take a turn, as commands to Redis. Return the screen and the lanes to notify. Raises StoreUnavailable."""
        reply, lanes = yield from self._turn_commands(event)
        return UssdReply(reply[len(FINAL_PREFIX) :], is_final=reply.startswith(FINAL_PREFIX)), lanes

    def _turn_commands(self, event: UssdTurn) -> Commands[tuple[str, set[str]]]:
        """Read, decide and commit; start again if another commit came between."""
        for _ in range(MAX_ATTEMPTS):
            turn = yield from self._deployment.store.read_turn_commands(event.number)
            if turn.staff and (before := self._load_session(turn)):
                yield from self._deployment.store.add_sos_commands(turn, sos_codes_in_view(before, event.text))
                yield from self._deployment.store.count_reach_commands(turn, areas_in_view(before, turn.world))
            reply, writes = self._decide(turn, event)
            if not writes or (yield from self._deployment.store.commit_commands(turn.transaction)):
                return reply, turn.transaction.lanes_to_notify
        raise StoreUnavailable("other commits came between every attempt at a USSD turn")

    def _decide(self, turn: Turn, event: UssdTurn) -> tuple[str, bool]:
        """Return the reply, and whether there are writes to commit. A repeat gets the stored reply."""
        id_digest = turn.vault.digest("session id", event.session_id.encode())
        before = self._load_session(turn)
        snapshot = self._caller_builder(turn)
        if before and before.previous_id_digest == id_digest:
            _ = self._deployment.languages.get(before.lang).translator
            return "END " + _("Go on where you were?"), False
        if before is None or before.id_digest != id_digest:
            session, intents = self._start_session(id_digest, inputs_at_start(event), before, turn, snapshot)
        else:
            keys_typed = new_keys(before, event, turn)
            if keys_typed is None:
                return before.reply, False
            if before.role_digest and before.role_digest != role_digest(turn):
                session, intents = self._end_changed(before), ()
            else:
                session, intents = self._deployment.engine.press_keys(before, keys_typed, snapshot)
        session = replace(
            session,
            input_digest=turn.vault.digest("input", event.text.encode()),
            input_chars=len(event.text),
            sequence=event.sequence or 0,
            updated_at=turn.now,
        )
        return self._store_result(turn, session, intents), True

    def _end_changed(self, session: Session) -> Session:
        """End a session of staff whose role was changed meanwhile: its screens offer what is no longer theirs."""
        _ = self._deployment.languages.get(session.lang).translator
        return replace(
            session, reply=FINAL_PREFIX + _("This menu has changed."), ended=True, grants=(), role_digest=b""
        )

    def _load_session(self, turn: Turn) -> Session | None:
        try:
            raw = turn.raw_session
            return Session.unpack(SESSIONS.open(turn.vault, raw, turn.session_key)) if raw else None
        except (BadInput, ValueError):  # of an older release, or sealed with a key that was rotated
            return None

    def _start_session(
        self, id_digest: bytes, text: str, previous: Session | None, turn: Turn, build_caller: BuildCaller
    ) -> TurnResult:
        recent = previous if previous and turn.now - previous.updated_at <= self._times.resume else None
        fresh = Session(id_digest=id_digest, previous_id_digest=previous.id_digest if previous else b"")
        typed = [k for k in text.split("*") if k] if len(text) < MAX_INPUTS * 20 else []
        dialled = typed if len(typed) <= MAX_INPUTS else ()
        return self._deployment.engine.start_session(fresh, recent, build_caller, dialled)

    def _caller_builder(self, turn: Turn) -> BuildCaller:
        def snapshot(session: Session) -> Caller:
            return _caller_of_session(_turn_of_session(turn, session), session)

        return snapshot

    def _store_result(self, turn: Turn, session: Session, intents: tuple[Intent, ...]) -> str:
        """Write session and intents into the turn's transaction; return the reply."""
        key = turn.session_key
        turn.transaction.require(key, turn.raw_session)
        ttl_s = self._times.session
        was_locked = _turn_of_session(turn, session).is_locked
        if was_locked and intents:
            session = replace(session, changes=self._changes_before_pin(turn, session, intents))
        if turn.record_activity() or intents:
            said = read_cries(intents, self._deployment, session.lang, turn.world.atlas)
            context = self._deployment.store.apply_intents(turn, said, session.lang)
            if any(isinstance(intent, SetOwnPin) for intent in intents) and not was_locked:
                session = replace(session, grants=(*session.grants, OWN))
            if context.drop_session:
                fields = (
                    "id_digest",
                    "previous_id_digest",
                    "input_digest",
                    "input_chars",
                    "sequence",
                    "updated_at",
                    "reply",
                    "ended",
                )
                session, ttl_s = Session(**{name: getattr(session, name) for name in fields}), KEEP_AFTER_DELETE_S
        if TEAM in session.grants and not session.role_digest:
            session = replace(session, role_digest=role_digest(turn))
        turn.transaction.write("SET", key, SESSIONS.seal(turn.vault, session.pack(), key), "EX", ttl_s)
        return session.reply

    def _changes_before_pin(self, turn: Turn, session: Session, intents: tuple[Intent, ...]) -> dict[str, bytes]:
        """Return the empty account after these intents, which change the real account only where they need no PIN."""
        view = empty_account(turn, session.changes)
        shown = tuple(intent for intent in intents if not isinstance(intent, AT_PIN_LINE) and intent.rule == EVERYBODY)
        self._deployment.store.apply_intents(view, shown, session.lang)
        return changes_in(view)


def role_digest(turn: Turn) -> bytes:
    """Return a keyed hash of what the person of a turn may do; it changes with the roles, area, clinic and PIN."""
    staff = turn.staff
    role = (staff.active, sorted(staff.roles), staff.area, staff.clinic, staff.pin_hash) if staff else ()
    return turn.vault.digest("role", repr(role).encode())


def _turn_of_session(turn: Turn, session: Session) -> Turn:
    """Return the turn with what the PINs of this session opened."""
    turn.is_behind_pin = OWN in session.grants
    return turn


def _caller_of_session(turn: Turn, session: Session) -> Caller:
    """Return the caller as this session may see it: before a PIN, a stranger."""
    view = empty_account(turn, session.changes) if turn.is_locked else turn
    caller = caller_from_turn(view, session.lang, turn)
    staff = turn.staff if TEAM in session.grants and turn.staff else None
    is_shown = staff is not None and staff.active and not staff.is_locked(turn.now)
    return replace(
        caller,
        staff=staff if is_shown else None,
        own_reports=_reports_before_pin(turn, caller) if turn.is_locked else caller.own_reports,
        **({} if is_shown else {"sos_by_code": {}, "clinic_referrals": {}, "subscribers": {}, "audience_by_area": {}}),
    )


def _reports_before_pin(turn: Turn, caller: Caller) -> frozenset[int]:
    """Return the numbers of the reports that were made just now before the PIN. A stranger may add to them."""
    made = reports_before_pin(turn)
    if not made:
        return frozenset()
    alerts = [alert for number in caller.own_reports if (alert := caller.world.alert(number))]
    return frozenset(alert.number for alert in sorted(alerts, key=lambda alert: alert.at)[-made:])


def inputs_at_start(event: UssdTurn) -> str:
    """Return the inputs dialled with the first request. Without a stored session, later inputs belong to no screen."""
    return event.text if event.is_cumulative or event.is_first else ""


def new_keys(session: Session, event: UssdTurn, turn: Turn) -> list[str] | None:
    """Return the inputs since the last request; None for a repeat of that request or of an earlier one."""
    if session.ended:
        return None
    if event.is_cumulative:
        return _keys_of_cumulative_text(session, event.text, turn)
    return None if event.is_first or _is_repeated_input(session, event, turn) else [event.text[:MAX_INPUT_CHARS]]


def _is_repeated_input(session: Session, event: UssdTurn, turn: Turn) -> bool:
    """Whether a request with the last input only was received before."""
    if event.sequence is not None:
        return event.sequence <= session.sequence
    is_same = turn.vault.digest("input", event.text.encode()) == session.input_digest
    return is_same and turn.now - session.updated_at < REPEAT_WINDOW_S


def _keys_of_cumulative_text(session: Session, text: str, turn: Turn) -> list[str] | None:
    """Return the input after the known text.

    The network joins all inputs with `*` and escapes nothing, so the rest of the text is one input, with any `*` in it.
    """
    if len(text) < session.input_chars:
        return None
    if turn.vault.digest("input", text[: session.input_chars].encode()) != session.input_digest:
        return [text.rpartition("*")[2][:MAX_INPUT_CHARS]]
    if len(text) == session.input_chars:
        return None
    return [text[session.input_chars :].removeprefix("*")[:MAX_INPUT_CHARS]]
