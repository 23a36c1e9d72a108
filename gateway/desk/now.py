"""The page *Now*: what needs this person, the colleagues on duty, and what runs: as on the person's phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from gateway.crypto.vault import Purpose
from gateway.desk.access import SignedIn
from gateway.desk.call import Call
from gateway.desk.service import DeskService
from gateway.model.alert import Alert, AlertState
from gateway.model.broadcast import OPEN_STATES
from gateway.model.caller import Caller
from gateway.model.desk import Section, sections_of
from gateway.model.staff import Role, Staff
from gateway.store.store import Store
from gateway.text import joins
from gateway.text.estimate import MIN_SHOWN_PEOPLE, short_count
from gateway.text.translator import Translator
from gateway.text.wording import alert_kind_name, format_clock
from gateway.turns.snapshot import caller_from_turn
from menus.advice import open_questions
from menus.areas import area_name
from menus.responders import sort_open_sos
from menus.team import alerts_to_check, live_alerts_in_scope

REFRESH_S = 30
"""seconds after which the page loads itself again"""


@dataclass(frozen=True)
class Report:
    """A report or a proposal that waits for a decision."""

    number: int
    kind: str
    area: str
    since: str
    count: int
    is_own: bool
    """the person proposed it: somebody else decides"""
    asked: str
    """names of verifiers who were asked"""


@dataclass(frozen=True)
class LiveWarning:
    """A warning that runs. `reached`, `audience`: rounded words; empty while they would show single people."""

    number: int
    kind: str
    area: str
    place: str
    until: str
    is_drill: bool
    share: int
    reached: str
    audience: str


@dataclass(frozen=True)
class HelpCall:
    code: str
    since: str
    area: str
    is_guess: bool
    """the caller did not say where: the area is one of which the caller gets warnings"""
    coming: int


@dataclass(frozen=True)
class DutyLine:
    """The people who have a role now. `next_at`: when the next person comes on duty, where nobody is."""

    role: Role
    names: str
    next_at: str


@dataclass(frozen=True)
class NowView:
    alarms: tuple[str, ...]
    reports: tuple[Report, ...]
    warnings: tuple[LiveWarning, ...]
    calls: tuple[HelpCall, ...]
    questions: int
    oldest_question: str
    duty: tuple[DutyLine, ...]
    spent: str
    sections: frozenset[Section]

    @property
    def is_quiet(self) -> bool:
        return not (self.alarms or self.reports or self.warnings or self.calls or self.questions)


def show_now(call: Call) -> Response:
    assert call.person is not None  # noqa: S101  a personal page
    view = view_now(call.service, call.person)
    response = call.show("now", now=view, clock=_clock_of(call.service))
    response.headers["Refresh"] = f"{REFRESH_S}; url={call.service.pages.address('refresh')}"
    return response


def show_cover(call: Call) -> Response:
    """Show an empty page, for a person who looks over the shoulder. The session goes on."""
    return call.show("cover")


def _clock_of(service: DeskService) -> str:
    store = service.deployment.store
    return format_clock(store.read_world().local_time(store.now()))


def view_now(service: DeskService, person: SignedIn) -> NowView:
    """Return what the page shows to this person, read as for a turn of the person's phone."""
    store = service.deployment.store
    turn = store.read_turn(store.number(person.staff.token, Purpose.STAFF))
    caller = caller_from_turn(turn, person.staff.lang)
    _ = service.languages.get(person.staff.lang).translator
    shown = sections_of(person.staff)
    questions = open_questions(caller) if Section.QUESTIONS in shown else []
    return NowView(
        alarms=tuple(sorted(map(_, caller.world.alarms.values()))) if person.staff.may_send else (),
        reports=tuple(_reports(caller, _)) if Section.REPORTS in shown else (),
        warnings=tuple(_warnings(store, caller, _)) if Section.WARNINGS in shown else (),
        calls=tuple(_calls(caller)) if Section.CALLS in shown else (),
        questions=len(questions),
        oldest_question=_clock(caller, questions[0].at) if questions else "",
        duty=tuple(_duty(caller, _)),
        spent=_spent(service, caller) if Section.MONEY in shown else "",
        sections=shown,
    )


def _clock(caller: Caller, at: int) -> str:
    return format_clock(caller.world.local_time(at))


def _reports(caller: Caller, _: Translator) -> Iterator[Report]:
    own = [a for a in caller.world.alerts.values() if a.state is AlertState.PROPOSED and _is_author(caller, a)]
    for alert in (*alerts_to_check(caller), *own):
        report = caller.world.report(alert.number)
        asked = (caller.world.roster.by_id(id_) for id_ in (report.asked_verifiers if report else ()))
        yield Report(
            alert.number, alert_kind_name(alert.kind, _), area_name(caller, alert.area), _clock(caller, alert.at),
            alert.report_count, _is_author(caller, alert), joins.listed(_, [p.name for p in asked if p]),
        )  # fmt: skip


def _is_author(caller: Caller, alert: Alert) -> bool:
    return caller.staff is not None and alert.author == caller.staff.id


def _warnings(store: Store, caller: Caller, _: Translator) -> Iterator[LiveWarning]:
    for alert in live_alerts_in_scope(caller):
        states = store.recipients.count_states(f"{alert.number}.{alert.edition}")
        audience, done = sum(states.values()), sum(n for state, n in states.items() if state not in OPEN_STATES)
        is_shown = audience >= MIN_SHOWN_PEOPLE
        yield LiveWarning(
            alert.number, alert_kind_name(alert.kind, _), area_name(caller, alert.area), alert.venue,
            _clock(caller, alert.until), alert.drill, _share(done, audience) if is_shown else 0,
            short_count(done) if is_shown else "", short_count(audience) if is_shown else "",
        )  # fmt: skip


def _share(done: int, audience: int) -> int:
    """Return per cent in steps of ten, so that no two looks show one person."""
    return done * 10 // audience * 10


def _calls(caller: Caller) -> Iterator[HelpCall]:
    for sos in sort_open_sos(caller):
        area = area_name(caller, sos.areas[0]) if sos.areas else ""
        yield HelpCall(sos.code, _clock(caller, sos.at), area, not sos.names_area, len(sos.coming_staff))


def _duty(caller: Caller, _: Translator) -> Iterator[DutyLine]:
    """Yield the people on duty who check reports, come to a call for help and answer questions."""
    roster, when = caller.world.roster, caller.local_time
    groups: tuple[tuple[Role, tuple[Staff, ...]], ...] = (
        (Role.VERIFIER, tuple(p for p in roster.people if p.gets_texts and p.may_verify)),
        (Role.RESPONDER, roster.responders()),
        (Role.ADVISER, roster.advisers()),
    )
    for role, people in groups:
        if people:
            on_duty = roster.on_duty(people, when)
            names = joins.listed(_, [p.name for p in on_duty])
            yield DutyLine(role, names, _next_on_duty(caller, people, when))


def _next_on_duty(caller: Caller, people: tuple[Staff, ...], when: datetime) -> str:
    found = caller.world.roster.next_on_duty(people, when)
    return format_clock(found) if found else ""


def _spent(service: DeskService, caller: Caller) -> str:
    """Return what today's texts cost, beside the day's limit where there is one."""
    settings, day = service.deployment.settings, caller.local_time.date().isoformat()
    total = service.deployment.store.daily_spend.total(day) / 1000
    currency, limit = settings.tuning.prices.currency, settings.tuning.spend.cap
    return f"{currency} {total:,.0f}" + (f" / {limit:,.0f}" if limit else "")
