"""Somebody is out: reminded twice when the hour has come, then her people get the note. Ended, it is gone."""

from msgspec.structs import replace

from gateway.model.caller import World
from gateway.model.feature import Feature
from gateway.model.outing import DONE, LAST, Outing
from gateway.store import Change, Item
from gateway.wording import Translator, clock
from gateway.wording_safety import is_back_again, needed, not_back, reminder
from jobs import circle, sos
from jobs.context import Context

FORGET = 86400
"""seconds after which a note that was told is wiped"""


def back(context: Context, item: Item) -> None:
    """Her hour, or a step after it; each in one commit, so a death between two of them repeats nothing."""
    owner = item.rest
    context.store.conclude(item, lambda world, change, now: _next(context, world, change, now, owner))


def _next(context: Context, world: World, change: Change, now: int, owner: bytes) -> int:
    """Returns seconds until the next step, 0 where it is over."""
    tag, raw, outing = context.store.safety.outing_of(owner)
    if outing is None:
        return 0
    if outing.step == DONE:
        context.store.safety.save_outing(change, tag, None, raw)
        return 0
    if outing.over or outing.step == LAST:
        return _tell(context, world, change, now, owner)
    if outing.until > now:
        return outing.until - now
    _remind(context, world, change, now, owner, outing)
    context.store.safety.save_outing(change, tag, replace(outing, step=outing.step + 1), raw)
    return context.times.out_remind if outing.step == 0 else context.times.out_grace


def _remind(context: Context, world: World, change: Change, now: int, owner: bytes, outing: Outing) -> None:
    circle.remind(context, change, owner, reminder(world.house.service_code, context.translator(outing.lang)), now)


def _tell(context: Context, world: World, change: Change, now: int, owner: bytes) -> int:
    """Her people get the note, each with our words in their own language; colleagues too where she chose so."""
    tag, raw, outing = context.store.safety.outing_of(owner)
    _tag, _raw, care = context.store.safety.care_of(owner)
    if outing is None:
        return 0
    if care:
        circle.tell(context, change, care, lambda _: _words(world, outing, care.called, now, _), now)
    if outing.colleagues and Feature.SOS in world.features:
        sos.call_for(
            context, change, owner, outing.note, outing.lang, forced=_early(outing, now), over=outing.over, now=now
        )
    context.store.safety.save_outing(change, tag, replace(outing, told=True, step=DONE), raw)
    return FORGET


def _early(outing: Outing, now: int) -> bool:
    """Before her hour they are told only because somebody forced her."""
    return outing.over or now < outing.until


def _words(world: World, outing: Outing, called: str, now: int, _: Translator) -> str:
    if _early(outing, now):
        return f"{needed(called, _)} {outing.note}".strip()
    return not_back(called, clock(world.local(outing.until)), outing.note, _)


def is_back(context: Context, item: Item) -> None:
    """Who was told that she is not back hears that she is."""

    def tell(world: World, change: Change, now: int) -> None:
        _tag, _raw, care = context.store.safety.care_of(item.rest)
        if care:
            circle.tell(context, change, care, lambda _: is_back_again(care.called, _), now)

    context.store.conclude(item, tell)
