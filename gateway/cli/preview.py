"""What a warning would reach, say and cost, before it goes."""

import click

from gateway.deployment import Deployment
from gateway.gsm import fold, hints, is_gsm
from gateway.model.alert import Alert
from gateway.model.caller import World
from gateway.model.tariff import MILLS
from gateway.quote import FEW, quoted, texts
from gateway.settings import Spend
from gateway.store import Turn
from gateway.wording import next_hour


def show(deployment: Deployment, turn: Turn, draft: Alert) -> None:
    """People, segments and cost at most; then every text that could go out."""
    store, world = deployment.store, turn.world
    store.connection.follow(store.counting(turn, [draft.area]))
    area = world.atlas.get(draft.area)
    name, tariff = area.name if area else "", world.house.tariff
    found = quoted(draft, name, turn.people[draft.area], world)
    people = f"about {found.people}" if found.people else f"fewer than {FEW}"
    click.echo(f"reaches {people} people, up to {found.segments} SMS each: at most {tariff.amount(found.cost)}")
    _day(deployment, deployment.settings.tuning.spend, turn)
    notes(turn, draft)
    for voice, style, text in texts(draft, name, world):
        segments, cost = tariff.most(text)
        click.echo(f"[{voice.lang}, {style.name.lower()}, {segments} SMS, {_price(world, cost)} each] {text}")


def notes(turn: Turn, draft: Alert) -> None:
    """Who would get it late, and what makes it dear: said aside, and nothing waits for it."""
    _networks(turn.world, turn.now)
    for option, words in (("--place", draft.place), ("--text", draft.text)):
        for char, instead in hints(words):
            better = f"write {instead!r}" if instead else "leave it out"
            click.echo(f"{option}: {char!r} (U+{ord(char):04X}) makes a text cost more: {better}", err=True)
        if not hints(words) and not is_gsm(fold(words)):
            click.echo(f"{option}: these letters leave room for 70 characters a segment instead of 160", err=True)


def _day(deployment: Deployment, rules: Spend, turn: Turn) -> None:
    if not rules.cap:
        return
    tariff, day = turn.world.house.tariff, turn.world.local(turn.now).date().isoformat()
    spent, cap = tariff.amount(deployment.store.spent.total(day)), tariff.amount(int(rules.cap * MILLS))
    above = "leaves all the same" if rules.alerts_over_cap else "waits"
    click.echo(f"today {spent} of {cap} are spent; what is above that {above}")


def _networks(world: World, now: int) -> None:
    local, _ = world.local(now), world.house.voices[0]
    for carrier in world.house.tariff.closed(local):
        opens = next_hour(carrier.opens(local), local, _)
        click.echo(f"{carrier.name} holds texts now: they wait until {opens}", err=True)


def _price(world: World, mills: int) -> str:
    return f"{world.house.tariff.currency} {mills / MILLS:.2f}"
