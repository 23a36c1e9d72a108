"""Going out and coming back: what each intent writes."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.outing import DONE, LAST, LONGEST, Outing
from gateway.store.turn import Turn
from gateway.store.writer import Writer, writes
from gateway.store.writes_sos import end_sos


@writes(intents.GoOut)
def go_out(w: Writer, intent: intents.GoOut) -> None:
    running = w.turn.outing
    if running and running.over and running.step < DONE:  # her people are about to hear of this one
        return
    until = min(intent.until, w.turn.now + LONGEST)
    w.turn.outing = Outing(until, w.lang, intent.note, colleagues=intent.colleagues)
    w.change.due("alerts", b"back:" + w.turn.safety_token, until)


@writes(intents.Later)
def later(w: Writer, intent: intents.Later) -> None:
    """More time, counted from the hour that was said, or from now where that has passed.

    It takes a code where ending does: else whoever holds her phone puts her people off for ever. After they were told,
    it runs anew.
    """
    turn, outing = w.turn, w.turn.outing
    if outing is None or outing.over or (forced := _forced(turn, intent.code)) is None:
        return
    until = outing.later(intent.seconds, turn.now)
    if forced:
        turn.outing = replace(outing, until=until, step=LAST)
    else:
        turn.outing = replace(outing, until=until, step=0)
    w.change.due("alerts", b"back:" + turn.safety_token, turn.now if forced else until)


@writes(intents.Back)
def back(w: Writer, intent: intents.Back) -> None:
    """Who set a second code ends with a code: her PIN ends it, the second one looks as if, and her people hear."""
    turn, outing = w.turn, w.turn.outing
    if outing is None or outing.over or (forced := _forced(turn, intent.code)) is None:
        return
    if forced:
        turn.outing = replace(outing, over=True, step=LAST)
        w.change.due("alerts", b"back:" + turn.safety_token, turn.now)
        return
    forget_outing(w)
    if outing.told:
        w.change.due("alerts", b"isback:" + turn.safety_token, turn.now)
        if turn.sos and turn.sos.noted:
            end_sos(w)


def _forced(turn: Turn, code: str) -> bool | None:
    """Did somebody make her do it? None: she set a second code, and this is neither of the two."""
    secrets = turn.secrets()
    if not (turn.care and turn.care.duress):
        return False
    if secrets.duress(code):
        return True
    return False if secrets.own_pin(code) else None


def forget_outing(w: Writer) -> None:
    """The note is wiped with its timer."""
    if w.turn.outing:
        w.turn.outing = None
        w.change.write("ZREM", "due:alerts", b"back:" + w.turn.safety_token)
        w.change.rewrite(w.turn.now)
