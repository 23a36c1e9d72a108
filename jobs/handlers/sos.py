"""A call for help on its way outwards: two responders at least, then wider while nobody comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.caller import World
from gateway.model.message import Lane, LegalBasis
from gateway.model.sos import STAGE_DURESS, STAGE_FALSE_ALARM, STAGE_RENEWED, Sos, SosTier, new_sos_code
from gateway.model.staff import Role, Staff
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
from jobs.handlers import contacts
from jobs.handlers.staff_notices import on_duty

MIN_RESPONDERS = 2
"""nobody is asked to go alone"""
MAX_CODES_PER_TEXT = 20
"""codes in one text"""
FIRST_RESPONDER_LEAD_S = 3
"""seconds by which a call's first responder goes before the second one of another call, and so on"""


@dataclass
class SosBatch:
    """One commit: the next step of calls that came together, and who is to be texted of which of them."""

    context: JobContext
    world: World
    transaction: Transaction
    now: int
    codes_by_responder: dict[str, tuple[Staff, list[str]]] = field(default_factory=dict)

    def add(self, person: Staff, code: str) -> None:
        self.codes_by_responder.setdefault(person.id, (person, []))[1].append(code)

    def queue_texts(self) -> None:
        """One text to a person tells of as many calls as it holds; each call's first responder before any second."""
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


def advance_sos(context: JobContext, *items: WorkItem) -> None:
    """The next step of one call, or of several at once, in one commit: a death between two repeats nothing."""

    def steps(world: World, change: Transaction, now: int, items: Sequence[WorkItem]) -> list[int]:
        these = SosBatch(context, world, change, now)
        found = context.store.safety_records.read_sos_of_all([item.payload for item in items])
        waits = [_advance(these, *each) for each in found]
        these.queue_texts()
        return waits

    context.store.transact_and_finish_all(items, steps)


def raise_sos_for(
    context: JobContext,
    transaction: Transaction,
    owner: bytes,
    details: str,
    lang: str,
    *,
    forced: bool,
    looks_ended: bool,
    now: int,
) -> None:
    """Somebody is not back, and chose that colleagues hear it: a call for help in their place.

    Her contacts hear it from elsewhere. Where she calls already, those who come read these words too; and her phone
    shows of that call what it would had nobody forced her. `over`: the note looks ended there.
    """
    store = context.store
    tag, raw, sos = store.safety_records.read_sos_of(owner)
    _tag, _raw, care = store.safety_records.read_safety_profile_of(owner)
    transaction.schedule("alerts", b"sos:" + owner, now)
    if sos and not sos.is_closed:
        duress, shown = sos.is_under_duress or forced, not sos.looks_ended and not (looks_ended and sos.from_safe_call)
        step = STAGE_DURESS if duress else STAGE_RENEWED
        moved = replace(
            sos.with_details(details), at=now, stage=step, is_under_duress=duress, is_raised_again=duress and shown
        )
        store.safety_records.save_sos(transaction, tag, moved, raw)
        return
    token = store.vault.token(store.number(owner, Purpose.SAFETY), Purpose.SUBSCRIBER)
    subscription = store.read_subscription(token)
    code = new_sos_code()
    areas = subscription.active_areas(now) if subscription else ()
    check = care.passphrase if care else ""
    step = STAGE_DURESS if forced else 0
    sos = Sos(
        code,
        owner,
        lang,
        now,
        areas=areas,
        details=details,
        passphrase=check,
        is_under_duress=forced,
        stage=step,
        from_safe_call=True,
    )
    transaction.require_field(keys.SOS_TAGS_BY_CODE, code, None)
    store.safety_records.save_sos(transaction, tag, sos, raw)
    transaction.write("HSET", keys.SOS_TAGS_BY_CODE, code, tag)


def _advance(batch: SosBatch, tag: bytes, raw: bytes | None, sos: Sos | None) -> int:
    """Returns seconds until the next step, 0 after the last."""
    context, world, change, now = batch.context, batch.world, batch.transaction, batch.now
    if sos is None:
        return 0
    if sos.is_closed:
        _notify_caller_closed(context, change, world, sos, now)
        context.store.safety_records.save_sos(change, tag, None, raw)
        return 0
    if now >= sos.at + context.times.sos:
        context.store.safety_records.save_sos(change, tag, None, raw)
        change.write("HDEL", keys.SOS_TAGS_BY_CODE, sos.code)
        return 0
    people = () if sos.is_delayed and sos.stage == 0 else _responders_to_ask(context, world, sos, now)
    for person in people:
        batch.add(person, sos.code)
    if sos.stage in (1, STAGE_DURESS) and SosTier.CONTACTS in sos.tiers:
        _notify_contacts(context, change, sos.owner, now)
    if sos.stage == 2 and not (sos.coming_staff or sos.is_under_duress):
        _notify_caller(context, change, world, sos, now)
    asked = tuple(dict.fromkeys((*sos.asked_staff, *(person.id for person in people))))
    moved = replace(sos, asked_staff=asked, stage=2 if sos.stage == STAGE_RENEWED else sos.stage + 1)
    context.store.safety_records.save_sos(change, tag, moved, raw)
    waits = {0: context.times.cancel_window, 1: context.times.sos_escalation, 2: context.times.sos_escalation}
    waits[STAGE_RENEWED] = context.times.sos_escalation
    return waits.get(sos.stage, max(1, sos.at + context.times.sos - now))


