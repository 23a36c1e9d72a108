"""`mwavuli alert show`: print the progress of a warning, once or until it is done."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from gateway.cli import common
from gateway.errors import BadInput
from gateway.model.alert import Alert, AlertState
from gateway.model.broadcast import OPEN_STATES, REACHED_STATES, STATE_NAMES, RecipientState
from gateway.store import RecipientCounts, Store
from gateway.text.wording import format_clock

NO_ALERT = "no alert has that number; `mwavuli alert list` prints those of the last week"
BAR_CHARS = 30
POLL_INTERVAL_S = 1.0
"""seconds between two reports"""
REFUSAL_WORDS = {
    0: "no number",
    401: "held back by the provider",
    402: "sender not registered",
    403: "no such number, or not allowed",
    404: "not a number for texts",
    405: "no credit",
    406: "blocked texts from this sender",
    407: "no way to that network",
    409: "does not want texts (do not disturb)",
    500: "the provider failed",
    501: "the network failed",
    502: "the network refused it",
}
"""what the codes of refusals say; any other is named by its number"""
EDITION_CHARS = 9
RATE_WINDOW_S = 30.0
"""seconds over which the rate is measured"""
SUBMITTED_STATES = frozenset(RecipientState) - OPEN_STATES - {RecipientState.LAPSED, RecipientState.REMOVED}
"""the states of recipients whose text was handed to the network"""


@click.command()
@click.argument("number", type=int)
@click.option("--follow", is_flag=True, help="repeat until the warning is done")
def show(number: int, follow: bool) -> None:
    """Print the progress of a warning: recipients in each state, rate, and time left. `alert list` has the numbers."""
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
    """Return the report's lines, and the number of portions that remain."""
    alert = store.read_world().alert(number)
    if alert is None:
        raise BadInput(NO_ALERT)
    local, area = store.world_cache.world.local_time, store.world_cache.world.atlas.get(alert.area)
    hours = f"{format_clock(local(alert.at))} to {format_clock(local(alert.until))}"
    said, left = [f"{number} {alert.kind} {alert.state}, {hours}, {area.full_name if area else 'no area'}"], 0
    for edition in range(alert.edition + 1):
        tally, todo = (
            store.recipients.read_counts(f"{number}.{edition}"),
            store.recipients.count_remaining_prefixes(f"{number}.{edition}"),
        )
        speed = rates.setdefault(edition, SendRate())
        speed.add_sample(time.monotonic(), sum(tally.states[state] for state in SUBMITTED_STATES))
        said += _broadcast_lines(store, alert, edition, tally, todo, speed)
        left += todo
    return said, left


def _broadcast_lines(
    store: Store, alert: Alert, broadcast: int, tally: RecipientCounts, todo: int, rate: "SendRate"
) -> Iterator[str]:
    """Yield the bar of one edition, and below it the number of recipients in each state."""
    known, portions = sum(tally.states.values()), 1 << alert.shard_bits
    expected = known
    if todo:
        whole = (
            store.read_world().count_subscriptions(alert.area, store.count_subscribers())
            if broadcast == 0
            else _count_reached(store, alert.number)
        )
        expected = max(known, whole)
    done = sum(n for state, n in tally.states.items() if state not in OPEN_STATES)
    share = min(done / expected, 1.0) if expected else (portions - todo) / portions
    bar = f"[{'#' * int(BAR_CHARS * share):<{BAR_CHARS}}]"
    people = _format_people(known, expected, todo)
    yield f"  {_edition_name(alert, broadcast):<{EDITION_CHARS}} {bar} {people}{rate.format_rate(expected - done)}"
    yield f"    {format_states(tally)}"


def _edition_name(alert: Alert, edition: int) -> str:
    if edition == 0:
        return "warning"
    return "ending" if alert.state is AlertState.ENDED and edition == alert.edition else f"update {edition}"


def _count_reached(store: Store, number: int) -> int:
    """Return the number of people who have the warning: they get its updates and its end."""
    first = store.recipients.count_states(f"{number}.0")
    return sum(first[state] for state in REACHED_STATES)


def _format_people(known: int, expected: int, todo: int) -> str:
    return f"{known} of about {expected} people looked up" if todo and expected > known else f"{known} people"


def format_states(tally: RecipientCounts) -> str:
    """Return every state that has recipients, as `accepted 93, refused 3 (blocked texts from this sender: 3)`."""
    codes = ", ".join(f"{REFUSAL_WORDS.get(code, f'code {code}')}: {n}" for code, n in tally.refusals.items())
    said = [
        f"{STATE_NAMES[state.value]} {n}" + (f" ({codes})" if state is RecipientState.REFUSED and codes else "")
        for state, n in tally.states.items()
        if n
    ]
    return ", ".join(said) or "nobody yet"


@dataclass
class SendRate:
    """Texts a second over the last reports."""

    samples: list[tuple[float, int]] = field(default_factory=list)

    def add_sample(self, now: float, sent: int) -> None:
        self.samples = [(at, n) for at, n in self.samples if now - at < RATE_WINDOW_S] + [(now, sent)]

    @property
    def per_second(self) -> float:
        (first, was), (last, now) = self.samples[0], self.samples[-1]
        return max(0.0, (now - was) / (last - first)) if last > first else 0.0

    def format_rate(self, remaining: int) -> str:
        """`, 812/s, about 14 s left`; empty where nothing was sent."""
        if not self.per_second:
            return ""
        return f", {self.per_second:.0f}/s" + (
            f", about {remaining / self.per_second:.0f} s left" if remaining > 0 else ""
        )
