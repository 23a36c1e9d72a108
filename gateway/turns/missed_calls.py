"""Missed calls. The dialled number determines the effect. The service never answers a call for help."""

from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.model.intents import EndSafeCall, Intent, RaiseSos
from gateway.model.message import Lane, LegalBasis
from gateway.model.sos import SOS_FEATURE
from gateway.providers.events import CallAnswer, MissedCall
from gateway.store import Turn, keys
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns import claims
from gateway.turns.answers import Answer
from gateway.turns.snapshot import caller_from_turn
from menus.sms.result import SmsResult
from menus.sos import raised_text
from translations import Language


class MissedCallHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment
        self._voice = deployment.settings.tuning.voice

    def handle_missed_call(self, call: MissedCall) -> tuple[CallAnswer, set[str]]:
        """Return the answer of the network to the call, and the lanes to notify. Raises StoreUnavailable.

        A caller without safety settings, and a caller whose call has no effect, hears the neutral message.
        """
        seen = self._deployment.store.vault.digest("missed call", call.call_id.encode()).hex()
        for _ in range(MAX_ATTEMPTS):
            turn = self._deployment.store.read_turn(call.number, seen)
            if turn.is_duplicate:
                return CallAnswer.REJECT, set()
            intents = self._intents_for(turn, call.dialled_number)
            if not intents:
                return CallAnswer.NEUTRAL_MESSAGE, set()
            result = SmsResult((), intents) if self._repeats_call(turn, intents) else self._answer(turn, intents)
            self._deployment.store.apply_intents(turn, result.intents, self._language(turn).code)
            self._queue_answer(turn, result)
            turn.transaction.require(keys.inbound_seen(seen), None)
            turn.transaction.write("SET", keys.inbound_seen(seen), 1, "EX", keys.SEEN_TTL_S)
            if self._deployment.store.commit(turn.transaction):
                return CallAnswer.REJECT, turn.transaction.lanes_to_notify
        raise StoreUnavailable("other commits came between every attempt to record a missed call")

    def _intents_for(self, turn: Turn, dialled_number: str) -> tuple[Intent, ...]:
        """Return what a call to this number asks for. A caller without safety settings asks for nothing.

        Where a PIN is set, a call ends no safe call, and is answered as a stranger's.
        """
        if turn.safety_profile is None or not dialled_number:
            return ()
        if dialled_number == self._voice.sos_number and SOS_FEATURE in turn.world.features:
            return (RaiseSos(is_forgeable=True),)
        if dialled_number == self._voice.safe_call_number and turn.safe_call and not turn.is_locked:
            return (EndSafeCall(),)
        return ()

    def _repeats_call(self, turn: Turn, intents: tuple[Intent, ...]) -> bool:
        """Whether a call for help is open already. The missed call is a sign of need, and turned away in silence."""
        is_cry = any(isinstance(intent, RaiseSos) for intent in intents)
        return is_cry and turn.sos is not None and not turn.sos.looks_ended

    def _answer(self, turn: Turn, intents: tuple[Intent, ...]) -> SmsResult:
        """Return a neutral text. A call for help counts at once; the end of a safe call waits as a text would."""
        _ = self._language(turn).translator
        caller, said = caller_from_turn(turn, _.lang), _("Thank you. We know that you are back.")
        if any(isinstance(intent, RaiseSos) for intent in intents):
            said = raised_text(caller, _)
        result = SmsResult((_.normalise(said),), intents)
        return claims.require_proof(turn, Answer(_.keyword("SAFE")), result, _, self._deployment.settings)

    def _queue_answer(self, turn: Turn, result: SmsResult) -> None:
        times = self._deployment.settings.times
        turn.open_reply_window(times.reply)
        for text in result.texts:
            until = turn.now + (times.fresh_code if result.is_question else times.message)
            turn.queue_texts(Lane.ALERTS, turn.number, (text,), LegalBasis.ANSWER, until)

    def _language(self, turn: Turn) -> Language:
        return self._deployment.languages.get(turn.safety_profile.lang if turn.safety_profile else "")
