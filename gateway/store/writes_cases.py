"""Reports and alerts: what each intent writes. A case keeps its number from report to ending."""

import logging
import secrets

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, Report, State
from gateway.model.broadcast import What
from gateway.settings import Times
from gateway.store import keys
from gateway.store.change import Change
from gateway.store.shelves import Shelves
from gateway.store.writer import Writer, begin_broadcast, writes

log = logging.getLogger("mwavuli.store")
MOST_REPORTERS = 50
MOST_PLACES = 5


@writes(intents.Tell)
def tell(w: Writer, intent: intents.Tell) -> None:
    """A report is not an alert: it goes to the verifiers. The same kind and area within a while is one case."""
    turn = w.turn
    w.change.write("SET", keys.pause(turn.tags.pause), 1, "EX", w.times.report_pause)
    turn.answerable(w.times.reply)
    twin = _same(w, intent)
    if twin:
        _add(w, twin, intent.place)
        return
    w.change.expect_shelf("alerts")  # two who report it at once must not make two cases
    number = free_number(w)
    w.put_alert(Alert(number, intent.kind, intent.area, State.REPORTED, turn.now))
    reporter = (turn.report_token, w.lang)
    report = Report(number, (reporter,), (intent.place,) if intent.place else ())
    w.shelves.reports.put(w.change, str(number).encode(), report)
    w.change.due("alerts", f"verify:{number}", turn.now)


def _same(w: Writer, intent: intents.Tell) -> Alert | None:
    found = (a for a in w.world.alerts.values() if a.state is State.REPORTED and a.kind == intent.kind)
    return next((a for a in found if a.area == intent.area and w.turn.now - a.at < w.times.same_alert), None)


def _add(w: Writer, case: Alert, place: str) -> None:
    """One more voice: it raises the rank, it is one more to tell the outcome, and nobody is texted again."""
    field = str(case.number).encode()
    report = w.world.reports.get(field) or Report(case.number, ())
    reporters, places = report.reporters, report.places
    if all(token != w.turn.report_token for token, _lang in reporters) and len(reporters) < MOST_REPORTERS:
        reporters = (*reporters, (w.turn.report_token, w.lang))
    if place and place not in places:
        places = (*places, place)[-MOST_PLACES:]
    w.put_alert(replace(case, raised=case.raised + 1))
    w.shelves.reports.put(w.change, field, replace(report, reporters=reporters, places=places))


def free_number(w: Writer) -> int:
    """Four digits, at random: the number of a case tells nobody how many there were."""
    while True:
        number = 1000 + secrets.randbelow(9000)
        if w.world.case(number) is None:
            return number


@writes(intents.More)
def more(w: Writer, intent: intents.More) -> None:
    case = w.world.case(intent.number)
    if case is None:
        return
    field = str(case.number).encode()
    report = w.world.reports.get(field) or Report(case.number, ())
    places = (*report.places, intent.place)[-MOST_PLACES:]
    w.shelves.reports.put(w.change, field, replace(report, places=places))
    w.turn.answerable(w.times.reply)
    w.change.due("alerts", f"news:{case.number}", w.turn.now)


@writes(intents.Send)
def send(w: Writer, intent: intents.Send) -> None:
    w.change.expect_shelf("alerts")  # two who send it at once must not make two cases
    staff = w.turn.staff
    alert = Alert(
        free_number(w), intent.kind, intent.area, State.LIVE, w.turn.now, until=_until(w, intent.until),
        place=intent.place, text=intent.text, author=staff.id if staff else "", drill=intent.drill,
    )  # fmt: skip
    _go(w, alert, intent.propose)


@writes(intents.Confirm)
def confirm(w: Writer, intent: intents.Confirm) -> None:
    """The verifier's own place and words go out; the reporter's stay with the verifiers."""
    case, staff = w.world.case(intent.number), w.turn.staff
    if case is None or not case.waits or staff is None:
        return
    if case.author == staff.id or _reported_it(w, case):
        log.warning("case %d: nobody confirms what they reported or proposed themselves", case.number)
        return
    _free_to_ask(w, case)
    words = {"place": intent.place, "text": intent.text, "until": _until(w, intent.until)}
    if case.state is State.PROPOSED:
        confirmed = replace(case, state=State.LIVE, at=w.turn.now, seconded=staff.id, **words)
    else:
        confirmed = replace(case, state=State.LIVE, at=w.turn.now, author=staff.id, **words)
    _go(w, confirmed, intent.propose and case.state is State.REPORTED)


