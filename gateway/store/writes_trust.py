"""Codes, trusted people, and what they are told if she is held: what each intent writes."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.care import INVITED_WITHIN, MOST_CONTACTS, MOST_INVITED, Care, Contact
from gateway.model.subscription import week_of
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.turn import Turn, duress_hash, trust_tag
from gateway.store.writer import Writer, writes
from gateway.vault import Purpose


def cared(w: Writer) -> Care:
    """What she left with us; begun where there is nothing yet."""
    turn = w.turn
    return turn.care or Care(turn.safety_token, w.lang, week_of(turn.now), pin=turn.own_pin)


@writes(intents.AskContact)
def ask_contact(w: Writer, intent: intents.AskContact) -> None:
    """Written down; they are asked by a job, which knows how often they were asked already."""
    care, number, now = cared(w), Number.parse(intent.number), w.turn.now
    token = w.turn.vault.token(number, Purpose.CONTACT)
    lately = tuple(at for at in care.invited if at > now - INVITED_WITHIN)
    known = any(contact.token == token for contact in care.contacts)
    full = len(care.contacts) >= MOST_CONTACTS or len(lately) >= MOST_INVITED
    if known or full or number == w.turn.number:
        return
    contact = Contact(token, intent.name, w.lang, now, words=intent.words)
    w.turn.care = replace(
        care, lang=w.lang, called=intent.called, contacts=(*care.contacts, contact), invited=(*lately, now)
    )
    w.change.due("messages", b"invite:" + w.turn.safety_token, now)


@writes(intents.DropContact)
def drop_contact(w: Writer, intent: intents.DropContact) -> None:
    if w.turn.care:
        w.turn.care = w.turn.care.without(intent.token)
        _part(w, intent.token)


def _part(w: Writer, contact: bytes) -> None:
    """Their record forgets who had asked them."""
    w.change.due("messages", b"parted:" + w.turn.safety_token + contact, w.turn.now)


def forget_care(w: Writer) -> None:
    """DELETE: what she left is gone, and so is she from her contacts' records."""
    for contact in w.turn.care.contacts if w.turn.care else ():
        _part(w, contact.token)
    w.turn.care = None
    w.change.write("ZREM", "due:alerts", b"held:" + w.turn.safety_token)


def hush(w: Writer) -> None:
    """STOP from a phone that agreed to be told about others: nothing goes to it from this moment on."""
    tag = trust_tag(w.turn.vault, w.turn.number)
    w.change.write("COPY", keys.trust(tag), keys.gone(tag), "REPLACE")
    w.change.write("DEL", keys.trust(tag))
    w.change.due("messages", b"gone:" + _as_contact(w.turn), w.turn.now)


def _as_contact(turn: Turn) -> bytes:
    return turn.vault.token(turn.number, Purpose.CONTACT)


@writes(intents.Agree)
def agree(w: Writer, intent: intents.Agree) -> None:
    w.change.due("messages", b"agreed:" + _as_contact(w.turn), w.turn.now)


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
    """Pressed again, the first time stands."""
    at = (w.turn.now + w.times.take_back) * 1000
    w.change.write("ZADD", "due:alerts", "NX", at, b"held:" + w.turn.safety_token)


@writes(intents.NotHeld)
def not_held(w: Writer, intent: intents.NotHeld) -> None:
    w.change.write("ZREM", "due:alerts", b"held:" + w.turn.safety_token)
