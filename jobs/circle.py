"""Those somebody trusts: asked once, told what she wrote for them where they agreed and have not said STOP."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from gateway.gsm import fold
from gateway.model.caller import World
from gateway.model.care import Care, Contact, Trust
from gateway.model.feature import Feature
from gateway.model.message import Ground, Lane
from gateway.model.outing import DONE
from gateway.numbers import Number
from gateway.store import Change, Item, keys
from gateway.store.turn import trust_tag
from gateway.vault import TOKEN_BYTES, Purpose
from gateway.wording import Translator
from gateway.wording_safety import reminder
from jobs.context import Context

Words = Callable[[Translator], str]
LATER = 86400
"""seconds until somebody is asked who was asked by others lately"""


def tell(context: Context, change: Change, care: Care, words: Words, now: float) -> int:
    """Text her circle, each in the language they were asked in; returns how many are told."""
    for contact in care.circle:
        _text(context, change, contact, words(context.translator(contact.lang)), Ground.TRUST, now)
    return len(care.circle)


def _text(context: Context, change: Change, contact: Contact, words: str, ground: Ground, now: float) -> str:
    """Returns the text's id."""
    lane = Lane.ALERTS if ground is Ground.TRUST else Lane.MESSAGES
    words = context.translator(contact.lang).fold(words)
    return context.text(change, _number(context, contact.token), words, lane, ground, now)


def _number(context: Context, token: bytes) -> Number:
    return context.store.number(token, Purpose.CONTACT)


def remind(context: Context, change: Change, owner: bytes, words: str, now: float) -> None:
    """Text her while she is out: also after STOP, which she may have been made to send."""
    number, words = context.store.number(owner, Purpose.SAFETY), fold(words)
    context.text(change, number, words, Lane.ALERTS, Ground.OUT, now)


def invite(context: Context, item: Item) -> None:
    """Whoever was written down and not asked yet is asked, in her words; each once, and no phone in a loop."""
    owner = item.rest

    def ask(world: World, change: Change, now: int) -> int:
        tag, raw, care = context.store.safety.care_of(owner)
        waiting = [contact for contact in care.contacts if contact.words] if care else []
        put_off = 0
        for contact in waiting:
            if not _may_ask(context, change, contact):
                put_off = LATER
                continue
            number = _number(context, contact.token)
            question = _text(context, change, contact, contact.words, Ground.ASK, now)
            sealed, trust = context.store.safety.trust(number)
            context.store.safety.save_trust(change, number, trust.asked_by(owner, question), sealed)
            care = care.with_contact(replace(contact, words="")) if care else None
        if waiting:
            context.store.safety.save_care(change, tag, care, raw)
        return put_off

    context.store.conclude(item, ask)


def _may_ask(context: Context, change: Change, contact: Contact) -> bool:
    key = keys.invited(trust_tag(context.store.vault, _number(context, contact.token)))
    raw = context.store.connection.call("GET", key)
    times = int(raw or 0)
    if times >= keys.MOST_INVITATIONS:
        return False
    change.expect(key, raw)
    change.write("SET", key, times + 1, "EX", keys.INVITED)
    return True


def agreed(context: Context, item: Item) -> None:
    """A yes by text counts for everybody whose question had reached this phone before it."""
    _agreed(context, item, by_text=True)


def accepted(context: Context, item: Item) -> None:
    """A yes by dialling: it was read who asks."""
    _agreed(context, item, by_text=False)


def _agreed(context: Context, item: Item, by_text: bool) -> None:
    store, contact = context.store, item.rest

    def note(world: World, change: Change, now: int) -> None:
        number = _number(context, contact)
        sealed, trust = store.safety.trust(number)
        unasked = {o for o, question in trust.questions if store.message(f"msg:{question}")} if by_text else set()
        for owner, _agreed in trust.owners:
            if owner not in unasked:
                _change_contact(context, change, owner, contact, agreed=now)
        if trust.owners:
            owners = tuple((owner, agreed or owner not in unasked) for owner, agreed in trust.owners)
            waiting = tuple(pair for pair in trust.questions if pair[0] in unasked)
            store.safety.save_trust(change, number, Trust(owners, waiting), sealed)

    store.conclude(item, note)


def _change_contact(context: Context, change: Change, owner: bytes, contact: bytes, agreed: int) -> None:
    """They count from now on, or (0) are on her list no more."""
    tag, raw, care = context.store.safety.care_of(owner)
    found = next((c for c in care.contacts if c.token == contact), None) if care else None
    if care and found:
        changed = care.with_contact(replace(found, agreed=found.agreed or agreed)) if agreed else care.without(contact)
        context.store.safety.save_care(change, tag, changed, raw)


def gone(context: Context, item: Item) -> None:
    """A contact said STOP: nobody counts on them any more."""
    store, contact = context.store, item.rest
    key = keys.gone(trust_tag(store.vault, _number(context, contact)))

    def note(world: World, change: Change, now: int) -> None:
        raw = store.connection.call("GET", key)
        trust = msgspec.msgpack.decode(store.vault.open(raw, "trust"), type=Trust) if raw else Trust()
        for owner, agreed in trust.owners:
            _change_contact(context, change, owner, contact, agreed=0)
            if agreed:
                _say_that_nobody_is_left(context, world, change, owner, contact, now)
        change.write("DEL", key)

    store.conclude(item, note)


def _say_that_nobody_is_left(
    context: Context, world: World, change: Change, owner: bytes, gone: bytes, now: int
) -> None:
    """She is out, and counts on somebody who will not hear: she reads it when she dials."""
    _tag, _raw, outing = context.store.safety.outing_of(owner)
    _tag, _raw, care = context.store.safety.care_of(owner)
    waits = outing is not None and not outing.over and outing.step < DONE
    colleagues = outing is not None and outing.colleagues and Feature.SOS in world.features
    if outing and waits and not colleagues and care and not care.without(gone).circle:
        remind(context, change, owner, reminder(world.house.service_code, context.translator(outing.lang)), now)


def parted(context: Context, item: Item) -> None:
    """She took somebody off her list, or left: their record forgets her."""
    owner, contact = item.rest[:TOKEN_BYTES], item.rest[TOKEN_BYTES:]

    def forget(world: World, change: Change, now: int) -> None:
        number = _number(context, contact)
        sealed, trust = context.store.safety.trust(number)
        context.store.safety.save_trust(change, number, trust.without(owner), sealed)

    context.store.conclude(item, forget)


def leave(context: Context, item: Item) -> None:
    """She said DELETE, or whoever made her end something did; her people were told meanwhile."""
    owner, safety = item.rest, context.store.safety

    def forget(world: World, change: Change, now: int) -> None:
        tag, raw, care = safety.care_of(owner)
        for contact in care.contacts if care else ():
            change.due("messages", b"parted:" + owner + contact.token, now)
        safety.save_care(change, tag, None, raw)
        tag, raw, _outing = safety.outing_of(owner)
        safety.save_outing(change, tag, None, raw)
        change.write("ZREM", "due:alerts", b"back:" + owner)
        change.rewrite(now)

    context.store.conclude(item, forget)


def held(context: Context, item: Item) -> None:
    """She is held, and did not take it back: her circle reads what she wrote for this day."""

    def pass_on(world: World, change: Change, now: int) -> None:
        tag, raw, care = context.store.safety.care_of(item.rest)
        if care and care.arrest and tell(context, change, care, lambda _: care.arrest, now):
            context.store.safety.save_care(change, tag, replace(care, told_at=now), raw)

    context.store.conclude(item, pass_on)
