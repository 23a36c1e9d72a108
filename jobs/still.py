"""'Still want these?': who has been silent for long is asked, asked once more, and then forgotten as by STOP.

A number may have a new owner by then, to whom a warning would tell a secret. Any dial or text is a yes; where only
reports were missing, one that arrives is enough. Nobody is forgotten without having been told before.
"""

from enum import StrEnum

from msgspec.structs import replace

from gateway.model.caller import World
from gateway.model.message import Ground, Lane, Message
from gateway.model.subscription import WEEK, Subscription, week_of
from gateway.numbers import Number
from gateway.settings import Forget, seconds_left
from gateway.store import Change, Item, keys
from gateway.store.dying import DAY
from gateway.store.writes_people import forget_subscription
from gateway.vault import Purpose
from gateway.wording import still_wanted
from jobs.context import Context

STEP = 64
"""buckets looked at in one go: some 4,000 people at a million, each bucket its own short call"""
PAUSE = 20
"""seconds between two steps"""
TIMES = 2
"""how often somebody is asked"""


class Verdict(StrEnum):
    ASK = "ask"
    FORGET = "forget"
    HEARD = "heard"
    """was asked, and there is no need any more"""


def walk(context: Context, item: Item) -> None:
    """One step of the daily walk over everybody. Where it stopped it goes on, whoever does."""
    store, now = context.store, context.store.now()
    tuning = context.deployment.settings.tuning
    day, at, asked = _progress(context, now)
    wait = seconds_left(tuning.quiet.hours, store.world().local(now))
    if not wait and asked >= tuning.forget.questions:
        wait = int((day + 1) * DAY - now) + 1
    if wait:
        store.due.later(item, wait)
        return
    asked += _look(context, now, range(at, min(at + STEP, keys.BUCKETS)))
    at += STEP
    store.connection.call("HSET", keys.WALK, "day", day, "asked", asked, "at", at if at < keys.BUCKETS else 0)
    store.due.later(item, PAUSE if at < keys.BUCKETS else int((day + 1) * DAY - now) + 1)


def _progress(context: Context, now: float) -> tuple[int, int, int]:
    """Today, the next bucket, and how many were asked today."""
    kept = {name: int(value) for name, value in context.store.connection.hgetall(keys.WALK).items()}
    today = int(now // DAY)
    return today, kept.get(b"at", 0), kept.get(b"asked", 0) if kept.get(b"day") == today else 0


def _look(context: Context, now: float, buckets: range) -> int:
    """Everybody in these buckets; returns how many were asked."""
    [arrived, *found] = context.store.connection.batch(
        [("GET", keys.ARRIVED), *(("HGETALL", f"sub:{bucket}") for bucket in buckets)]
    )
    limits, reported = context.deployment.settings.tuning.forget, int(arrived or 0)
    asked = 0
    for people in found:
        for token, packed in people.items():
            if verdict(Subscription.unpack(packed), now, limits, reported):
                asked += _settle(context, token, limits, reported) is Verdict.ASK
    return asked


def verdict(kept: Subscription, now: float, limits: Forget, arrived: int) -> Verdict | None:
    """What is to be done about somebody. `arrived`: the week of the last report that any text arrived."""
    if not _silent(kept, now, limits, arrived):
        return Verdict.HEARD if kept.asked else None
    if kept.asked and _days_since(kept.asked_week, now) < limits.silence_days:
        return None
    return Verdict.ASK if kept.asked < TIMES else Verdict.FORGET


def _silent(kept: Subscription, now: float, limits: Forget, arrived: int) -> bool:
    """Missing reports tell something only of who had one before, and while the networks still send them to us."""
    yes = max(kept.consent_week, kept.seen_week)
    if limits.ask_days and _days_since(yes, now) >= limits.ask_days:
        return True
    if not (limits.unreached_days and kept.delivered_week and _days_since(arrived, now) < limits.unreached_days):
        return False
    return _days_since(max(yes, kept.delivered_week), now) >= limits.unreached_days


def _days_since(week: int, now: float) -> float:
    """Since the end of that week: never too early."""
    return (now - (week + 1) * WEEK) / DAY


def _settle(context: Context, token: bytes, limits: Forget, arrived: int) -> Verdict | None:
    """Decided anew on the record as it is: she may have dialled a moment ago."""
    store = context.store

    def settle(world: World, change: Change, now: int) -> Verdict | None:
        kept = store.subscription(token)
        what = verdict(kept, now, limits, arrived) if kept else None
        if kept is None or what is None:
            return None
        change.expect_field(keys.bucket(token), token, kept.pack())
        if what is Verdict.FORGET:
            forget_subscription(change, store.vault, token, kept, now)
            return what
        asked = kept.asked + 1 if what is Verdict.ASK else 0
        _note(change, token, kept, asked, now)
        if what is Verdict.ASK:
            text = still_wanted(world.house.service_code, context.translator(kept.lang))
            context.text(change, store.number(token, Purpose.SUBSCRIBER), text, Lane.BULK, Ground.CONSENT, now)
        return what

    result: Verdict | None = store.attempt(settle)
    return result


def unsaid(context: Context, message: Message) -> None:
    """The question lapsed before it could leave: it does not count."""
    store = context.store
    if message.ground is not Ground.CONSENT:
        return
    token = store.vault.token(Number.from_int(message.to), Purpose.SUBSCRIBER)

    def take_back(world: World, change: Change, now: int) -> None:
        kept = store.subscription(token)
        if kept and kept.asked:
            change.expect_field(keys.bucket(token), token, kept.pack())
            _note(change, token, kept, kept.asked - 1, now)

    store.attempt(take_back)


def _note(change: Change, token: bytes, kept: Subscription, asked: int, now: float) -> None:
    noted = replace(kept, asked=asked, asked_week=week_of(now) if asked else 0)
    change.write("HSET", keys.bucket(token), token, noted.pack())
