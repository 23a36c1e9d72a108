"""Calls for help: what each intent of the caller, or of who answers, writes."""

from collections.abc import Iterable

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.sos import FORCED, HELPED, UNTRUE, USUAL, Answer, Sos, new_code
from gateway.store import keys
from gateway.store.writer import Writer, writes
from gateway.store.writes_trust import cared


@writes(intents.CallHelp)
def call_help(w: Writer, intent: intents.CallHelp) -> None:
    """One at a time. Its code is taken by nobody else while it is open."""
    turn, sos = w.turn, w.turn.sos
    if sos and not sos.hidden:
        return
    w.change.write("INCR", keys.often(turn.care_tag))
    w.change.write("EXPIRE", keys.often(turn.care_tag), keys.LOOP_WINDOW)
    turn.answerable(w.times.sos)
    quiet = turn.called >= keys.MOST_CALLS
    item = b"sos:" + turn.safety_token
    if sos and sos.duress:  # it looks over on her phone, and is not: whoever answers hears again
        turn.sos = replace(sos, at=turn.now, step=FORCED, again=True, coming=(), noted=False)
        at = turn.now + (w.times.take_back if quiet else 0)
        w.change.write("ZADD", "due:alerts", "LT", at * 1000, item)  # pressed again, it leaves no later
        w.change.bells.add("alerts")
        return
    turn.sos = _begun(w, quiet)
    w.change.due("alerts", item, turn.now)


def _begun(w: Writer, quiet: bool) -> Sos:
    turn, care, code = w.turn, w.turn.care, new_code()
    w.change.expect_field(keys.CALLS, code, None)
    w.change.write("HSET", keys.CALLS, code, turn.care_tag)
    return Sos(
        code, turn.safety_token, w.lang, turn.now,
        areas=turn.subscription.live_areas(turn.now) if turn.subscription else (),
        rings=(care.rings if care else ()) or USUAL, check=care.check if care else "", rank=turn.rank, quiet=quiet,
    )  # fmt: skip


@writes(intents.HelpPlace)
def help_place(w: Writer, intent: intents.HelpPlace) -> None:
    if w.turn.sos:
        w.turn.sos = w.turn.sos.saying(intent.words)


@writes(intents.HelpOver)
def help_over(w: Writer, intent: intents.HelpOver) -> None:
    """Who set a second code ends with a code: the second one looks as if it had ended."""
    turn, sos, secrets = w.turn, w.turn.sos, w.turn.secrets()
    if sos is None or sos.hidden:
        return
    if turn.care and turn.care.duress:
        if secrets.duress(intent.code):
            turn.sos = replace(sos, duress=True, again=False, step=FORCED)
            w.change.due("alerts", b"sos:" + turn.safety_token, turn.now)
            return
        if not secrets.own_pin(intent.code):
            return
    end_sos(w)


def forget_sos(w: Writer) -> None:
    """As `end_sos`, but one that somebody forced the end of stays, until its own hour."""
    sos = w.turn.sos
    if sos and (sos.closed or not sos.hidden):
        end_sos(w)


def end_sos(w: Writer) -> None:
    """It is over; whoever was asked or told hears so."""
    sos = w.turn.sos
    if sos:
        w.turn.sos = None
        w.change.rewrite(w.turn.now)
        if not sos.closed:
            _over(w, replace(sos, duress=False), sos.asked)


def _over(w: Writer, sos: Sos, tell: Iterable[str]) -> None:
    """Nobody need come any more. `tell`: ids of staff."""
    w.change.write("HDEL", keys.CALLS, sos.code)
    w.change.write("ZREM", "due:alerts", b"sos:" + sos.owner)
    for staff_id in tell:
        w.change.due("alerts", f"sosover:{sos.code}:{staff_id}", w.turn.now)
    if sos.contacts_told:
        w.change.due("alerts", b"sosended:" + sos.owner, w.turn.now)


@writes(intents.SetRings)
def set_rings(w: Writer, intent: intents.SetRings) -> None:
    w.turn.care = replace(cared(w), rings=intent.rings)


@writes(intents.AnswerHelp)
def answer_help(w: Writer, intent: intents.AnswerHelp) -> None:
    """Whoever was asked, or may see it, says what comes of it; the job tells her and the others."""
    staff, found = w.turn.staff, w.turn.calls.get(intent.code)
    if staff is None or found is None:
        return
    tag, raw, sos = found
    if intent.answer is Answer.COMING:
        if staff.id in sos.coming:
            return
        w.put_call(tag, raw, replace(sos, coming=(*sos.coming, staff.id)))
        w.change.due("alerts", f"soscoming:{sos.code}:{len(sos.coming) + 1}", w.turn.now)
        return
    _over(w, sos if sos.hidden else replace(sos, duress=False), {*sos.asked} - {staff.id})
    if intent.answer is Answer.FALSE:
        w.change.write("INCR", keys.rank(tag))
        w.change.write("EXPIRE", keys.rank(tag), keys.RANK)
    if sos.hidden:  # whoever made her end it may hold her phone
        w.put_call(tag, raw, None)
        return
    w.put_call(tag, raw, replace(sos, step=UNTRUE if intent.answer is Answer.FALSE else HELPED))
    w.change.due("alerts", b"sos:" + sos.owner, w.turn.now)
