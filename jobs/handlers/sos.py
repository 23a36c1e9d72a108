"""Calls for help: at least two responders are asked, and more people round by round while nobody comes."""

from collections.abc import Sequence

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane
from gateway.model.safe_call import SafeCall
from gateway.model.sos import REOPEN_S, Sos, SosTier
from gateway.model.sos_evidence import SosEvidence
from gateway.model.sos_rounds import NIGHT, CallerReads, SosStage, seconds_to_next_round
from gateway.model.sos_task import SosTask
from gateway.model.world import World
from gateway.store import Transaction, WorkItem, keys
from gateway.store.open_sos import MAX_OPEN_SOS, add_open_sos, new_sos_code, rank_sos, remove_open_sos
from gateway.text.hotline import answers_from_text
from gateway.text.wording_safety import (
    contact_sos_text,
    no_responder_text,
    responders_saw_text,
    sos_closed_text,
    sos_helped_text,
)
from jobs.context import JobContext
from jobs.handler import handles
from jobs.handlers import contacts
from jobs.handlers.sos_batch import SosBatch
from jobs.handlers.sos_notices import text_caller
from jobs.handlers.sos_responders import responders_to_ask


@handles(SosTask.ADVANCE_SOS)
def advance_sos(context: JobContext, *items: WorkItem) -> None:
    """Do the next round of one call or of several calls in one commit. A worker that dies repeats nothing."""

    def steps(world: World, transaction: Transaction, now: int, items: Sequence[WorkItem]) -> list[int]:
        batch = SosBatch(context, world, transaction, now, is_flood=context.store.limits.is_sos_flood())
        found = context.store.safety_records.read_sos_of_all([item.payload for item in items])
        waits = [_advance(batch, *each) for each in found]
        batch.queue_texts()
        return waits

    context.store.transact_and_finish_all(items, steps)
    _end_last_of_list(context)


def _end_last_of_list(context: JobContext) -> None:
    """End the calls at the end of the list where too many are open. No person is texted about it."""
    safety = context.store.safety_records
    for tag in safety.read_tags_over(MAX_OPEN_SOS):

        def end(world: World, transaction: Transaction, now: int, tag: bytes = tag) -> None:
            raw, sos = safety.read_sos(tag)
            if sos and sos.evidence is SosEvidence.TEXT_ONLY and not sos.coming_staff:
                safety.save_sos(transaction, tag, None, raw)
                remove_open_sos(transaction, context.store.vault, sos)
                transaction.unschedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(sos.owner))

        context.store.transact(end)


def raise_sos_for(
    context: JobContext, transaction: Transaction, owner: bytes, details: str, safe_call: SafeCall, now: int
) -> None:
    """Raise a call for help for `owner`, whose safe call ran out and who chose that responders get it.

    The contacts are texted by the safe call. A call that is open already gets these details as well, and is renewed. A
    call that the owner's phone hides is shown as if it were new.
    """
    safety = context.store.safety_records
    tag, raw, sos = safety.read_sos_of(owner)
    transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(owner), now)
    if sos and not sos.looks_ended:
        renewed = sos.with_details(details).renewed(now)
        safety.save_sos(transaction, tag, renewed, raw)
        rank_sos(transaction, context.store.vault, tag, renewed)
        return
    hidden = sos if sos and not sos.is_closed else None
    code = hidden.code if hidden else new_sos_code(transaction, context.store.vault, safety.count_open_sos())
    sos = replace(_new_sos_for(context, code, owner, details, safe_call, now), is_under_duress=hidden is not None)
    safety.save_sos(transaction, tag, sos, raw)
    if hidden:
        rank_sos(transaction, context.store.vault, tag, sos)
    else:
        add_open_sos(transaction, context.store.vault, tag, sos)


def _new_sos_for(context: JobContext, code: str, owner: bytes, details: str, safe_call: SafeCall, now: int) -> Sos:
    store = context.store
    _tag, _raw, profile = store.safety_records.read_safety_profile_of(owner)
    token = store.vault.token(store.number(owner, Purpose.SAFETY), Purpose.SUBSCRIBER)
    subscription = store.read_subscription(token)
    return Sos(
        code,
        owner,
        safe_call.lang,
        now,
        areas=subscription.active_areas(now) if subscription else (),
        details=details,
        passphrase=profile.passphrase if profile else "",
        late_place=safe_call.place,
        from_safe_call=True,
    )


