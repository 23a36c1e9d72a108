"""`mwavuli alert`: warnings from a terminal."""

import click

from gateway.cli import common, preview
from gateway.cli.common import configured, deployment
from gateway.cli.progress import show
from gateway.errors import BadInput, StoreAway
from gateway.model import intents
from gateway.model.alert import Alert, Kind, State
from gateway.model.intents import Intent
from gateway.numbers import Number
from gateway.store import Turn


@click.group()
def alert() -> None:
    """Warnings from a terminal."""


alert.add_command(show)


@alert.command()
@click.option("--area", "path", required=True, help="Mombasa/Kisauni, or any part that is unique")
@click.option("--kind", required=True, type=click.Choice([k.value for k in Kind]))
@click.option("--place", required=True, help="what to avoid; never where to go")
@click.option("--text", default="", help="more words, shown in plain texts and on the screen only")
@click.option("--expires", default="", help="as in 90m or 3h")
@click.option("--dry-run", is_flag=True, help="say whom it would reach, and how, and send nothing")
@click.option("--as", "author", default="", help="the member of staff whose warning it is")
def send(path: str, kind: str, place: str, text: str, expires: str, dry_run: bool, author: str) -> None:
    """Send a warning. Where a second person is asked for, it waits for her."""
    values, store = configured(), deployment().store
    area = common.area(path)
    turn = _turn(author)
    lasts = _lasts(expires) if expires else values.times.alert
    draft = Alert(0, Kind(kind), area.id, State.LIVE, turn.now, until=turn.now + lasts, place=place, text=text)
    if dry_run:
        preview.show(deployment(), turn, draft)
        return
    preview.notes(turn, draft)
    propose = turn.world.needs_second(area.id, turn.members)
    _do(turn, intents.Send(draft.kind, area.id, place, text, draft.until, propose=propose))
    new = max((a for a in store.world().alerts.values() if a.area == area.id and a.kind == kind), key=lambda a: a.at)
    waits = " waits for a second person" if new.state is State.PROPOSED else " goes out"
    click.echo(f"{new.number}{waits}. Follow it with: mwavuli alert show {new.number}")


def _lasts(expires: str) -> int:
    lasts, longest = common.seconds(expires), configured().times.alert_longest
    if lasts > longest:
        raise BadInput(f"a warning lives at most {longest // 3600} h; it can be made longer later")
    return lasts


@alert.command()
@click.argument("number", type=int)
@click.option("--place", default=None)
@click.option("--text", default=None)
@click.option("--expires", default="", help="from now, as in 90m or 3h")
@click.option("--as", "author", default="")
def update(number: int, place: str | None, text: str | None, expires: str, author: str) -> None:
    """New place, words or hour, to everybody who was warned."""
    turn, case = _turn(author), _live(number)
    until = turn.now + _lasts(expires) if expires else case.until
    if place is None and text is None and not expires:
        raise BadInput("nothing to change: give --place, --text or --expires")
    if (place is not None or text is not None) and turn.world.needs_second(case.area, turn.members):
        raise BadInput("new words need a second person: send them as a new warning; --expires alone is free")
    new_place = case.place if place is None else place
    _do(turn, intents.Update(number, new_place, case.text if text is None else text, until))
    click.echo(f"{number}: the update goes out")


@alert.command()
@click.argument("number", type=int)
@click.option("--as", "author", default="")
def clear(number: int, author: str) -> None:
    """Tell everybody who was warned that it has ended."""
    turn = _turn(author)
    _live(number)
    _do(turn, intents.Clear(number))
    click.echo(f"{number}: the ending goes out")


def _turn(author: str) -> Turn:
    store = deployment().store
    if not author:
        return store.terminal()
    turn = store.read(Number.typed(author, configured().region))
    if turn.staff is None or not turn.staff.sends:
        raise BadInput("--as needs the phone of an active sender, verifier or admin")
    return turn


def _do(turn: Turn, intent: Intent) -> None:
    store = deployment().store
    store.write(turn, (intent,), "")
    if not store.commit(turn.change):
        raise StoreAway("something changed at the same moment; start again")
    common.ring(turn.change.bells)


def _case(number: int) -> Alert:
    case = deployment().store.world().case(number)
    if case is None:
        raise BadInput("no alert has that number; numbers are four digits and are forgotten after a week")
    return case


def _live(number: int) -> Alert:
    case = _case(number)
    if not case.live(int(deployment().store.now())):
        raise BadInput(f"{number} is not live")
    return case
