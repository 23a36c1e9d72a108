"""Preview of a warning: its reach, texts and cost, before it is sent."""

import click

from gateway.deployment import Deployment
from gateway.model.alert import Alert
from gateway.model.tariff import MILLS_PER_UNIT
from gateway.model.world import World
from gateway.settings import Spend
from gateway.store import Turn
from gateway.text.estimate import MIN_SHOWN_PEOPLE, estimate_audience_and_cost, round_count, texts_by_language
from gateway.text.gsm import is_gsm, normalise_text, suggest_replacements
from gateway.text.wording import format_next_hour

NOBODY = "nobody has chosen this area or one around it: nobody would get this"


def print_preview(deployment: Deployment, turn: Turn, draft: Alert) -> None:
    """Print the maximum of people, segments and cost; then every text that could be sent."""
    world = turn.world
    count = count_people(deployment, turn, draft)
    area = world.atlas.get(draft.area)
    name, tariff = area.name if area else "", world.profile.tariff
    found = estimate_audience_and_cost(draft, name, count, world)
    click.echo(
        f"reaches {describe_count(count)} people, up to {found.max_segments} SMS each: "
        f"at most {tariff.format_amount(found.max_cost_mills)}"
    )
    if not count:
        click.echo(NOBODY)
    _print_daily_spend(deployment, deployment.settings.tuning.spend, turn)
    print_notes(turn, draft)
    for voice, style, text in texts_by_language(draft, name, world):
        segments, cost = tariff.worst_case(text)
        click.echo(f"[{voice.lang}, {style.name.lower()}, {segments} SMS, {_format_price(world, cost)} each] {text}")


def describe_count(people: int) -> str:
    """Return the number in words for a sentence, as `fewer than 10` or `about 250`."""
    return f"fewer than {MIN_SHOWN_PEOPLE}" if people < MIN_SHOWN_PEOPLE else round_count(people)


def count_people(deployment: Deployment, turn: Turn, draft: Alert) -> int:
    """Return how many people the warning reaches."""
    store = deployment.store
    store.run_commands(store.count_reach_commands(turn, [draft.area]))
    return turn.audience_by_area[draft.area]


def print_people(deployment: Deployment, turn: Turn, draft: Alert) -> str:
    """Return the people whom the warning reaches, in words; where there are none, say so."""
    if count := count_people(deployment, turn, draft):
        return f"{describe_count(count)} people"
    click.echo(NOBODY, err=True)
    return "nobody"


def print_notes(turn: Turn, draft: Alert) -> None:
    """Print which networks delay the warning, and which letters make it cost more. The notes block nothing."""
    _print_closed_networks(turn.world, turn.now)
    for option, words in (("--place", draft.venue), ("--text", draft.text)):
        for char, instead in suggest_replacements(words):
            better = f"write {instead!r}" if instead else "leave it out"
            click.echo(f"{option}: {char!r} (U+{ord(char):04X}) makes a text cost more: {better}", err=True)
        if not suggest_replacements(words) and not is_gsm(normalise_text(words)):
            click.echo(f"{option}: these letters leave room for 70 characters a segment instead of 160", err=True)


def _print_daily_spend(deployment: Deployment, rules: Spend, turn: Turn) -> None:
    if not rules.cap:
        return
    tariff, day = turn.world.profile.tariff, turn.world.local_time(turn.now).date().isoformat()
    spent, cap = (
        tariff.format_amount(deployment.store.daily_spend.total(day)),
        tariff.format_amount(int(rules.cap * MILLS_PER_UNIT)),
    )
    above = "is sent all the same" if rules.alerts_over_cap else "waits"
    click.echo(f"today {spent} of {cap} are spent; a warning above that {above}")


def _print_closed_networks(world: World, now: int) -> None:
    local, _ = world.local_time(now), world.profile.translators[0]
    for carrier in world.profile.tariff.closed_carriers(local):
        opens = format_next_hour(carrier.next_delivery(local), local, _)
        click.echo(f"{carrier.name} delays texts: they wait until {opens}", err=True)


def _format_price(world: World, mills: int) -> str:
    return f"{world.profile.tariff.currency} {mills / MILLS_PER_UNIT:.2f}"
