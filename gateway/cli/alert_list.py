"""`mwavuli alert list`: the warnings, reports and proposals that are kept, newest first."""

import click

from gateway.cli import common
from gateway.model.alert import Alert
from gateway.model.world import World
from gateway.text.wording import format_clock


@click.command("list")
@click.option("--live", is_flag=True, help="only what is live, or waits for a decision")
def list_alerts(live: bool) -> None:
    """List the warnings of the last week, newest first: number, state, kind, area, hours and author.

    `alert show`, `update` and `clear` take the number. The words of a report are read on a verifier's screen only.
    """
    store = common.load_deployment().store
    world, now = store.read_world(), int(store.now())
    found = sorted(world.alerts.values(), key=lambda alert: alert.at, reverse=True)
    shown = [alert for alert in found if not live or alert.is_live(now) or alert.is_pending]
    for alert in shown:
        click.echo(describe_alert(world, alert))
    if not shown:
        click.echo("no warnings are kept: they are deleted after a week", err=True)


def describe_alert(world: World, alert: Alert) -> str:
    area, author = world.atlas.get(alert.area), world.roster.by_id(alert.author)
    at, until = world.local_time(alert.at), world.local_time(alert.until)
    hours = f"{at:%Y-%m-%d} {format_clock(at)}" + (f" to {format_clock(until)}" if alert.until else "")
    kind = f"{alert.kind}, practice" if alert.drill else alert.kind
    where = f"{area.full_name if area else 'no area'}{f', {alert.venue}' if alert.was_sent and alert.venue else ''}"
    by = f"  by {author.name}" if author else ""
    return f"{alert.number}  {alert.state}  {kind}  {where}  {hours}{by}"
