"""Calls for help: at least two responders are asked, and more people round by round while nobody comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis
from gateway.model.sos import STAGE_AFTER_ROUND, Sos, SosStage, SosTask, SosTier, new_sos_code
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.store import Transaction, WorkItem, keys
from gateway.text.gsm import count_segments
from gateway.text.translator import Translator
from gateway.text.wording_safety import (
    contact_sos_ended_text,
    contact_sos_text,
    no_responder_text,
    responder_sos_ended_text,
    responder_sos_text,
    responders_coming_text,
    sos_closed_text,
    sos_helped_text,
)
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers import contacts
from jobs.handlers.sos_responders import responders_to_ask

MAX_CODES_PER_TEXT = 20
FIRST_RESPONDER_LEAD_S = 3
"""seconds by which the text to a first responder is due before the texts to further responders of other calls"""


@dataclass
class SosBatch:
    """The next round of calls that are due together: one commit, and one text for all the calls of a responder."""

    context: JobContext
    world: World
    transaction: Transaction
    now: int
    codes_by_responder: dict[str, tuple[Staff, list[str]]] = field(default_factory=dict)

    def add(self, person: Staff, code: str) -> None:
        self.codes_by_responder.setdefault(person.id, (person, []))[1].append(code)

    def queue_texts(self) -> None:
        """Queue texts with as many codes as fit in each. First responders get theirs before second ones."""
        for place, (person, codes) in enumerate(self.codes_by_responder.values()):
            for text in self._compose_texts(codes, self.context.translator(person.lang)):
                self.context.text_staff(
                    self.transaction, person, text, self.now - max(0, FIRST_RESPONDER_LEAD_S - place)
                )

    def _compose_texts(self, codes: list[str], _: Translator) -> Iterator[str]:
        dial = self.world.profile.service_code
        while codes:
            longer = [
                responder_sos_text(", ".join(codes[:n]), dial, _) for n in range(1, len(codes[:MAX_CODES_PER_TEXT]) + 1)
            ]
            fit = [text for text in longer if count_segments(text) == 1] or longer[:1]
            yield fit[-1]
            codes = codes[len(fit) :]


@handles(SosTask.ADVANCE_SOS)
def advance_sos(context: JobContext, *items: WorkItem) -> None:
    """Do the next round of one call or of several calls in one commit. A worker that dies repeats nothing."""

    def steps(world: World, transaction: Transaction, now: int, items: Sequence[WorkItem]) -> list[int]:
        batch = SosBatch(context, world, transaction, now)
        found = context.store.safety_records.read_sos_of_all([item.payload for item in items])
        waits = [_advance(batch, *each) for each in found]
        batch.queue_texts()
        return waits

    context.store.transact_and_finish_all(items, steps)


def raise_sos_for(
    context: JobContext, transaction: Transaction, owner: bytes, details: str, lang: str, now: int
) -> None:
    """Raise a call for help for `owner`, whose safe call ran out and who chose that responders get it.

    The contacts are texted by the safe call. A call that is open already gets these details as well, and is renewed. A
    call that the owner's phone hides is shown as if it were new.
    """
    safety = context.store.safety_records
    tag, raw, sos = safety.read_sos_of(owner)
    transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(owner), now)
    if sos and not sos.looks_ended:
        renewed = replace(sos.with_details(details).advance(SosStage.RENEWED), at=now)
        safety.save_sos(transaction, tag, renewed, raw)
        return
    new = _new_sos_for(context, owner, details, lang, now)
    if sos and not sos.is_closed:
        shown = replace(new, code=sos.code, is_under_duress=True)
        safety.save_sos(transaction, tag, shown, raw)
        return
    transaction.require_field(keys.SOS_TAGS_BY_CODE, new.code, None)
    safety.save_sos(transaction, tag, new, raw)
    transaction.write("HSET", keys.SOS_TAGS_BY_CODE, new.code, tag)


def _new_sos_for(context: JobContext, owner: bytes, details: str, lang: str, now: int) -> Sos:
    store = context.store
    _tag, _raw, profile = store.safety_records.read_safety_profile_of(owner)
    token = store.vault.token(store.number(owner, Purpose.SAFETY), Purpose.SUBSCRIBER)
    subscription = store.read_subscription(token)
    return Sos(
        new_sos_code(),
        owner,
        lang,
        now,
        areas=subscription.active_areas(now) if subscription else (),
        details=details,
        passphrase=profile.passphrase if profile else "",
        from_safe_call=True,
    )


def _advance(batch: SosBatch, tag: bytes, raw: bytes | None, sos: Sos | None) -> int:
    """Do the round of one call's stage. Return the seconds until the next round, 0 after the end."""
    context, transaction, now = batch.context, batch.transaction, batch.now
    if sos is None:
        return 0
    if sos.is_closed:
        _notify_caller_closed(context, transaction, batch.world, sos, now)
        context.store.safety_records.save_sos(transaction, tag, None, raw)
        return 0
    if now >= sos.at + context.times.sos:
        context.store.safety_records.save_sos(transaction, tag, None, raw)
        transaction.write("HDEL", keys.SOS_TAGS_BY_CODE, sos.code)
        return 0
    following = sos.advance(STAGE_AFTER_ROUND[sos.stage]).with_asked_staff(_do_round(batch, sos))
    context.store.safety_records.save_sos(transaction, tag, following, raw)
    return _next_round_delay_s(context, sos, now)


