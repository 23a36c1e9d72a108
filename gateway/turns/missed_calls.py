"""Missed calls. The dialled number determines the effect. The service never answers a call for help."""

from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.model.intents import EndSafeCall, Intent, RaiseSos
from gateway.model.message import Lane, LegalBasis
from gateway.model.sos import SOS_FEATURE
from gateway.providers.events import CallAnswer, MissedCall
from gateway.store import Turn, keys
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns.sms import SEEN_DIGEST_BYTES
from gateway.turns.snapshot import caller_from_turn
from menus.sos import duty_text


class MissedCallHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment
        self._voice = deployment.settings.tuning.voice

    def handle_missed_call(self, call: MissedCall) -> tuple[CallAnswer, set[str]]:
        """Return the answer of the network to the call, and the lanes to notify. Raises StoreUnavailable.

        A caller without safety settings, and a caller whose call has no effect, hears the neutral message.
        """
        seen = self._deployment.store.vault.digest(call.call_id.encode(), SEEN_DIGEST_BYTES).hex()
        for _ in range(MAX_ATTEMPTS):
            turn = self._deployment.store.read_turn(call.number, seen)
            if turn.is_duplicate:
                return CallAnswer.REJECT, set()
            intents = self._intents_for(turn, call.dialled_number)
            if not intents:
                return CallAnswer.NEUTRAL_MESSAGE, set()
            self._deployment.store.apply_intents(turn, intents, turn.safety_profile.lang if turn.safety_profile else "")
            self._queue_answer(turn, any(isinstance(intent, RaiseSos) for intent in intents))
            turn.transaction.require(keys.inbound_seen(seen), None)
            turn.transaction.write("SET", keys.inbound_seen(seen), 1, "EX", keys.SEEN_TTL_S)
            if self._deployment.store.commit(turn.transaction):
                return CallAnswer.REJECT, turn.transaction.lanes_to_notify
        raise StoreUnavailable("other commits came between every attempt to record a missed call")

    def _intents_for(self, turn: Turn, dialled_number: str) -> tuple[Intent, ...]:
        """Return intents only for a caller with safety settings. Only USSD can ask for the own PIN."""
        if turn.safety_profile is None or not dialled_number:
            return ()
        if (
            dialled_number == self._voice.sos_number
            and SOS_FEATURE in turn.world.features
            and (turn.sos is None or turn.sos.looks_ended)
        ):
            return (RaiseSos(),)
        if dialled_number == self._voice.safe_call_number and turn.safe_call and not turn.own_pin_hash:
            return (EndSafeCall(),)
        return ()

    def _queue_answer(self, turn: Turn, raises_sos: bool) -> None:
        """Queue a neutral text: the call was received, and whether a responder is on duty."""
        _ = self._deployment.languages.get(turn.safety_profile.lang if turn.safety_profile else "").translator
        caller = caller_from_turn(turn, _.lang)
        answer = _("It leaves in a minute.") if raises_sos and caller.has_raised_sos_often else _("Done.")
        words = _.normalise(f"{answer} {duty_text(caller, _)}" if raises_sos else answer)
        until = turn.now + self._deployment.settings.times.message
        turn.open_reply_window(self._deployment.settings.times.reply)
        turn.queue_text(Lane.ALERTS, turn.number, words, LegalBasis.ANSWER, until)
