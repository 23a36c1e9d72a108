"""A call for help on its way outwards: two responders at least, then wider while nobody comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from gateway.gsm import segments
from gateway.model.caller import World
from gateway.model.message import Ground, Lane
from gateway.model.sos import AGAIN, FORCED, UNTRUE, Ring, Sos, new_code
from gateway.model.staff import Role, Staff
from gateway.store import Change, Item, keys
from gateway.vault import Purpose
from gateway.wording import Translator
from gateway.wording_safety import (
    after_help,
    has_ended,
    is_over,
    needed,
    nobody_yet,
    somebody_comes,
    wanted,
    was_closed,
)
from jobs import circle
from jobs.context import Context
from jobs.duty import on_duty

FEWEST = 2
"""nobody is asked to go alone"""
MOST = 20
"""codes in one text"""
AHEAD = 3
"""seconds by which a call's first responder goes before the second one of another call, and so on"""


@dataclass
class Round:
    """One commit: the next step of calls that came together, and who is to be texted of which of them."""

    context: Context
    world: World
    change: Change
    now: int
    asked: dict[str, tuple[Staff, list[str]]] = field(default_factory=dict)

    def ask(self, person: Staff, code: str) -> None:
        self.asked.setdefault(person.id, (person, []))[1].append(code)

    def tell(self) -> None:
        """One text to a person tells of as many calls as it holds; each call's first responder before any second."""
        for place, (person, codes) in enumerate(self.asked.values()):
            for text in self._texts(codes, self.context.translator(person.lang)):
                self.context.tell(self.change, person, text, self.now - max(0, AHEAD - place))

    def _texts(self, codes: list[str], _: Translator) -> Iterator[str]:
        dial = self.world.house.service_code
        while codes:
            longer = [wanted(", ".join(codes[:n]), dial, _) for n in range(1, len(codes[:MOST]) + 1)]
            fit = [text for text in longer if segments(text) == 1] or longer[:1]
            yield fit[-1]
            codes = codes[len(fit) :]


def call(context: Context, *items: Item) -> None:
    """The next step of one call, or of several at once, in one commit: a death between two repeats nothing."""

    def steps(world: World, change: Change, now: int, items: Sequence[Item]) -> list[int]:
        these = Round(context, world, change, now)
        found = context.store.safety.sos_of_all([item.rest for item in items])
        waits = [_next(these, *each) for each in found]
        these.tell()
        return waits

    context.store.conclude_all(items, steps)


def call_for(
    context: Context, change: Change, owner: bytes, words: str, lang: str, *, forced: bool, over: bool, now: int
) -> None:
    """Somebody is not back, and chose that colleagues hear it: a call for help in their place.

    Her contacts hear it from elsewhere. Where she calls already, those who come read these words too; and her phone
    shows of that call what it would had nobody forced her. `over`: the note looks ended there.
    """
    store = context.store
    tag, raw, sos = store.safety.sos_of(owner)
    _tag, _raw, care = store.safety.care_of(owner)
    change.due("alerts", b"sos:" + owner, now)
    if sos and not sos.closed:
        duress, shown = sos.duress or forced, not sos.hidden and not (over and sos.noted)
        step = FORCED if duress else AGAIN
        moved = replace(sos.saying(words), at=now, step=step, duress=duress, again=duress and shown)
        store.safety.save_sos(change, tag, moved, raw)
        return
    token = store.vault.token(store.number(owner, Purpose.SAFETY), Purpose.SUBSCRIBER)
    subscription = store.subscription(token)
    code = new_code()
    areas = subscription.live_areas(now) if subscription else ()
    check = care.check if care else ""
    step = FORCED if forced else 0
    sos = Sos(code, owner, lang, now, areas=areas, words=words, check=check, duress=forced, step=step, noted=True)
    change.expect_field(keys.CALLS, code, None)
    store.safety.save_sos(change, tag, sos, raw)
    change.write("HSET", keys.CALLS, code, tag)


def _next(these: Round, tag: bytes, raw: bytes | None, sos: Sos | None) -> int:
    """Returns seconds until the next step, 0 after the last."""
    context, world, change, now = these.context, these.world, these.change, these.now
    if sos is None:
        return 0
    if sos.closed:
        _tell_end(context, change, world, sos, now)
        context.store.safety.save_sos(change, tag, None, raw)
        return 0
    if now >= sos.at + context.times.sos:
        context.store.safety.save_sos(change, tag, None, raw)
        change.write("HDEL", keys.CALLS, sos.code)
        return 0
    people = () if sos.quiet and sos.step == 0 else _to_ask(context, world, sos, now)
    for person in people:
        these.ask(person, sos.code)
    if sos.step in (1, FORCED) and Ring.CONTACTS in sos.rings:
        _tell_circle(context, change, sos.owner, now)
    if sos.step == 2 and not (sos.coming or sos.duress):
        _tell_caller(context, change, world, sos, now)
    asked = tuple(dict.fromkeys((*sos.asked, *(person.id for person in people))))
    moved = replace(sos, asked=asked, step=2 if sos.step == AGAIN else sos.step + 1)
    context.store.safety.save_sos(change, tag, moved, raw)
    waits = {0: context.times.take_back, 1: context.times.sos_wider, 2: context.times.sos_wider}
    waits[AGAIN] = context.times.sos_wider
    return waits.get(sos.step, max(1, sos.at + context.times.sos - now))