def _do_round(batch: SosBatch, sos: Sos) -> tuple[Staff, ...]:
    """Ask and notify. Return the staff who were asked, in the order of asking."""
    context, world, transaction, now = batch.context, batch.world, batch.transaction, batch.now
    waits = sos.is_delayed and sos.stage is SosStage.RAISED
    people = () if waits else responders_to_ask(context, world, sos, now)
    for person in people:
        batch.add(person, sos.code)
    if sos.stage is SosStage.ROUND_1_DONE and SosTier.CONTACTS in sos.tiers:
        _notify_contacts(context, transaction, sos.owner, now)
    if sos.stage is SosStage.ROUND_2_DONE and not (sos.coming_staff or sos.looks_ended):
        _notify_caller(context, transaction, world, sos, now)
    return people


def _next_round_delay_s(context: JobContext, sos: Sos, now: int) -> int:
    """Return the seconds between the round of this stage and the next one; after the last, until the call's end."""
    times = context.times
    if sos.stage is SosStage.RAISED:
        return times.cancel_window
    if sos.stage in (SosStage.ROUND_1_DONE, SosStage.ROUND_2_DONE, SosStage.RENEWED):
        return times.sos_escalation
    return max(1, sos.at + times.sos - now)


def _notify_contacts(context: JobContext, transaction: Transaction, owner: bytes, now: int) -> None:
    profile = context.store.safety_records.read_profile_to_notify(owner)
    if profile:
        contacts.notify_contacts(
            context, transaction, profile, lambda _: contact_sos_text(profile.display_name, _), now
        )


def _notify_caller(context: JobContext, transaction: Transaction, world: World, sos: Sos, now: int) -> None:
    """Text the caller, in neutral words, that nobody comes, and what to do next."""
    text = no_responder_text(world.profile.hotline or world.profile.service_code, context.translator(sos.lang))
    _text_caller(context, transaction, sos, text, now)


def _notify_caller_closed(context: JobContext, transaction: Transaction, world: World, sos: Sos, now: int) -> None:
    """Text the caller that a responder closed the call. Help and a new call are reached by dialling."""
    _, dial = context.translator(sos.lang), world.profile.service_code
    text = sos_closed_text(dial, _) if sos.stage is SosStage.FALSE_ALARM else sos_helped_text(dial, _)
    _text_caller(context, transaction, sos, text, now)


def _text_caller(context: JobContext, transaction: Transaction, sos: Sos, text: str, now: int) -> None:
    number = context.store.number(sos.owner, Purpose.SAFETY)
    basis = LegalBasis.SAFE_CALL if context.store.safety_records.has_running_safe_call(number) else LegalBasis.ANSWER
    context.queue_text(transaction, number, context.translator(sos.lang).normalise(text), Lane.ALERTS, basis, now)


@handles(SosTask.NOTIFY_RESPONDER_COMING)
@transactional
def notify_responder_coming(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the caller how many responders come, and the pass phrase by which the caller knows them."""
    code, count = item.arguments()
    sos = context.store.safety_records.read_sos_by_code(code)
    if sos and not sos.looks_ended:
        text = responders_coming_text(int(count), sos.passphrase, context.translator(sos.lang))
        _text_caller(context, transaction, sos, text, now)


@handles(SosTask.NOTIFY_RESPONDER_SOS_ENDED)
@transactional
def notify_responder_sos_ended(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text a responder who was asked that the call is over."""
    code, staff_id = item.arguments()
    person = world.roster.by_id(staff_id)
    if person and person.active:
        text = responder_sos_ended_text(code, context.translator(person.lang))
        context.text_staff(transaction, person, text, now)


@handles(SosTask.NOTIFY_CONTACTS_SOS_ENDED)
@transactional
def notify_contacts_sos_ended(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the contacts who were texted about the call that it is over."""
    profile = context.store.safety_records.read_profile_to_notify(item.payload)
    if profile:
        contacts.notify_contacts(
            context, transaction, profile, lambda _: contact_sos_ended_text(profile.display_name, _), now
        )