def _advance(batch: SosBatch, tag: bytes, raw: bytes | None, sos: Sos | None) -> int:
    """Do the round of one call's stage. Return the seconds until the next round, 0 after the end."""
    context, transaction, now = batch.context, batch.transaction, batch.now
    if sos is None:
        for member in context.store.safety_records.find_listed(tag):  # no worker ran until its record had expired
            transaction.write("ZREM", keys.OPEN_SOS, member)
        return 0
    if sos.is_closed:
        return _end_closed(batch, tag, raw, sos)
    if now >= sos.at + context.times.sos:
        context.store.safety_records.save_sos(transaction, tag, None, raw)
        remove_open_sos(transaction, context.store.vault, sos)
        return 0
    if sos.stage not in NIGHT:  # all is done, and it only waits for its end
        return max(1, sos.at + context.times.sos - now)
    asked, reads = _do_round(batch, sos), NIGHT[sos.stage].reads
    following = sos.advance(NIGHT[sos.stage].following).with_asked_staff(asked)
    following = replace(following, reads_told=tuple(dict.fromkeys((*sos.reads_told, reads))))
    context.store.safety_records.save_sos(transaction, tag, following, raw)
    return seconds_to_next_round(following.stage, now - sos.at) or max(1, sos.at + context.times.sos - now)


def _end_closed(batch: SosBatch, tag: bytes, raw: bytes | None, sos: Sos) -> int:
    """Text the caller that a responder closed the call. While a yes may open it again, its words are kept."""
    context, transaction, now = batch.context, batch.transaction, batch.now
    asks = sos.may_reopen and not sos.is_end_told
    if not sos.is_end_told:
        _notify_caller_closed(context, transaction, batch.world, sos, now)
    kept = replace(sos, is_end_told=True) if asks else None
    context.store.safety_records.save_sos(transaction, tag, kept, raw)
    return REOPEN_S if asks else 0


def _do_round(batch: SosBatch, sos: Sos) -> tuple[str, ...]:
    """Do one row of the table. Return the ids of the staff who were asked, in the order of asking."""
    context, world, transaction, now = batch.context, batch.world, batch.transaction, batch.now
    row = NIGHT[sos.stage]
    waits = sos.is_delayed and sos.stage is SosStage.RAISED
    people = () if waits else responders_to_ask(context, world, sos, now, batch.staff_with_other_calls(sos))
    for person in people:
        batch.add(person, sos)
    if row.texts_contacts and SosTier.CONTACTS in sos.tiers:
        _notify_contacts(context, transaction, sos, now)
    is_forged = batch.is_flood and sos.evidence is SosEvidence.TEXT_ONLY  # each answer to such a number costs money
    has_news = row.reads not in (CallerReads.NOTHING, *sos.reads_told)
    if has_news and not (sos.looks_ended or is_forged):
        _notify_caller(context, transaction, world, sos, now)
    return tuple(person.id for person in people)


def _notify_contacts(context: JobContext, transaction: Transaction, sos: Sos, now: int) -> None:
    """Text the contacts. They must not ring a phone that somebody else may hold."""
    profile = context.store.safety_records.read_profile_to_notify(sos.owner)
    may_ring = not (sos.is_under_duress or sos.ended_without_pin)
    if profile:
        contacts.notify_contacts(
            context, transaction, profile, lambda _: contact_sos_text(profile.display_name, _, may_ring), now
        )


def _notify_caller(context: JobContext, transaction: Transaction, world: World, sos: Sos, now: int) -> None:
    """Text the caller, in neutral words, that nobody comes and what to do next, or ask for the place."""
    _ = context.translator(sos.lang)
    if not sos.still_coming:
        profile = world.profile
        closed = answers_from_text(profile.hotline, profile.hotline_hours, world.local_time(now), _)
        text = no_responder_text(NIGHT[sos.stage].reads, profile.hotline or profile.service_code, closed, _)
        text_caller(context, transaction, sos, text, now)
    elif not sos.has_place:
        text_caller(context, transaction, sos, responders_saw_text(len(sos.still_coming), _), now)


def _notify_caller_closed(context: JobContext, transaction: Transaction, world: World, sos: Sos, now: int) -> None:
    """Text the caller that a responder closed the call. Help and a new call are reached by dialling."""
    _, dial = context.translator(sos.lang), world.profile.service_code
    text = sos_closed_text(dial, _) if sos.stage is SosStage.FALSE_ALARM else sos_helped_text(dial, _)
    text_caller(context, transaction, sos, text, now)
