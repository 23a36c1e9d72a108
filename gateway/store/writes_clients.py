"""Members, and what they tell of clients: what each intent writes."""

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from gateway.model import intents
from gateway.model.caller import World
from gateway.model.client import DAY, MOST_MEMBERS, Listed, Member, Telling
from gateway.model.subscription import week_of
from gateway.numbers import Number
from gateway.store import keys, left
from gateway.store.change import Change
from gateway.store.shelves import Shelves
from gateway.store.turn import look_tag
from gateway.store.writer import Writer, writes
from gateway.vault import Purpose, Vault

NEWLY, TOLD = "newly:0", "told"


def sweep_later(change: Change, now: float) -> None:
    """What is over goes within a day; one item for all."""
    change.write("ZADD", "due:bulk", "NX", int((now + DAY) * 1000), b"unlist")


def put_listed(change: Change, shelves: Shelves, mark: bytes, listed: Listed) -> None:
    """One entry, if it still is what was read; with nothing in it any more, it goes."""
    if listed.kept:
        shelves.clients.put(change, mark, listed)
    else:
        change.expect_field("clients", mark, change.seen.get("clients", {}).get(mark))
        shelves.clients.drop(change, mark)


def invited(token: bytes, now: float, lang: str, by: str) -> Member:
    return Member(token, int(now // DAY), week_of(now), lang=lang, by=by)


def takes_part(member: Member | None, now: float) -> bool:
    """Said yes, and is not over."""
    return member is not None and member.active and not member.over(now)


@writes(intents.Invite)
def invite(w: Writer, intent: intents.Invite) -> None:
    """Nobody is texted: it is said in person. Who is a member already stays one."""
    staff = w.turn.staff
    token = w.turn.vault.token(Number.typed(intent.typed, w.settings.region), Purpose.MEMBER)
    known = w.world.enrolled.get(token)
    if staff is None or takes_part(known, w.turn.now) or len(w.world.enrolled) >= MOST_MEMBERS:
        return
    w.shelves.enrolled.put(w.change, token, invited(token, w.turn.now, w.lang, staff.id))
    sweep_later(w.change, w.turn.now)


@writes(intents.TakePart)
def take_part(w: Writer, intent: intents.TakePart) -> None:
    if w.turn.member and not w.turn.member.over(w.turn.now):
        w.turn.member = replace(w.turn.member, active=True, lang=w.lang)


@writes(intents.HearNew)
def hear_new(w: Writer, intent: intents.HearNew) -> None:
    member = w.turn.member
    if member and takes_part(member, w.turn.now):
        w.turn.member = replace(member, told=intent.on, lang=w.lang)
        if not intent.on:  # no backup brings these texts back
            left.note(w.change, w.turn.vault, member.token, w.turn.now, TOLD)


@writes(intents.Resign)
def resign(w: Writer, intent: intents.Resign) -> None:
    """As if never a member: what others may read stays without its author, unread words and lone tellings go."""
    token = w.turn.member_token
    if w.turn.member or any(t.by == token for each in w.world.clients.values() for t in each.tellings):
        forget_member(w.change, w.shelves, w.turn.vault, w.world, token, w.turn.now)
        w.turn.member = w.turn.member_as_read = None


def forget_member(change: Change, shelves: Shelves, vault: Vault, world: World, token: bytes, now: float) -> None:
    """A membership, if it still is what was read; its author's token goes from all that was told."""
    change.expect_field("enrolled", token, change.seen.get("enrolled", {}).get(token))
    shelves.enrolled.drop(change, token)
    left.note(change, vault, token, now)
    change.write("DEL", keys.look(look_tag(vault, vault.number(token, Purpose.MEMBER))))
    change.rewrite(now)
    for mark, listed in world.clients.items():
        if any(telling.by == token for telling in listed.tellings):
            put_listed(change, shelves, mark, listed.without(token))


@writes(intents.LookedUp)
def looked_up(w: Writer, intent: intents.LookedUp) -> None:
    """Counted whether or not anything was found."""
    if w.turn.member:
        _still(w, w.turn.member)
    limits = w.settings.tuning.clients
    w.turn.looks = w.turn.looks.one_more(w.turn.now, limits.free, limits.a_day)
    w.change.write("SET", keys.look(w.turn.look_tag), msgspec.msgpack.encode(w.turn.looks), "EX", keys.LOOKS)


@writes(intents.TellOf)
def tell_of(w: Writer, intent: intents.TellOf) -> None:
    member, turn = w.turn.member, w.turn
    if member is None or not takes_part(member, turn.now):
        return
    _still(w, member)
    telling = Telling(
        member.token, intent.harm, intent.month, intent.district, turn.now // DAY, code=intent.code, words=intent.words
    )
    for mark, shared, plate in intent.marks:
        before = w.world.clients.get(mark) or Listed(plate=plate)
        after = before.with_telling(telling)
        _put(
            w,
            mark,
            before,
            replace(after, shared=shared, key=turn.marker.key_name) if shared and turn.marker else after,
        )
    sweep_later(w.change, turn.now)


def _still(w: Writer, member: Member) -> None:
    """Written only while the membership is as read."""
    w.change.expect_field("enrolled", member.token, w.change.seen.get("enrolled", {}).get(member.token))


def _put(w: Writer, mark: bytes, before: Listed, after: Listed) -> None:
    """Who asked for it hears when something can be read for the first time."""
    put_listed(w.change, w.shelves, mark, after)
    if after.shown and not before.shown:
        w.change.due("bulk", NEWLY, w.turn.now)


@writes(intents.Met)
def met(w: Writer, intent: intents.Met) -> None:
    """Its author said the code to staff in person: one voice is enough. Nobody vouches for their own."""
    own = w.turn.member_token
    _each(w, intent.code, lambda t: t if t.by == own else replace(t, met=True))


@writes(intents.Read)
def read(w: Writer, intent: intents.Read) -> None:
    """A moderator read it: the words have served."""
    _each(w, intent.code, lambda t: replace(t, words="", read=True))


@writes(intents.Unlist)
def unlist(w: Writer, intent: intents.Unlist) -> None:
    """A moderator takes one telling off, from the number and the plate alike; no backup brings it back."""
    _each(w, intent.code, lambda t: None)


def _each(w: Writer, code: str, change: Callable[[Telling], Telling | None]) -> None:
    for mark, listed in with_code(w.world.clients, code).items():
        changed = [change(t) if t.code == code else t for t in listed.tellings]
        if None in changed:
            left.note(w.change, w.turn.vault, mark, w.turn.now, code)
        w.change.rewrite(w.turn.now)
        _put(w, mark, listed, replace(listed, tellings=tuple(t for t in changed if t)))


def with_code(clients: Mapping[bytes, Listed], code: str) -> dict[bytes, Listed]:
    """The entries in which somebody told something under this code."""
    return {mark: each for mark, each in clients.items() if code and any(t.code == code for t in each.tellings)}


@writes(intents.AskReview)
def ask_review(w: Writer, intent: intents.AskReview) -> None:
    for mark in intent.marks:
        if (listed := w.world.clients.get(mark)) and not listed.review:
            put_listed(w.change, w.shelves, mark, replace(listed, review=True))


@writes(intents.Reviewed)
def reviewed(w: Writer, intent: intents.Reviewed) -> None:
    """It stays as it is, or goes whole; then neither a backup nor a list of others brings it back."""
    listed = w.world.clients.get(intent.mark)
    if listed is None:
        return
    if intent.keep:
        put_listed(w.change, w.shelves, intent.mark, replace(listed, review=False))
        return
    left.note(w.change, w.turn.vault, intent.mark, w.turn.now)
    w.change.rewrite(w.turn.now)
    refused = replace(listed, tellings=(), review=False, refused=w.turn.now // DAY)
    put_listed(w.change, w.shelves, intent.mark, refused)
    sweep_later(w.change, w.turn.now)


def restored(vault: Vault, mark: bytes, listed: Listed, gone: Callable[[bytes, str], bool], today: int) -> Listed:
    """An entry of a backup, without what was taken off and whoever left since. `gone`: token (or mark) and code."""
    if gone(mark, ""):
        return replace(listed, tellings=(), refused=today)
    kept = replace(listed, tellings=tuple(t for t in listed.tellings if not (t.code and gone(mark, t.code))))
    for token in {t.by for t in kept.tellings if t.by}:
        if has_left(vault, token, gone):
            kept = kept.without(token)
    return kept


def has_left(vault: Vault, token: bytes, gone: Callable[[bytes, str], bool]) -> bool:
    """Laid the membership down, or said STOP or DELETE."""
    subscriber = vault.token(vault.number(token, Purpose.MEMBER), Purpose.SUBSCRIBER)
    return gone(token, "") or gone(subscriber, "")
