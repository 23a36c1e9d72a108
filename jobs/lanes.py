"""The one RQ job: do what is due on a lane, for a while, then ring again.

Safe to run twice, or to die in: what is due lies in the store under a lease, and only `done` takes it away.
"""

import logging
import re
import time
from collections.abc import Callable

from gateway.errors import BadInput, Closed, Locked, StoreAway
from gateway.logs import about_alert, what
from gateway.store import Item
from jobs import (
    broadcast,
    circle,
    closed,
    deliver,
    duty,
    housekeeping,
    members,
    outing,
    refer,
    second_try,
    sos,
    still,
    tally,
    verify,
)
from jobs.context import Context, current

log = logging.getLogger("mwavuli.jobs")

Handler = Callable[[Context, Item], None]
HANDLERS: dict[str, Handler] = {
    "bc": broadcast.step,
    "again": second_try.again,
    "late": broadcast.latecomer,
    "end": broadcast.end_by_the_clock,
    "closed": closed.watch,
    "drill": duty.drill,
    "locked": duty.locked,
    "left": duty.left,
    "propose": verify.propose,
    "verify": verify.ask,
    "news": verify.news,
    "outcome": verify.outcome,
    "refer": refer.refer,
    "answer": refer.answer,
    "words": refer.words,
    "ask": refer.ask,
    "forget": housekeeping.forget_alert,
    "unsay": housekeeping.forget_words,
    "tonight": housekeeping.end_of_night,
    "erase": housekeeping.erase,
    "rewrite": housekeeping.rewrite,
    "newly": members.newly,
    "unlist": members.unlist,
    "walk": still.walk,
    "invite": circle.invite,
    "agreed": circle.agreed,
    "accepted": circle.accepted,
    "gone": circle.gone,
    "parted": circle.parted,
    "leave": circle.leave,
    "held": circle.held,
    "back": outing.back,
    "isback": outing.is_back,
    "sos": sos.call,
    "soscoming": sos.coming,
    "sosover": sos.over,
    "sosended": sos.ended,
}

CASE = re.compile(rb"(\d{4}(?:\.\d+)?)(?=:|$)")


def work(lane: str) -> None:
    """RQ's entry: `lane` is all a job ever carries."""
    try:
        context = current()
        context.bell.heard(lane)
        more = run(context, lane, context.times.chunk)
    except (Locked, Closed):  # what is due stays so; the watch has said why
        return
    except StoreAway as away:
        log.error("lane %s rests until the clock rings: %s", lane, away)
        return
    if more:
        context.bell.toll(lane)


def run(context: Context, lane: str, seconds: float) -> bool:
    """Do what is due, for at most so many seconds; True where more is due."""
    try:
        return _run(context, lane, seconds)
    finally:
        tally.written(context)


def _run(context: Context, lane: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        items = context.store.due.take(lane, context.deployment.settings.tuning.pace.in_flight)
        if not items:
            return False
        messages = [item for item in items if item.verb == "msg"]
        deliver.send_all(context, messages)
        calls = [item for item in items if item.verb == "sos"]
        if len(calls) > 1 and together(context, calls):
            continue
        for item in items:
            if item.verb != "msg":
                handle(context, item)
    return context.store.due.waiting(lane)


def together(context: Context, calls: list[Item]) -> bool:
    """Calls for help that came at once; False where one of them is in the way of the others: each by itself."""
    try:
        sos.call(context, *calls)
    except (StoreAway, Locked):
        raise
    except Exception as error:  # noqa: BLE001  as in `handle`
        log.error("several calls at once failed: %s", what(error))
        return False
    return True


def handle(context: Context, item: Item) -> None:
    """One item. An unforeseen failure is logged without its words and tried again later, with growing pauses."""
    with about_alert(_case(item)):
        try:
            _handle(context, item)
        except (StoreAway, Locked):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the others on this lane need not wait for it
            log.error("%s failed: %s", item.verb, what(error))
            context.store.due.failed(item)


def _handle(context: Context, item: Item) -> None:
    handler = HANDLERS.get(item.verb)
    if handler is None:
        raise BadInput(f"nothing handles {item.verb}")
    handler(context, item)


def _case(item: Item) -> str:
    """The case an item is about: `1234`, or an edition of it, `1234.1`. Everything else is nobody's to know."""
    found = CASE.match(item.rest)
    return found[1].decode() if found else ""
