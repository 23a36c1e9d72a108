"""Calls for help: the function that applies each intent of a responder."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.sos import end_for_others, notify_asked_staff
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.sos import MIN_VOICES_TO_CLOSE, Sos
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_question import SosQuestion
from gateway.model.sos_rounds import SosStage
from gateway.model.sos_task import SosTask
from gateway.store import keys

READ_NOTICE_S = 20
"""seconds until the caller hears that somebody read: a responder who then comes is announced instead"""


@handles(intents.ReadSos)
def read_sos(ctx: ActionContext, intent: intents.ReadSos) -> None:
    """Note that a responder read all that the caller said. The caller hears of the first one after each addition."""
    staff, found = ctx.turn.staff, ctx.turn.sos_by_code.get(intent.code)
    if staff is None or found is None or found[2].is_closed or staff.id in found[2].readers:
        return
    tag, raw, sos = found
    comes = staff.id in sos.coming_staff
    is_way_news = comes and sos.has_place and not sos.is_way_told
    is_told = sos.is_way_told or is_way_news
    read = replace(sos, readers=(*sos.readers, staff.id), was_read=True, is_way_told=is_told)
    ctx.put_sos(tag, raw, read)
    if is_way_news:
        item = SosTask.NOTIFY_RESPONDER_COMING.item(sos.code, len(sos.still_coming))
        ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)
    elif not sos.readers:
        item = SosTask.NOTIFY_CALLER_OF_READER.item(sos.code, staff.id, "1" if comes else "0")
        ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now + READ_NOTICE_S)


@handles(intents.AskSosCaller)
def ask_sos_caller(ctx: ActionContext, intent: intents.AskSosCaller) -> None:
    """Ask the caller by text. A phone that has to look as if nothing runs is asked nothing."""
    staff, found = ctx.turn.staff, ctx.turn.sos_by_code.get(intent.code)
    if staff is None or found is None:
        return
    tag, raw, sos = found
    if not (sos.looks_ended or sos.ended_without_pin or sos.waits_for(intent.question)):
        ctx.put_sos(tag, raw, sos.asked(intent.question, staff.id))
        item = SosTask.ASK_CALLER.item(sos.code, intent.question.value)
        ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)


@handles(intents.AnswerSos)
def answer_sos(ctx: ActionContext, intent: intents.AnswerSos) -> None:
    """Record what a responder answers. A job informs the caller and the other responders."""
    staff, found = ctx.turn.staff, ctx.turn.sos_by_code.get(intent.code)
    if staff is None or found is None:
        return
    record = _ANSWERS.get(intent.answer)
    if record:
        record(ctx, staff.id, *found)
    elif found[2].may_call_over(staff.id):
        _record_over(ctx, staff.id, intent.answer, *found)


def _record_coming(ctx: ActionContext, staff_id: str, tag: bytes, raw: bytes, sos: Sos) -> None:
    if staff_id not in sos.coming_staff:
        declined = tuple(one for one in sos.declined_staff if one != staff_id)
        comes = replace(sos, coming_staff=(*sos.coming_staff, staff_id), declined_staff=declined)
        is_placed = sos.has_place
        told = replace(comes, is_way_told=True) if is_placed else comes.asked(SosQuestion.WHERE, staff_id)
        ctx.put_sos(tag, raw, told)
        count = len(sos.coming_staff) + 1
        ctx.transaction.schedule(Lane.ALERTS, SosTask.NOTIFY_RESPONDER_COMING.item(sos.code, count), ctx.turn.now)


def _record_arrival(ctx: ActionContext, staff_id: str, tag: bytes, raw: bytes, sos: Sos) -> None:
    """Record that a person who comes has arrived. The caller hears of each once."""
    if staff_id in sos.coming_staff and staff_id not in sos.arrived_staff:
        ctx.put_sos(tag, raw, replace(sos, arrived_staff=(*sos.arrived_staff, staff_id)))
        ctx.transaction.schedule(Lane.ALERTS, SosTask.NOTIFY_CALLER_OF_ARRIVAL.item(sos.code), ctx.turn.now)


def _record_decline(ctx: ActionContext, staff_id: str, tag: bytes, raw: bytes, sos: Sos) -> None:
    """Record that a person who comes cannot. The caller hears of it, and where nobody is left all who were asked do."""
    if staff_id not in sos.coming_staff:
        return
    left = tuple(one for one in sos.coming_staff if one != staff_id)
    arrived = tuple(one for one in sos.arrived_staff if one != staff_id)
    declined = tuple(dict.fromkeys((*sos.declined_staff, staff_id)))
    changed = replace(sos, coming_staff=left, arrived_staff=arrived, declined_staff=declined)
    changed = replace(changed, is_way_told=sos.is_way_told and bool(left))
    ctx.put_sos(tag, raw, changed)
    ctx.transaction.schedule(Lane.ALERTS, SosTask.NOTIFY_CALLER_OF_DECLINE.item(sos.code), ctx.turn.now)
    if not changed.still_coming:
        notify_asked_staff(ctx, SosTask.NOTIFY_RESPONDER_OF_DECLINE, changed)


def _take_back(ctx: ActionContext, staff_id: str, tag: bytes, raw: bytes, sos: Sos) -> None:
    """Record that it is not over, as this person said before. Colleagues who were asked read that there is news."""
    if staff_id in sos.over_staff:
        left = tuple(one for one in sos.over_staff if one != staff_id)
        ctx.put_sos(tag, raw, replace(sos, over_staff=left, all_call_false=sos.all_call_false or not left))
        notify_asked_staff(ctx, SosTask.NOTIFY_RESPONDER_OF_WORDS, replace(sos, over_staff=(*left, staff_id)))


def _record_over(ctx: ActionContext, staff_id: str, answer: SosAnswer, tag: bytes, raw: bytes, sos: Sos) -> None:
    """Record that a responder says that the call is over. It ends when a second one says so too.

    One voice alone puts the call lower on the list. Its rounds go on, and neither the caller nor a contact hears of
    it, because the responder may be bought, or have lost the phone.
    """
    is_false = sos.all_call_false and answer is SosAnswer.FALSE_ALARM
    said = replace(sos, over_staff=(*sos.over_staff, staff_id), all_call_false=is_false)
    if len(said.over_staff) < MIN_VOICES_TO_CLOSE:
        ctx.put_sos(tag, raw, said)
        notify_asked_staff(ctx, SosTask.NOTIFY_RESPONDER_SOS_DOUBTED, said)
        return
    _close_by_responders(ctx, tag, raw, said)


def _close_by_responders(ctx: ActionContext, tag: bytes, raw: bytes, sos: Sos) -> None:
    end_for_others(ctx, tag, sos if sos.looks_ended else replace(sos, is_under_duress=False))
    if sos.all_call_false:
        ctx.transaction.write("INCR", keys.false_alarms(tag))
        ctx.transaction.write("EXPIRE", keys.false_alarms(tag), keys.FALSE_ALARMS_TTL_S)
    if sos.looks_ended or sos.ended_without_pin:  # whoever forced the caller to end it may have the caller's phone
        ctx.put_sos(tag, raw, None)
        return
    ctx.put_sos(tag, raw, sos.advance(SosStage.FALSE_ALARM if sos.all_call_false else SosStage.HELPED))
    ctx.transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(sos.owner), ctx.turn.now)


_ANSWERS = {
    SosAnswer.COMING: _record_coming,
    SosAnswer.THERE: _record_arrival,
    SosAnswer.CANNOT: _record_decline,
    SosAnswer.GOES_ON: _take_back,
}
"""what follows from each answer but those that say that a call is over"""