def _to_ask(context: Context, world: World, sos: Sos, now: int) -> tuple[Staff, ...]:
    """Who is texted at this step: responders on duty near her, and more until there are two; then everybody wider.

    Once enough come, nobody more is asked. Where somebody made her end it, all hear so, also who was asked before.
    """
    forced = sos.step == FORCED
    if sos.step not in (FORCED, AGAIN) and (sos.step > 2 or (sos.step and len(sos.coming) >= FEWEST)):
        return ()
    rings = _rings(context, world, sos, now)
    if forced:
        return tuple({person.id: person for ring in rings for person in ring}.values())
    if sos.step == AGAIN:
        asked = [person for ring in rings for person in ring if person.id in sos.asked]
        return tuple({p.id: p for p in (*asked, *(p for ring in rings[:4] for p in ring))}.values())
    wider = {0: 1, 1: 4, 2: 6}[sos.step]
    found: dict[str, Staff] = {}
    for depth, ring in enumerate(rings):
        if depth >= wider and len(found) + len(sos.asked) >= FEWEST:
            break
        found |= {person.id: person for person in ring if person.id not in sos.asked}
    if sos.step == 0 and not any(rings[:2]):  # her screen says whether anybody is on duty: whoever is, hears it
        found |= {person.id: person for person in rings[4]}
    return tuple(found.values())


def _rings(context: Context, world: World, sos: Sos, now: int) -> list[tuple[Staff, ...]]:
    """From the inside out, who is on duty first; she may be one of them herself, and is none of the two."""
    me = context.store.vault.token(context.store.number(sos.owner, Purpose.SAFETY), Purpose.STAFF)
    responders = tuple(p for p in world.roster.responders() if p.token != me)
    near = tuple(p for p in responders if _covers(world, p, sos))
    house = tuple(p for p in world.roster.senders() if p.role is not Role.SENDER and p.token != me)
    if Ring.HOUSE not in sos.rings:
        house = ()
    first, others = on_duty(world, near, now), on_duty(world, responders, now)
    return [first, others, near, responders, on_duty(world, house, now), house]


def _covers(world: World, person: Staff, sos: Sos) -> bool:
    return not person.area or any(world.atlas.contains(person.area, area) for area in sos.areas) or not sos.areas


def _tell_circle(context: Context, change: Change, owner: bytes, now: int) -> None:
    _tag, _raw, care = context.store.safety.care_of(owner)
    if care:
        circle.tell(context, change, care, lambda _: needed(care.called, _), now)


def _tell_caller(context: Context, change: Change, world: World, sos: Sos, now: int) -> None:
    """Neutral, and what to do next."""
    said = nobody_yet(world.house.hotline or world.house.service_code, context.translator(sos.lang))
    _answer(context, change, sos, said, now)


def _tell_end(context: Context, change: Change, world: World, sos: Sos, now: int) -> None:
    """Responders closed it: what may help now is read by dialling, and so is a new call."""
    _, dial = context.translator(sos.lang), world.house.service_code
    said = was_closed(dial, _) if sos.step == UNTRUE else after_help(dial, _)
    _answer(context, change, sos, said, now)


def _answer(context: Context, change: Change, sos: Sos, said: str, now: int) -> None:
    number = context.store.number(sos.owner, Purpose.SAFETY)
    ground = Ground.OUT if context.store.safety.out(number) else Ground.ANSWER
    context.text(change, number, context.translator(sos.lang).fold(said), Lane.ALERTS, ground, now)


def coming(context: Context, item: Item) -> None:
    """She hears how many come, and the word by which she knows them."""
    code, count = item.arguments()

    def tell(world: World, change: Change, now: int) -> None:
        found = context.store.safety.sos_by_code(code)
        if found and not found.hidden:
            _answer(
                context, change, found, somebody_comes(int(count), found.check, context.translator(found.lang)), now
            )

    context.store.conclude(item, tell)


def over(context: Context, item: Item) -> None:
    """Who was asked need not come any more."""
    code, staff_id = item.arguments()

    def tell(world: World, change: Change, now: int) -> None:
        person = world.roster.by_id(staff_id)
        if person and person.active:
            context.tell(change, person, is_over(code, context.translator(person.lang)), now)

    context.store.conclude(item, tell)


def ended(context: Context, item: Item) -> None:
    """Those she trusts had heard that she calls for help."""

    def tell(world: World, change: Change, now: int) -> None:
        _tag, _raw, care = context.store.safety.care_of(item.rest)
        if care:
            circle.tell(context, change, care, lambda _: has_ended(care.called, _), now)

    context.store.conclude(item, tell)
