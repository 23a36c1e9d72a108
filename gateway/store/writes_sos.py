"""Calls for help: what each intent of the caller, or of who answers, writes."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.care import Care
from gateway.model.sos import FORCED, USUAL, Answer, Sos, new_code
from gateway.store import keys
from gateway.store.writer import Writer, writes
from gateway.store.writes_trust import cared


@writes(intents.CallHelp)
def call_help(w: Writer, intent: intents.CallHelp) -> None:
    """One at a time. Its code is taken by nobody else while it is open."""
    turn, care = w.turn, w.turn.care
    if turn.sos:
        return
    code = new_code()
    w.change.expect_field(keys.CALLS, code, None)
    turn.sos = Sos(
        code, turn.safety_token, w.lang, turn.now,
        areas=turn.subscription.live_areas(turn.now) if turn.subscription else (),
        rings=(care.rings if care else ()) or USUAL, check=care.check if care else "",
        rank=care.false_calls if care else 0,
        quiet=turn.looped % keys.LOOP_GOODBYE + keys.SAY_WEIGHT > keys.SAY_LIMIT,
    )  # fmt: skip
    w.change.write("INCRBY", keys.loop(turn.tags.loop), keys.SAY_WEIGHT)
    w.change.write("EXPIRE", keys.loop(turn.tags.loop), keys.LOOP_WINDOW)
    w.change.write("HSET", keys.CALLS, code, turn.care_tag)
    turn.answerable(w.times.sos)
    w.change.due("alerts", b"sos:" + turn.safety_token, turn.now)


@writes(intents.HelpPlace)
def help_place(w: Writer, intent: intents.HelpPlace) -> None:
    if w.turn.sos:
        w.turn.sos = replace(w.turn.sos, words=intent.words)


@writes(intents.HelpOver)
def help_over(w: Writer, intent: intents.HelpOver) -> None:
    """Who set a second code ends with a code: the second one looks as if it had ended."""
    turn, sos, secrets = w.turn, w.turn.sos, w.turn.secrets()
    if sos is None or sos.duress:
        return
    if turn.care and turn.care.duress:
        if secrets.duress(intent.code):
            turn.sos = replace(sos, duress=True, step=FORCED)
            w.change.due("alerts", b"sos:" + turn.safety_token, turn.now)
            return
        if not secrets.own_pin(intent.code):
            return
    forget_sos(w)


def forget_sos(w: Writer) -> None:
    """It is over; whoever was asked hears so."""
    sos = w.turn.sos
    if sos:
        w.turn.sos = None
        w.change.write("HDEL", keys.CALLS, sos.code)
        w.change.write("ZREM", "due:alerts", b"sos:" + w.turn.safety_token)
        for staff_id in sos.asked:
            w.change.due("alerts", f"sosover:{sos.code}:{staff_id}", w.turn.now)


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
    w.put_call(tag, raw, None)
    w.change.write("HDEL", keys.CALLS, sos.code)
    w.change.write("ZREM", "due:alerts", b"sos:" + sos.owner)
    for staff_id in {*sos.asked} - {staff.id}:
        w.change.due("alerts", f"sosover:{sos.code}:{staff_id}", w.turn.now)
    if intent.answer is Answer.FALSE:
        w.change.due("alerts", b"sosfalse:" + sos.owner, w.turn.now)
    elif not sos.duress:  # whoever made her end it may hold her phone
        w.change.due("alerts", b"sosdone:" + sos.owner, w.turn.now)


def with_false_call(care: Care) -> Care:
    return replace(care, false_calls=care.false_calls + 1)
