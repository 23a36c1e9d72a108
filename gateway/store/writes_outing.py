"""Going out and coming back: what each intent writes."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.outing import Outing
from gateway.store.writer import Writer, writes

REPLY_AFTER = 7200
"""seconds after the hour in which she may still be reminded"""
LONGEST = 86400
"""seconds that somebody may be out"""


@writes(intents.GoOut)
def go_out(w: Writer, intent: intents.GoOut) -> None:
    if w.turn.outing and w.turn.outing.over:  # her people are about to hear: nothing puts that off
        return
    until = min(intent.until, w.turn.now + LONGEST)
    w.turn.outing = Outing(until, w.lang, intent.note)
    w.turn.answerable(until - w.turn.now + REPLY_AFTER)
    w.change.due("alerts", b"back:" + w.turn.safety_token, until)


@writes(intents.Later)
def later(w: Writer, intent: intents.Later) -> None:
    """More time, counted from the hour that was said, or from now where that has passed."""
    outing = w.turn.outing
    if outing and not (outing.over or outing.told):
        until = max(outing.until, w.turn.now) + intent.seconds
        w.turn.outing = replace(outing, until=until, reminded=0)
        w.turn.answerable(until - w.turn.now + REPLY_AFTER)
        w.change.due("alerts", b"back:" + w.turn.safety_token, until)


@writes(intents.Back)
def back(w: Writer, intent: intents.Back) -> None:
    """Who set a second code ends with a code: her PIN ends it, the second one looks as if, and her people hear."""
    turn = w.turn
    outing, secrets = turn.outing, turn.secrets()
    if outing is None or outing.over:
        return
    if turn.care and turn.care.duress:
        if secrets.duress(intent.code):
            turn.outing = replace(outing, over=True)
            w.change.due("alerts", b"back:" + w.turn.safety_token, turn.now)
            return
        if not secrets.own_pin(intent.code):
            return
    forget_outing(w)
    if outing.told:
        w.change.due("alerts", b"isback:" + turn.safety_token, turn.now)


def forget_outing(w: Writer) -> None:
    """The note is wiped with its timer."""
    w.turn.outing = None
    w.change.write("ZREM", "due:alerts", b"back:" + w.turn.safety_token)
