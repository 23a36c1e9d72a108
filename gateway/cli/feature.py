"""`mwavuli feature`: optional features, which the organisation turns on after it read a page of risks."""

from importlib.resources import files

import click
from msgspec.structs import replace

from gateway import model
from gateway.cli.common import load_deployment
from gateway.discovery import import_modules
from gateway.errors import BadInput
from gateway.model.feature import Feature, FeatureSwitch
from gateway.model.world import World
from gateway.store import Transaction

import_modules(model)
NAME_ARGUMENT = click.argument("name", type=click.Choice(Feature.all()))
BY_OPTION = click.option("--by", required=True, help="the person who read the page")


@click.group()
def feature() -> None:
    """Turn optional features on or off: SOS, contacts, safe call, clients."""


@feature.command("list")
def list_features() -> None:
    """List every feature: off, or the day on which it was turned on and the person who did it."""
    world, local = load_deployment().store.read_world(), load_deployment().store.read_world().local_time
    turned = load_deployment().store.world_cache.features.items
    for each in Feature.all():
        found = turned.get(each.encode()) if each in world.features else None
        click.echo(
            f"{each:<12}" + (f"on since {local(found.enabled_at):%Y-%m-%d}, by {found.enabled_by}" if found else "off")
        )


@feature.command()
@NAME_ARGUMENT
def risks(name: str) -> None:
    """Show how a feature could hurt people, what the service does about it, and what you must have."""
    click.echo(read_risk_page(Feature.named(name)))


@feature.command()
@NAME_ARGUMENT
@BY_OPTION
@click.option("--yes", is_flag=True, help="do not ask: somebody read the page")
def on(name: str, by: str, yes: bool) -> None:
    """Turn a feature on, or note that somebody read its page again. Shows the page and asks."""
    click.echo(read_risk_page(Feature.named(name)))
    if not yes:
        click.confirm(f"{by} has read this, and it is in place. Turn {name} on?", abort=True)
    turn_on(Feature.named(name), by)
    click.echo(f"{name} is on.")


@feature.command()
@NAME_ARGUMENT
def off(name: str) -> None:
    """Turn a feature off: no screen shows it any more. Callers' records of it stay until they expire."""
    turn_off(Feature.named(name))
    click.echo(f"{name} is off.")


@feature.command()
@NAME_ARGUMENT
@click.option("--name", "who", required=True, help="the lawyer's name")
def lawyer(name: str, who: str) -> None:
    """Note that a lawyer gave an opinion."""

    def write(world: World, transaction: Transaction, now: int) -> None:
        table, field = load_deployment().store.world_cache.features, Feature.named(name).encode()
        found = table.get(field)
        if found is None:
            raise BadInput(f"{name} is off: turn it on first")
        table.put(transaction, field, replace(found, lawyer=who))

    load_deployment().store.transact(write)


def read_risk_page(which: Feature) -> str:
    return files("gateway.cli").joinpath("risks", f"{which}.txt").read_text(encoding="utf-8")


def turn_on(which: Feature, by: str) -> None:
    """Turn a feature on. Raises BadInput where it needs a feature that is off."""

    def write(world: World, transaction: Transaction, now: int) -> None:
        if which.needs and which.needs not in world.features:
            raise BadInput(f"{which} needs {which.needs}: turn that on first")
        table, field = load_deployment().store.world_cache.features, which.encode()
        found = table.get(field)
        table.put(transaction, field, FeatureSwitch(by, now, found.lawyer if found else ""))

    if not by.strip():
        raise BadInput("--by is the person who read the page; it cannot be empty")
    load_deployment().store.transact(write)


def turn_off(which: Feature) -> None:
    """Turn a feature off. Raises BadInput where a feature that is on needs it."""

    def write(world: World, transaction: Transaction, now: int) -> None:
        for other in Feature.all():
            if other.needs == which and other in world.features:
                raise BadInput(f"{other} needs {which}: turn that off first")
        load_deployment().store.world_cache.features.delete(transaction, which.encode())

    load_deployment().store.transact(write)