def _reported_it(w: Writer, case: Alert) -> bool:
    report = w.world.report(case.number)
    return report is not None and any(token == w.turn.report_token for token, _lang in report.reporters)


def _free_to_ask(w: Writer, case: Alert) -> None:
    """Who has just decided one is awake: the pause between two texts to her ends."""
    if w.turn.staff:
        w.change.write("DEL", f"asked:{w.turn.staff.id}:{case.area}")


def _until(w: Writer, until: int) -> int:
    return min(until, w.turn.now + w.times.alert_longest)


def _go(w: Writer, alert: Alert, propose: bool) -> None:
    number = alert.number
    if propose:
        w.put_alert(replace(alert, state=State.PROPOSED))
        w.change.due("alerts", f"propose:{number}", w.turn.now)
        return
    if alert.drill:
        w.put_alert(alert)
        w.change.due("alerts", f"drill:{number}", w.turn.now)
        w.change.due("alerts", f"end:{number}", alert.until)
        return
    alert = replace(alert, bits=w.bits(alert.area))
    w.put_alert(alert)
    w.begin(alert, What.NEW, alert.until)
    w.change.due("alerts", f"outcome:{number}", w.turn.now)
    w.change.due("alerts", f"end:{number}", alert.until)
    if w.world.house.tariff.limited:
        w.change.due("alerts", f"closed:{number}", w.turn.now)


@writes(intents.Reject)
def reject(w: Writer, intent: intents.Reject) -> None:
    case = w.world.case(intent.number)
    if case is None or not case.waits:
        return
    staff = w.turn.staff
    _free_to_ask(w, case)
    w.put_alert(replace(case, state=State.REJECTED, ended=w.turn.now, seconded=staff.id if staff else ""))
    w.change.due("alerts", f"outcome:{case.number}", w.turn.now)
    w.change.due("bulk", f"forget:{case.number}", w.turn.now + w.times.keep_alert)


@writes(intents.Update)
def update(w: Writer, intent: intents.Update) -> None:
    case = w.world.case(intent.number)
    if case is None or not case.live(w.turn.now):
        return
    new = replace(case, place=intent.place, text=intent.text, until=_until(w, intent.until), edition=case.edition + 1)
    w.put_alert(new)
    if new.drill:
        w.change.due("alerts", f"drill:{new.number}", w.turn.now)
    else:
        _live_on(w, new)
        w.begin(new, What.UPDATE, new.until)
    w.change.due("alerts", f"end:{new.number}", new.until)


def _live_on(w: Writer, alert: Alert) -> None:
    """A later hour holds for the warning itself too: for who still waits for it, and who joins yet."""
    field = f"{alert.number}.0".encode()
    first = w.shelves.broadcasts.get(field)
    if first and first.until < alert.until:
        w.shelves.broadcasts.put(w.change, field, replace(first, until=alert.until))


@writes(intents.Clear)
def clear(w: Writer, intent: intents.Clear) -> None:
    case = w.world.case(intent.number)
    if case is None or not case.live(w.turn.now):
        return
    finish(w.change, w.shelves, case, w.turn.now, w.times)


def finish(change: Change, shelves: Shelves, case: Alert, now: int, times: Times, tell: bool = True) -> None:
    """End a warning; `tell`: everyone who was warned hears it. The ending has an hour of expiry of its own."""
    change.lasting = True
    tell = tell and not case.drill
    over = replace(case, state=State.ENDED, ended=now, edition=case.edition + tell)
    shelves.alerts.put(change, str(case.number).encode(), over)
    change.write("ZREM", "due:alerts", f"end:{case.number}")
    for edition in range(case.edition + 1):  # nobody is claimed for them from this moment on
        change.write("HSET", f"bc:{case.number}.{edition}:n", "stop", 1)
        change.write("EXPIREAT", f"bc:{case.number}.{edition}:n", now + times.ending + times.keep_alert)
    if tell:
        begin_broadcast(change, shelves.broadcasts, over, What.END, now + times.ending, now, times.keep_alert)
    change.due("bulk", f"forget:{case.number}", now + times.keep_alert)
