"""A missed call: never answered, so it costs its caller nothing; what it means depends on the number that was rung."""

from xml.sax.saxutils import escape

from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.model.feature import Feature
from gateway.model.intents import EndSafeCall, Intent, RaiseSos
from gateway.model.message import Lane, LegalBasis
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns.sms import SEEN_DIGEST_BYTES
from gateway.turns.snapshot import caller_from_turn
from menus.sos import duty_text

REJECT_XML = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'
"""Africa's Talking's voice API: the call ends unanswered, at no cost"""
SAY_XML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>{words}</Say></Response>'


class MissedCallHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment
        self._voice = deployment.settings.tuning.voice
        self.neutral_reply_xml = SAY_XML.format(words=escape(self._voice.neutral_message))

    def handle_missed_call(self, call_id: str, number: Number, dialled_number: str) -> tuple[str, set[str]]:
        """The XML for the network, and the lanes to ring. Raises StoreAway.

        Who did not set up anything, and who rings back to see what this number is, hears the dull message.
        """
        seen = self._deployment.store.vault.digest(call_id.encode(), SEEN_DIGEST_BYTES).hex()
        for _ in range(MAX_ATTEMPTS):
            turn = self._deployment.store.read_turn(number, seen)
            if turn.is_duplicate:
                return REJECT_XML, set()
            intents = self._intents_for(turn, dialled_number)
            if not intents:
                return self.neutral_reply_xml, set()
            self._deployment.store.apply_intents(turn, intents, turn.safety_profile.lang if turn.safety_profile else "")
            self._queue_answer(turn, any(isinstance(intent, RaiseSos) for intent in intents))
            turn.transaction.require(keys.inbound_seen(seen), None)
            turn.transaction.write("SET", keys.inbound_seen(seen), 1, "EX", keys.SEEN_TTL_S)
            if self._deployment.store.commit(turn.transaction):
                return REJECT_XML, turn.transaction.lanes_to_notify
        raise StoreUnavailable("two copies of one call kept crossing")

    def _intents_for(self, turn: Turn, dialled_number: str) -> tuple[Intent, ...]:
        """Only for who left something with us for her safety. A second code is asked for by dialling."""
        if turn.safety_profile is None or not dialled_number:
            return ()
        if (
            dialled_number == self._voice.sos_number
            and Feature.SOS in turn.world.features
            and (turn.sos is None or turn.sos.looks_ended)
        ):
            return (RaiseSos(),)
        if (
            dialled_number == self._voice.safe_call_number
            and turn.safe_call
            and not turn.safe_call.looks_ended
            and not turn.safety_profile.duress_pin_hash
        ):
            return (EndSafeCall(),)
        return ()

    def _queue_answer(self, turn: Turn, raises_sos: bool) -> None:
        """She must know that it was heard: neutral, and whether anybody is on duty."""
        _ = self._deployment.languages.get(turn.safety_profile.lang if turn.safety_profile else "").translator
        caller = caller_from_turn(turn, _.lang)
        said = _("It leaves in a minute.") if raises_sos and caller.has_raised_sos_often else _("Done.")
        words = _.normalise(f"{said} {duty_text(caller, _)}" if raises_sos else said)
        until = turn.now + self._deployment.settings.times.message
        turn.open_reply_window(self._deployment.settings.times.reply)
        turn.queue_text(Lane.ALERTS, turn.number, words, LegalBasis.ANSWER, until)
