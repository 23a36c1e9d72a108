"""Staff, words to the service, and texts a caller asked for: what each intent writes."""

import secrets

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.message import Ground, Lane
from gateway.model.staff import MOST_WRONG_PINS
from gateway.store import keys
from gateway.store.turn import secret_hash
from gateway.store.writer import Writer, writes


@writes(intents.Say)
def say(w: Writer, intent: intents.Say) -> None:
    """Words to the service carry no number, so nobody can be answered; how many a phone left is counted apart."""
    w.change.write("INCRBY", keys.loop(w.turn.tags.loop), keys.SAY_WEIGHT)
    w.change.write("EXPIRE", keys.loop(w.turn.tags.loop), keys.LOOP_WINDOW)
    id_ = secrets.token_hex(4)
    w.shelves.words.put(w.change, id_.encode(), intent.words)
    w.change.due("bulk", f"unsay:{id_}", w.turn.now + w.times.keep_history)


@writes(intents.TextMe)
def text_me(w: Writer, intent: intents.TextMe) -> None:
    w.turn.answerable(w.times.reply)
    for text in intent.texts:
        w.turn.text(Lane.MESSAGES, w.turn.number, text, Ground.ANSWER, w.turn.now + w.times.message)


@writes(intents.Duty)
def duty(w: Writer, intent: intents.Duty) -> None:
    if w.turn.staff:
        w.turn.staff = replace(w.turn.staff, duty_now=intent.on)


@writes(intents.PinTried)
def pin_tried(w: Writer, intent: intents.PinTried) -> None:
    """Five wrong ones lock the phone and tell a colleague, who can unlock it."""
    staff = w.turn.staff
    if staff is None:
        return
    if intent.right:
        used = secret_hash(w.turn.vault, w.turn.number, "code", intent.code) if intent.code else b""
        w.turn.staff = replace(staff, wrong=0, codes=tuple(c for c in staff.codes if c != used))
        return
    wrong = staff.wrong + 1
    if wrong < MOST_WRONG_PINS:
        w.turn.staff = replace(staff, wrong=wrong)
        return
    w.turn.staff = replace(staff, wrong=0, locked_until=w.turn.now + w.times.pin_lock)
    w.change.due("alerts", f"locked:{staff.id}", w.turn.now)


@writes(intents.Activate)
def activate(w: Writer, intent: intents.Activate) -> None:
    if w.turn.staff:
        w.turn.staff = replace(w.turn.staff, active=True, activation=b"")


@writes(intents.Suspend)
def suspend(w: Writer, intent: intents.Suspend) -> None:
    """STOP from a staff phone silences it too; the organisation is told."""
    if w.turn.staff and w.turn.staff.active:
        w.turn.staff = replace(w.turn.staff, active=False)
        w.change.due("alerts", f"left:{w.turn.staff.id}", w.turn.now)


@writes(intents.Unlock)
def unlock(w: Writer, intent: intents.Unlock) -> None:
    person = w.world.roster.by_id(intent.staff_id)
    own = w.turn.staff
    if person and own and person.id != own.id:
        w.shelves.staff.put(w.change, person.token, replace(person, locked_until=0, wrong=0))
