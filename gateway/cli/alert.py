"""`mwavuli alert`: send, change and end warnings from a terminal."""

import click

from gateway.cli import common, preview
from gateway.cli.alert_list import list_alerts
from gateway.cli.common import confirm, load_deployment, load_settings, yes_option
from gateway.cli.progress import NO_ALERT, show
from gateway.cli.prompts import asks_number, read_number
from gateway.errors import BadInput, StoreUnavailable
from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState, Certainty
from gateway.model.intents import Intent
from gateway.store import Turn
from gateway.text.gsm import clip
from gateway.text.warning_words import is_fit_for_warning
from menus.compose import MAX_TEXT_CHARS, MAX_VENUE_CHARS

AS_OPTION = click.option(
    "--as", "is_by_staff", is_flag=True, help="in the name of a staff member, whose phone number is asked for"
)


@click.group()
def alert() -> None:
    """Send, change, end and list warnings from a terminal."""


alert.add_command(show)
alert.add_command(list_alerts)


@alert.command()
@click.option("--area", "path", required=True, help="Mombasa/Kisauni, or any part that is unique")
@click.option("--kind", required=True, type=click.Choice([k.value for k in AlertKind]))
@click.option("--place", required=True, help="the place to avoid; never a place to go to")
@click.option("--text", default="", help="more words, for plain texts and screens only")
@click.option("--expires", default="", help="as in 90m or 3h")
@click.option("--sure", default=None, type=click.Choice([c.value for c in Certainty]), help="how sure it is")
@click.option("--dry-run", is_flag=True, help="show reach, texts and cost, and send nothing")
@yes_option
@AS_OPTION
@asks_number
def send(
    path: str, kind: str, place: str, text: str, expires: str, sure: str | None, dry_run: bool, yes: bool,
    is_by_staff: bool,
) -> None:  # fmt: skip
    """Send a warning. Where two people must agree, the warning waits for the second.

    At a terminal the number of people is shown, and you are asked before anything leaves. A script is not asked.
    """
    _require_fit(place, text)
    values, store = load_settings(), load_deployment().store
    area = common.find_area(path)
    turn = _read_author(is_by_staff)
    lasts = _parse_lifetime_s(expires) if expires else values.times.alert
    draft = Alert(
        0, AlertKind(kind), area.id, AlertState.LIVE, turn.now, until=turn.now + lasts, venue=place, text=text
    )
    if dry_run:
        preview.print_preview(load_deployment(), turn, draft)
        return
    people = preview.print_people(load_deployment(), turn, draft)
    preview.print_notes(turn, draft)
    confirm(f"Send a warning ({draft.kind}) to {people} in {area.full_name}, about {place!r}?", yes)
    propose = turn.world.needs_approval(area.id, turn.subscribers)
    certainty = Certainty(sure) if sure else None
    sent = intents.SendAlert(draft.kind, area.id, place, text, draft.until, needs_approval=propose, certainty=certainty)
    _apply(turn, sent)
    new = max(
        (a for a in store.read_world().alerts.values() if a.area == area.id and a.kind == kind), key=lambda a: a.at
    )
    waits = " waits for a second person" if new.state is AlertState.PROPOSED else " goes out"
    click.echo(f"{new.number}{waits}. Follow it with: mwavuli alert show {new.number}")


def _parse_lifetime_s(expires: str) -> int:
    lasts, longest = common.parse_duration_s(expires), load_settings().times.max_alert
    if lasts > longest:
        raise BadInput(f"a warning lasts at most {longest // 3600} h; it can be extended later")
    return lasts


@alert.command()
@click.argument("number", type=int)
@click.option("--place", default=None)
@click.option("--text", default=None)
@click.option("--expires", default="", help="from now, as in 90m or 3h")
@AS_OPTION
@asks_number
def update(number: int, place: str | None, text: str | None, expires: str, is_by_staff: bool) -> None:
    """Send a new place, new words or a new end time to everybody who was warned."""
    _require_fit(place, text)
    turn, found = _read_author(is_by_staff), _find_live_alert(number)
    until = turn.now + _parse_lifetime_s(expires) if expires else found.until
    if place is None and text is None and not expires:
        raise BadInput("nothing to change: give --place, --text or --expires")
    if (place is not None or text is not None) and turn.world.needs_approval(found.area, turn.subscribers):
        raise BadInput("new words need a second person: send them as a new warning; --expires alone needs nobody")
    new_place = found.venue if place is None else place
    _apply(turn, intents.UpdateAlert(number, new_place, found.text if text is None else text, until))
    click.echo(f"{number}: the update goes out")


@alert.command()
@click.argument("number", type=int)
@click.option("--false-alarm", is_flag=True, help="nothing had happened")
@AS_OPTION
@asks_number
def clear(number: int, false_alarm: bool, is_by_staff: bool) -> None:
    """Tell everybody who was warned that it has ended."""
    turn = _read_author(is_by_staff)
    _find_live_alert(number)
    _apply(turn, intents.EndAlert(number, false_alarm))
    click.echo(f"{number}: the ending goes out")


def _require_fit(place: str | None, text: str | None) -> None:
    """Raise BadInput for a place or words that cannot go out as they are."""
    words = (place or "", text or "")
    if place is not None and not place.strip():
        raise BadInput("--place is empty: name the place to avoid")
    for option, said, most in (("--place", words[0], MAX_VENUE_CHARS), ("--text", words[1], MAX_TEXT_CHARS)):
        if clip(said, most) != said:
            raise BadInput(f"{option} is too long: at most {most} letters (accents and other scripts may count double)")
    if not all(map(is_fit_for_warning, words)):
        raise BadInput("a warning names what to avoid: no phone number, no link, nowhere to go to, at most 4 digits")


def _read_author(is_by_staff: bool) -> Turn:
    store = load_deployment().store
    if not is_by_staff:
        return store.read_terminal_turn()
    turn = store.read_turn(read_number("Phone number of the staff member"))
    if turn.staff is None or not turn.staff.may_send:
        raise BadInput("--as needs the phone of an active sender, verifier or admin")
    turn.is_operator = True
    return turn


def _apply(turn: Turn, intent: Intent) -> None:
    store = load_deployment().store
    store.apply_intents(turn, (intent,), "")
    if not store.commit(turn.transaction):
        raise StoreUnavailable("something changed at the same moment; start again")
    common.notify_workers(turn.transaction.lanes_to_notify)


def _find_alert(number: int) -> Alert:
    found = load_deployment().store.read_world().alert(number)
    if found is None:
        raise BadInput(NO_ALERT)
    return found


def _find_live_alert(number: int) -> Alert:
    found = _find_alert(number)
    if not found.is_live(int(load_deployment().store.now())):
        raise BadInput(f"{number} is not live: it is {found.state}; `mwavuli alert list` shows which are live")
    return found
