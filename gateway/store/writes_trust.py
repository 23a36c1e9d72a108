"""Codes, trusted people, and what they are told if she is held: what each intent writes."""

import msgspec
from msgspec.structs import replace

from gateway.model import intents
from gateway.model.care import MOST_CONTACTS, MOST_MARKS, Asked, Care, Contact
from gateway.model.subscription import week_of
from gateway.numbers import Number
from gateway.store import keys, left
from gateway.store.change import Change
from gateway.store.turn import asked, asked_mark, duress_hash, trust_tag
from gateway.store.writer import Writer, writes
from gateway.vault import Purpose, Vault


def cared(w: Writer) -> Care:
    """What she left with us; begun where there is nothing yet."""
    turn = w.turn
    return turn.care or Care(turn.safety_token, w.lang, week_of(turn.now), pin=turn.own_pin)


@writes(intents.AskContact)
def ask_contact(w: Writer, intent: intents.AskContact) -> None:
    """Written down; they are asked by a job, which knows how often they were asked already."""
    turn, care, number = w.turn, cared(w), Number.parse(intent.number)
    may = asked(turn.vault, turn.number, care, number, turn.now)
    if may is not Asked.NEVER or len(care.contacts) >= MOST_CONTACTS:
        return
    token = turn.vault.token(number, Purpose.CONTACT)
    contact = Contact(token, intent.name, w.lang, turn.now, words=intent.words)
    mark = asked_mark(turn.vault, turn.number, number)
    turn.care = replace(
        care, lang=w.lang, called=intent.called, contacts=(*care.contacts, contact),
        invited=(*care.invited, (mark, turn.now))[-MOST_MARKS:],
    )  # fmt: skip
    w.change.due("messages", b"invite:" + turn.safety_token, turn.now)


@writes(intents.DropContact)
def drop_contact(w: Writer, intent: intents.DropContact) -> None:
    """Only who had said yes may be asked again: nobody else can be texted by her twice."""
    turn, care = w.turn, w.turn.care
    found = next((c for c in care.contacts if c.token == intent.token), None) if care else None
    if care is None or found is None:
        return
    turn.care = care.without(found.token)
    if found.active:
        mark = asked_mark(turn.vault, turn.number, turn.vault.number(found.token, Purpose.CONTACT))
        turn.care = replace(turn.care, invited=tuple(pair for pair in care.invited if pair[0] != mark))
    _part(w, found.token)


def _part(w: Writer, contact: bytes) -> None:
    """Their record forgets who had asked them; and no backup brings them back to her list."""
    left.note(w.change, w.turn.vault, w.turn.safety_token + contact, w.turn.now)
    w.change.due("messages", b"parted:" + w.turn.safety_token + contact, w.turn.now)


def forget_care(w: Writer) -> None:
    """DELETE: what she left is gone, and so is she from her contacts' records."""
    for contact in w.turn.care.contacts if w.turn.care else ():
        _part(w, contact.token)
    w.turn.care = None
    w.change.write("ZREM", "due:alerts", b"held:" + w.turn.safety_token)


def hush(change: Change, vault: Vault, number: Number, now: float) -> None:
    """STOP from a phone that others named: nothing goes to it from this moment on."""
    tag = trust_tag(vault, number)
    change.write("COPY", keys.trust(tag), keys.gone(tag), "REPLACE")
    change.write("DEL", keys.trust(tag))
    _part_all(change, vault, number, now)


def _part_all(change: Change, vault: Vault, number: Number, now: float) -> None:
    """Those in `gone` lose this phone from their lists; and for a while nobody asks it again."""
    change.write("SET", keys.invited(trust_tag(vault, number)), keys.MOST_INVITATIONS, "EX", keys.INVITED)
    change.due("messages", b"gone:" + vault.token(number, Purpose.CONTACT), now)


@writes(intents.Agree)
def agree(w: Writer, intent: intents.Agree) -> None:
    contact = w.turn.vault.token(w.turn.number, Purpose.CONTACT)
    if intent.read:
        w.change.due("messages", b"accepted:" + contact, w.turn.now)
    else:
        w.change.due("messages", b"agreed:" + contact, w.turn.now)


@writes(intents.Decline)
def decline(w: Writer, intent: intents.Decline) -> None:
    """Those who had a yes keep it."""
    turn, tag = w.turn, trust_tag(w.turn.vault, w.turn.number)
    if not turn.trust.waiting.owners:
        return
    w.change.expect(keys.trust(tag), turn.raw_trust)
    for key, trust in ((keys.gone(tag), turn.trust.waiting), (keys.trust(tag), turn.trust.answered)):
        if trust.owners:
            sealed = turn.vault.seal(msgspec.msgpack.encode(trust), "trust")
            w.change.write("SET", key, sealed, "EX", w.times.care)
        else:
            w.change.write("DEL", key)
    _part_all(w.change, turn.vault, turn.number, turn.now)


@writes(intents.SetDuress)
def set_duress(w: Writer, intent: intents.SetDuress) -> None:
    code = duress_hash(w.turn.vault, w.turn.number, intent.code) if intent.code else b""
    w.turn.care = replace(cared(w), duress=code)


@writes(intents.SetCheck)
def set_check(w: Writer, intent: intents.SetCheck) -> None:
    w.turn.care = replace(cared(w), check=intent.word)


@writes(intents.SetArrest)
def set_arrest(w: Writer, intent: intents.SetArrest) -> None:
    w.turn.care = replace(cared(w), arrest=intent.words)


@writes(intents.Held)
def held(w: Writer, intent: intents.Held) -> None:
    """Pressed again, it leaves no later."""
    at = int((w.turn.now + w.times.take_back) * 1000)
    w.change.write("ZADD", "due:alerts", "NX", at, b"held:" + w.turn.safety_token)
    w.change.bells.add("alerts")


@writes(intents.NotHeld)
def not_held(w: Writer, intent: intents.NotHeld) -> None:
    """Only while they were not told: the screen says so."""
    w.change.expect(keys.care(w.turn.care_tag), w.turn.raw_care)
    w.change.write("ZREM", "due:alerts", b"held:" + w.turn.safety_token)
