"""`mwavuli check`: in plain words, what is missing or unsafe."""

import sys

import click

from gateway.cli import common
from gateway.cli.checks import content, copies, features, people, redis, running, setup, standing
from gateway.cli.checks.finding import Findings, Level, must
from gateway.deployment import open_deployment
from gateway.errors import BadInput, MwavuliError
from gateway.keyring import NAME
from gateway.settings import Settings
from gateway.store import Connection, schema

TITLES = {
    Level.MUST: "must be put right before anybody relies on this:",
    Level.SHOULD: "should be put right:",
    Level.FINE: "fine:",
}


@click.command()
def check() -> None:
    """Say in plain words what is missing or unsafe. Ends with 1 while anything *must* be done.

    Never prints a secret, a number or a name of a person.
    """
    found = list(dict.fromkeys(look(common.configured())))
    for level, title in TITLES.items():
        lines = [finding.text for finding in found if finding.level is level]
        if lines:
            click.echo(title)
        for line in lines:
            click.echo(f"  {line}")
    if any(finding.level is Level.MUST for finding in found):
        sys.exit(1)


def look(values: Settings) -> Findings:
    """Everything, in the order in which one would put it right."""
    yield from setup.look(values)
    yield from content.look(values)
    try:
        connection = Connection(values.redis_url)
    except BadInput as error:
        yield must(str(error))
        return
    yield from redis.look(connection)
    if redis.answers(connection):
        yield from copies.look(connection)
        yield from standing.look(values, connection)
        yield from running.look(values, connection)
        yield from _kept(values, connection)
    yield setup.audited()


def _kept(values: Settings, connection: Connection) -> Findings:
    """What only the key can read. A look must not make a keyring."""
    if not (values.data_dir / NAME).exists():
        if schema.holds_records(connection):
            yield must("Redis holds records, but MWAVULI_DATA_DIR has no keyring: without it nobody can read them")
        return
    try:
        deployment = open_deployment(values)
        yield from people.look(deployment)
        yield from features.look(deployment)
    except MwavuliError as error:
        yield must(str(error))
