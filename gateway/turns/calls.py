"""A missed call: never answered, so it costs its caller nothing; what it means depends on the number that was rung."""

from xml.sax.saxutils import escape

from gateway.deployment import Deployment
from gateway.errors import StoreAway
from gateway.model.feature import Feature
from gateway.model.intents import Back, CallHelp, Intent
from gateway.model.message import Ground, Lane
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.change import TRIES
from gateway.turns.sms import SEEN_BYTES
from gateway.turns.snapshot import caller_of
from menus.sos import duty

REJECT = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'
"""Africa's Talking's voice API: the call ends unanswered, at no cost"""
SAY = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>{words}</Say></Response>'


class Calls:
    def __init__(self, deployment: Deployment):
        self._d = deployment
        self._voice = deployment.settings.tuning.voice
        self.dull = SAY.format(words=escape(self._voice.dull))

    def rung(self, call_id: str, number: Number, rung: str) -> tuple[str, set[str]]:
        """The XML for the network, and the lanes to ring. Raises StoreAway.

        Who did not set up anything, and who rings back to see what this number is, hears the dull message.
        """
        seen = self._d.store.vault.digest(call_id.encode(), SEEN_BYTES).hex()
        for _ in range(TRIES):
            turn = self._d.store.read(number, seen)
            if turn.seen:
                return REJECT, set()
            intents = self._meant(turn, rung)
            if not intents:
                return self.dull, set()
            self._d.store.write(turn, intents, turn.care.lang if turn.care else "")
            self._answer(turn, any(isinstance(intent, CallHelp) for intent in intents))
            turn.change.expect(f"seen:{seen}", None)
            turn.change.write("SET", f"seen:{seen}", 1, "EX", keys.SEEN)
            if self._d.store.commit(turn.change):
                return REJECT, turn.change.bells
        raise StoreAway("two copies of one call kept crossing")

    def _meant(self, turn: Turn, rung: str) -> tuple[Intent, ...]:
        """Only for who left something with us for her safety. A second code is asked for by dialling."""
        if turn.care is None or not rung:
            return ()
        if rung == self._voice.help and Feature.SOS in turn.world.features and (turn.sos is None or turn.sos.hidden):
            return (CallHelp(),)
        if rung == self._voice.back and turn.outing and not turn.outing.over and not turn.care.duress:
            return (Back(),)
        return ()

    def _answer(self, turn: Turn, calls: bool) -> None:
        """She must know that it was heard: neutral, and whether anybody is on duty."""
        _ = self._d.languages.get(turn.care.lang if turn.care else "").translator
        caller = caller_of(turn, _.lang)
        said = _("It leaves in a minute.") if calls and caller.called_often else _("Done.")
        words = _.fold(f"{said} {duty(caller, _)}" if calls else said)
        until = turn.now + self._d.settings.times.message
        turn.answerable(self._d.settings.times.reply)
        turn.text(Lane.ALERTS, turn.number, words, Ground.ANSWER, until)
