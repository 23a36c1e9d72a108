"""Joining, leaving and choices of one subscriber: what each intent writes."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.subscription import CONSENT_WORDING, Channel, Subscription, week_of
from gateway.store import keys, left
from gateway.store.change import Change
from gateway.store.turn import daily_tag, own_pin_hash, trust_tag
from gateway.store.writer import Writer, writes
from gateway.store.writes_clients import resign
from gateway.store.writes_outing import forget_outing
from gateway.store.writes_sos import forget_sos
from gateway.store.writes_trust import cared, forget_care, hush
from gateway.vault import Vault


@writes(intents.Join)
def join(w: Writer, intent: intents.Join) -> None:
    kept = w.turn.subscription or _new(w, intent.channel)
    if intent.area in kept.areas:
        return
    w.turn.subscription = replace(kept, areas=(*kept.areas, intent.area))
    if intent.area != kept.tonight:
        _enter(w, intent.area)
    _tell_live(w, intent.area)


@writes(intents.Tonight)
def tonight(w: Writer, intent: intents.Tonight) -> None:
    kept = w.turn.subscription or _new(w, Channel.USSD)
    if kept.tonight and kept.tonight not in kept.areas and kept.tonight != intent.area:
        _exit(w.change, w.turn.token, kept.tonight)
    if intent.area not in (*kept.areas, kept.tonight):
        _enter(w, intent.area)
    until = w.turn.now + w.times.tonight
    w.turn.subscription = replace(kept, tonight=intent.area, tonight_until=until)
    w.change.due("bulk", b"tonight:" + w.turn.token, until + 1)
    _tell_live(w, intent.area)


def _new(w: Writer, channel: Channel) -> Subscription:
    week = week_of(w.turn.now)
    return Subscription(w.lang, consent_week=week, seen_week=week, channel=channel, consent_wording=CONSENT_WORDING)


def _enter(w: Writer, area: str) -> None:
    w.change.write("HSET", keys.membership(area, w.turn.token), w.turn.token, b"")
    w.change.write("HINCRBY", "members", area, 1)


def _exit(change: Change, token: bytes, area: str) -> None:
    change.write("HDEL", keys.membership(area, token), token)
    change.write("HINCRBY", "members", area, -1)


def _tell_live(w: Writer, area: str) -> None:
    """Who joins while a warning is live is told at once; whoever joins as one goes out is decided anew."""
    w.change.expect_shelf("alerts")
    for alert in w.world.live_alerts((area,), w.turn.now):
        w.change.due("alerts", f"late:{alert.number}:{w.turn.token.hex()}", w.turn.now)


@writes(intents.Leave)
def leave(w: Writer, intent: intents.Leave) -> None:
    kept = w.turn.subscription
    if kept is None or intent.area not in (*kept.areas, kept.tonight):
        return
    _exit(w.change, w.turn.token, intent.area)
    left.note(w.change, w.turn.vault, w.turn.token, w.turn.now, intent.area)
    areas = tuple(a for a in kept.areas if a != intent.area)
    kept = replace(kept, areas=areas)
    w.turn.subscription = replace(kept, tonight="", tonight_until=0) if kept.tonight == intent.area else kept
    w.change.rewrite(w.turn.now)


@writes(intents.Stop)
def stop(w: Writer, intent: intents.Stop) -> None:
    """Consent, memberships and every permission to text go in the same instant.

    A note that is out ends too, unless she set a second code: then whoever holds her phone cannot end it so.
    """
    if w.turn.care:
        w.turn.care = replace(w.turn.care, pin=w.turn.own_pin)
        if not w.turn.care.duress:
            forget_outing(w)
    forget_subscription(w.change, w.turn.vault, w.turn.token, w.turn.subscription, w.turn.now)
    w.turn.subscription = None
    w.change.write("DEL", keys.window(w.turn.tags.window), keys.agreed(w.turn.tags.window))
    w.change.write("DEL", keys.daily(daily_tag(w.turn.vault, w.turn.number)))
    if w.turn.member:
        w.turn.member = replace(w.turn.member, told=False)
    w.change.expect(keys.trust(trust_tag(w.turn.vault, w.turn.number)), w.turn.raw_trust)
    if w.turn.trust.owners:
        hush(w.change, w.turn.vault, w.turn.number, w.turn.now)
    for code, visit in w.turn.visits.items():
        w.put_referral(code, replace(visit, may_text=False, may_ask=False))


def forget_subscription(change: Change, vault: Vault, token: bytes, kept: Subscription | None, now: float) -> None:
    """Everything that makes a token a subscriber; and soon, its traces in warnings and in Redis' own file.

    What stays for some days is a tombstone, so that no backup brings her back.
    """
    change.lasting = True
    change.write("HDEL", keys.bucket(token), token)
    change.write("DEL", keys.strikes(token))
    left.note(change, vault, token, now)
    change.write("ZREM", "due:bulk", b"tonight:" + token)
    for area in {*kept.areas, kept.tonight} - {""} if kept else ():
        _exit(change, token, area)
    change.due("alerts", b"erase:" + token.hex().encode(), now)
    change.rewrite(now)


@writes(intents.Delete)
def delete(w: Writer, intent: intents.Delete) -> None:
    """What STOP does, and everything else about this phone. The clinic's half of a referral keeps no caller.

    While her people are being told that she was forced, what that takes stays for an hour.
    """
    if w.turn.held_by_code:
        return
    stop(w, intents.Stop())
    turn = w.turn
    for code, visit in w.turn.visits.items():
        gone = replace(visit, caller=b"", may_text=False, may_ask=False, words=(), waiting=())
        w.put_referral(code, gone)
    w.change.write("DEL", keys.mine(turn.tags.mine), keys.pause(turn.tags.pause), keys.loop(turn.tags.loop))
    w.change.write("DEL", keys.often(turn.care_tag), keys.rank(turn.care_tag))
    for field, report in w.world.reports.items():
        if any(token == turn.report_token for token, _lang in report.reporters):
            left = tuple(r for r in report.reporters if r[0] != turn.report_token)
            w.shelves.reports.put(w.change, field, replace(report, reporters=left))
    resign(w, intents.Resign())
    if turn.forced:
        w.change.due("bulk", b"leave:" + turn.safety_token, turn.now + keys.FORCED_STAYS)
    else:
        forget_care(w)
        forget_outing(w)
    forget_sos(w)
    w.drop_session = True


@writes(intents.Speak)
def speak(w: Writer, intent: intents.Speak) -> None:
    if w.turn.subscription:
        w.turn.subscription = replace(w.turn.subscription, lang=intent.lang, remember=intent.remember)
    if w.turn.staff:
        w.turn.staff = replace(w.turn.staff, lang=intent.lang)


@writes(intents.Word)
def word(w: Writer, intent: intents.Word) -> None:
    if w.turn.subscription:
        w.turn.subscription = replace(w.turn.subscription, wording=intent.wording)


@writes(intents.Limit)
def limit(w: Writer, intent: intents.Limit) -> None:
    if w.turn.subscription:
        w.turn.subscription = replace(w.turn.subscription, texts=intent.texts)


@writes(intents.SetPin)
def set_pin(w: Writer, intent: intents.SetPin) -> None:
    """Without a PIN there is no second code: nothing would end what only a code ends."""
    pin = own_pin_hash(w.turn.vault, w.turn.number, intent.pin) if intent.pin else b""
    if w.turn.subscription:
        w.turn.subscription = replace(w.turn.subscription, pin=pin)
    if w.turn.care or (w.world.features and not w.turn.subscription):
        care = cared(w)
        w.turn.care = replace(care, pin=pin, duress=care.duress if pin else b"")