def _responders_to_ask(context: JobContext, world: World, sos: Sos, now: int) -> tuple[Staff, ...]:
    """Who is texted at this step: responders on duty near her, and more until there are two; then everybody wider.

    Once enough come, nobody more is asked. Where somebody made her end it, all hear so, also who was asked before.
    """
    forced = sos.stage == STAGE_DURESS
    if sos.stage not in (STAGE_DURESS, STAGE_RENEWED) and (
        sos.stage > 2 or (sos.stage and len(sos.coming_staff) >= MIN_RESPONDERS)
    ):
        return ()
    rings = _tiers(context, world, sos, now)
    if forced:
        return tuple({person.id: person for ring in rings for person in ring}.values())
    if sos.stage == STAGE_RENEWED:
        asked = [person for ring in rings for person in ring if person.id in sos.asked_staff]
        return tuple({p.id: p for p in (*asked, *(p for ring in rings[:4] for p in ring))}.values())
    wider = {0: 1, 1: 4, 2: 6}[sos.stage]
    found: dict[str, Staff] = {}
    for depth, ring in enumerate(rings):
        if depth >= wider and len(found) + len(sos.asked_staff) >= MIN_RESPONDERS:
            break
        found |= {person.id: person for person in ring if person.id not in sos.asked_staff}
    if sos.stage == 0 and not any(rings[:2]):  # her screen says whether anybody is on duty: whoever is, hears it
        found |= {person.id: person for person in rings[4]}
    return tuple(found.values())


def _tiers(context: JobContext, world: World, sos: Sos, now: int) -> list[tuple[Staff, ...]]:
    """From the inside out, who is on duty first; she may be one of them herself, and is none of the two."""
    me = context.store.vault.token(context.store.number(sos.owner, Purpose.SAFETY), Purpose.STAFF)
    responders = tuple(p for p in world.roster.responders() if p.token != me)
    near = tuple(p for p in responders if _covers_area(world, p, sos))
    house = tuple(p for p in world.roster.senders() if p.role is not Role.SENDER and p.token != me)
    if SosTier.ORGANISATION not in sos.tiers:
        house = ()
    first, others = on_duty(world, near, now), on_duty(world, responders, now)
    return [first, others, near, responders, on_duty(world, house, now), house]


def _covers_area(world: World, person: Staff, sos: Sos) -> bool:
    return not person.area or any(world.atlas.contains(person.area, area) for area in sos.areas) or not sos.areas


def _notify_contacts(context: JobContext, transaction: Transaction, owner: bytes, now: int) -> None:
    _tag, _raw, care = context.store.safety_records.read_safety_profile_of(owner)
    if care:
        contacts.notify_contacts(context, transaction, care, lambda _: contact_sos_text(care.display_name, _), now)


def _notify_caller(context: JobContext, transaction: Transaction, world: World, sos: Sos, now: int) -> None:
    """Neutral, and what to do next."""
    said = no_responder_text(world.profile.hotline or world.profile.service_code, context.translator(sos.lang))
    _text_caller(context, transaction, sos, said, now)


def _notify_caller_closed(context: JobContext, transaction: Transaction, world: World, sos: Sos, now: int) -> None:
    """Responders closed it: what may help now is read by dialling, and so is a new call."""
    _, dial = context.translator(sos.lang), world.profile.service_code
    said = sos_closed_text(dial, _) if sos.stage == STAGE_FALSE_ALARM else sos_helped_text(dial, _)
    _text_caller(context, transaction, sos, said, now)


def _text_caller(context: JobContext, transaction: Transaction, sos: Sos, text: str, now: int) -> None:
    number = context.store.number(sos.owner, Purpose.SAFETY)
    ground = LegalBasis.SAFE_CALL if context.store.safety_records.has_running_safe_call(number) else LegalBasis.ANSWER
    context.queue_text(transaction, number, context.translator(sos.lang).normalise(text), Lane.ALERTS, ground, now)


def notify_responder_coming(context: JobContext, item: WorkItem) -> None:
    """She hears how many come, and the word by which she knows them."""
    code, count = item.arguments()

    def tell(world: World, change: Transaction, now: int) -> None:
        found = context.store.safety_records.read_sos_by_code(code)
        if found and not found.looks_ended:
            _text_caller(
                context,
                change,
                found,
                responders_coming_text(int(count), found.passphrase, context.translator(found.lang)),
                now,
            )

    context.store.transact_and_finish(item, tell)


def notify_responder_sos_ended(context: JobContext, item: WorkItem) -> None:
    """Who was asked need not come any more."""
    code, staff_id = item.arguments()

    def tell(world: World, change: Transaction, now: int) -> None:
        person = world.roster.by_id(staff_id)
        if person and person.active:
            context.text_staff(change, person, responder_sos_ended_text(code, context.translator(person.lang)), now)

    context.store.transact_and_finish(item, tell)


def notify_contacts_sos_ended(context: JobContext, item: WorkItem) -> None:
    """Those she trusts had heard that she calls for help."""

    def tell(world: World, change: Transaction, now: int) -> None:
        _tag, _raw, care = context.store.safety_records.read_safety_profile_of(item.payload)
        if care:
            contacts.notify_contacts(context, change, care, lambda _: contact_sos_ended_text(care.display_name, _), now)

    context.store.transact_and_finish(item, tell)
