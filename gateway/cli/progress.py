"""`mwavuli alert show`: how far a warning is, once or until it is done."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from gateway.cli import common
from gateway.errors import BadInput
from gateway.model.alert import Alert
from gateway.model.broadcast import OPEN_STATES, REACHED_STATES, STATE_NAMES, RecipientState
from gateway.store import RecipientCounts, Store
from gateway.text.wording import format_clock

BAR_CHARS = 30
POLL_INTERVAL_S = 1.0
"""seconds between two looks"""
RATE_WINDOW_S = 30.0
"""seconds over which the speed is taken"""
SUBMITTED_STATES = frozenset(RecipientState) - OPEN_STATES - {RecipientState.LAPSED, RecipientState.REMOVED}
"""those for whom the network was asked"""


@click.command()
@click.argument("number", type=int)
@click.option("--follow", is_flag=True, help="until it is done")
def show(number: int, follow: bool) -> None:
    """How far a warning is: who stands where, how fast, and until when."""
    store = common.load_deployment().store
    speeds: dict[int, SendRate] = {}
    lines = 0
    while True:
        said, left = describe_progress(store, number, speeds)
        if follow and lines and sys.stdout.isatty():
            click.echo(f"\x1b[{lines}A\x1b[J", nl=False)
        click.echo("\n".join(said))
        lines = len(said)
        if not follow or not left:
            return
        time.sleep(POLL_INTERVAL_S)


def describe_progress(store: Store, number: int, rates: dict[int, "SendRate"]) -> tuple[list[str], int]:
    """What there is to say now, and how many portions of it are still to be done."""
    case = store.read_world().alert(number)
    if case is None:
        raise BadInput("no alert has that number; numbers are four digits and are forgotten after a week")
    local = store.world_cache.world.local_time
    said, left = (
        [f"{number} {case.kind} {case.state}, {format_clock(local(case.at))} to {format_clock(local(case.until))}"],
        0,
    )
    for edition in range(case.edition + 1):
        tally, todo = (
            store.recipients.read_counts(f"{number}.{edition}"),
            store.recipients.count_remaining_prefixes(f"{number}.{edition}"),
        )
        speed = rates.setdefault(edition, SendRate())
        speed.add_sample(time.monotonic(), sum(tally.states[state] for state in SUBMITTED_STATES))
        said += _broadcast_lines(store, case, edition, tally, todo, speed)
        left += todo
    return said, left


def _broadcast_lines(
    store: Store, case: Alert, broadcast: int, tally: RecipientCounts, todo: int, rate: "SendRate"
) -> Iterator[str]:
    """One edition's bar, and under it who stands where."""
    known, portions = sum(tally.states.values()), 1 << case.shard_bits
    expected = known
    if todo:
        whole = (
            store.read_world().count_subscriptions(case.area, store.count_subscribers())
            if broadcast == 0
            else _count_reached(store, case.number)
        )
        expected = max(known, whole)
    done = sum(n for state, n in tally.states.items() if state not in OPEN_STATES)
    share = min(done / expected, 1.0) if expected else (portions - todo) / portions
    bar = f"[{'#' * int(BAR_CHARS * share):<{BAR_CHARS}}]"
    people = _format_people(known, expected, todo)
    yield f"  {case.number}.{broadcast} {bar} {people}{rate.format_rate(expected - done)}"
    yield f"    {format_states(tally)}"


def _count_reached(store: Store, number: int) -> int:
    """Who hears of an update or an ending: those who have the warning."""
    first = store.recipients.count_states(f"{number}.0")
    return sum(first[state] for state in REACHED_STATES)


def _format_people(known: int, expected: int, todo: int) -> str:
    return f"{known} of about {expected} people looked up" if todo and expected > known else f"{known} people"


def format_states(tally: RecipientCounts) -> str:
    """Every state somebody stands in, as `accepted 93, refused 3 (403: 2, 407: 1)`."""
    codes = ", ".join(f"{code or 'no number'}: {n}" for code, n in tally.refusals.items())
    said = [
        f"{STATE_NAMES[state.value]} {n}" + (f" ({codes})" if state is RecipientState.REFUSED and codes else "")
        for state, n in tally.states.items()
        if n
    ]
    return ", ".join(said) or "nobody yet"


@dataclass
class SendRate:
    """How many a second, over the last looks."""

    samples: list[tuple[float, int]] = field(default_factory=list)

    def add_sample(self, now: float, sent: int) -> None:
        self.samples = [(at, n) for at, n in self.samples if now - at < RATE_WINDOW_S] + [(now, sent)]

    @property
    def per_second(self) -> float:
        (first, was), (last, now) = self.samples[0], self.samples[-1]
        return max(0.0, (now - was) / (last - first)) if last > first else 0.0

    def format_rate(self, remaining: int) -> str:
        """`, 812/s, about 14 s left`; nothing where nothing moves."""
        if not self.per_second:
            return ""
        return f", {self.per_second:.0f}/s" + (
            f", about {remaining / self.per_second:.0f} s left" if remaining > 0 else ""
        )
