"""`mwavuli check`: report in plain words what is missing or unsafe."""

import sys

import click

from gateway.cli import common
from gateway.cli.checks import (
    content,
    disk,
    features,
    listeners,
    memory,
    networks,
    people,
    processes,
    redis,
    regions,
    replication,
    setup,
    storage_state,
)
from gateway.cli.checks.finding import Findings, Level, must
from gateway.crypto.keyring import KEYRING_FILE
from gateway.deployment import open_deployment
from gateway.errors import BadInput, MwavuliError
from gateway.settings import Settings
from gateway.store.admin import RedisAdmin

TITLES = {
    Level.MUST: "must be corrected before anybody relies on this:",
    Level.SHOULD: "should be corrected:",
    Level.OK: "ok:",
}


@click.command()
def check() -> None:
    """Report in plain words what is missing or unsafe. The exit status is 1 while anything *must* be corrected.

    The report has no secret, no phone number and no name of a person.
    """
    found = list(dict.fromkeys(run_checks(common.load_settings())))
    for level, title in TITLES.items():
        lines = [finding.text for finding in found if finding.level is level]
        if lines:
            click.echo(title)
        for line in lines:
            click.echo(f"  {line}")
    if any(finding.level is Level.MUST for finding in found):
        sys.exit(1)


def run_checks(values: Settings) -> Findings:
    """Run all checks, in the order in which an operator corrects the problems."""
    yield from setup.check(values)
    yield from listeners.check(values)
    yield from memory.check()
    yield from networks.check(values)
    yield from content.check(values)
    yield from regions.check(values)
    try:
        admin = RedisAdmin(values.redis_url)
    except BadInput as error:
        yield must(str(error))
        return
    yield from redis.check(admin, values.redis_accepted)
    if admin.is_reachable():
        yield from disk.check(admin)
        yield from replication.check(admin)
        yield from storage_state.check(values, admin)
        yield from processes.check(values, admin)
        yield from _check_encrypted_records(values, admin)
    yield setup.audit_reminder()


def _check_encrypted_records(values: Settings, admin: RedisAdmin) -> Findings:
    """Check the encrypted records. A check must not make a keyring."""
    if not (values.data_dir / KEYRING_FILE).exists():
        if admin.holds_records():
            yield must("Redis has records, but MWAVULI_DATA_DIR has no keyring: without it nobody can read them")
        else:
            yield must(
                "there are no areas, no staff and no clinics yet: `mwavuli areas import`, `staff add`, `clinics import`"
            )
        return
    try:
        deployment = open_deployment(values)
        yield from people.check(deployment)
        yield from features.check(deployment)
    except MwavuliError as error:
        yield must(str(error))
