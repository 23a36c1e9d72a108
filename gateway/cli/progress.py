"""`mwavuli alert show`: how far a warning is, once or until it is done."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from gateway.cli import common
from gateway.errors import BadInput
from gateway.model.alert import Alert
from gateway.model.broadcast import NAMES, OPEN, REACHED, State
from gateway.store import Store, Tally
from gateway.wording import clock

BAR = 30
LOOK = 1.0
"""seconds between two looks"""
SPAN = 30.0
"""seconds over which the speed is taken"""
SENT = frozenset(State) - OPEN - {State.LAPSED, State.REMOVED}
"""those for whom the network was asked"""


@click.command()
@click.argument("number", type=int)
@click.option("--follow", is_flag=True, help="until it is done")
def show(number: int, follow: bool) -> None:
    """How far a warning is: who stands where, how fast, and until when."""
    store = common.deployment().store
    speeds: dict[int, Speed] = {}
    lines = 0
    while True:
        said, left = look(store, number, speeds)
        if follow and lines and sys.stdout.isatty():
            click.echo(f"\x1b[{lines}A\x1b[J", nl=False)
        click.echo("\n".join(said))
        lines = len(said)
        if not follow or not left:
            return
        time.sleep(LOOK)


def look(store: Store, number: int, speeds: dict[int, "Speed"]) -> tuple[list[str], int]:
    """What there is to say now, and how many portions of it are still to be done."""
    case = store.world().case(number)
    if case is None:
        raise BadInput("no alert has that number; numbers are four digits and are forgotten after a week")
    local = store.shelves.world.local
    said, left = [f"{number} {case.kind} {case.state}, {clock(local(case.at))} to {clock(local(case.until))}"], 0
    for edition in range(case.edition + 1):
        tally, todo = store.recipients.tally(f"{number}.{edition}"), store.recipients.left_to_do(f"{number}.{edition}")
        speed = speeds.setdefault(edition, Speed())
        speed.look(time.monotonic(), sum(tally.states[state] for state in SENT))
        said += _edition(store, case, edition, tally, todo, speed)
        left += todo
    return said, left


def _edition(store: Store, case: Alert, edition: int, tally: Tally, todo: int, speed: "Speed") -> Iterator[str]:
    """One edition's bar, and under it who stands where."""
    known, portions = sum(tally.states.values()), 1 << case.bits
    expected = known
    if todo:
        whole = store.world().reach(case.area, store.members()) if edition == 0 else _reached(store, case.number)
        expected = max(known, whole)
    done = sum(n for state, n in tally.states.items() if state not in OPEN)
    share = min(done / expected, 1.0) if expected else (portions - todo) / portions
    bar = f"[{'#' * int(BAR * share):<{BAR}}]"
    yield f"  {case.number}.{edition} {bar} {_people(known, expected, todo)}{speed.said(expected - done)}"
    yield f"    {states(tally)}"


def _reached(store: Store, number: int) -> int:
    """Who hears of an update or an ending: those who have the warning."""
    first = store.recipients.counts(f"{number}.0")
    return sum(first[state] for state in REACHED)


def _people(known: int, expected: int, todo: int) -> str:
    return f"{known} of about {expected} people looked up" if todo and expected > known else f"{known} people"


def states(tally: Tally) -> str:
    """Every state somebody stands in, as `accepted 93, refused 3 (403: 2, 407: 1)`."""
    codes = ", ".join(f"{code or 'no number'}: {n}" for code, n in tally.refusals.items())
    said = [
        f"{NAMES[state.value]} {n}" + (f" ({codes})" if state is State.REFUSED and codes else "")
        for state, n in tally.states.items()
        if n
    ]
    return ", ".join(said) or "nobody yet"


@dataclass
class Speed:
    """How many a second, over the last looks."""

    looks: list[tuple[float, int]] = field(default_factory=list)

    def look(self, now: float, sent: int) -> None:
        self.looks = [(at, n) for at, n in self.looks if now - at < SPAN] + [(now, sent)]

    @property
    def a_second(self) -> float:
        (first, was), (last, now) = self.looks[0], self.looks[-1]
        return max(0.0, (now - was) / (last - first)) if last > first else 0.0

    def said(self, left: int) -> str:
        """`, 812/s, about 14 s left`; nothing where nothing moves."""
        if not self.a_second:
            return ""
        return f", {self.a_second:.0f}/s" + (f", about {left / self.a_second:.0f} s left" if left > 0 else "")
