"""`mwavuli`: every command an operator needs. A bad value ends with exit status 2 and says what is right."""

import sys

import click

from gateway import logs
from gateway.cli import (
    alert,
    backup,
    cards,
    check,
    clients,
    demo,
    feature,
    keys,
    language,
    migrate,
    phone,
    places,
    processes,
    redis_acl,
    rotate,
    staff,
    wipe,
)
from gateway.errors import BadInput, MwavuliError


@click.group(context_settings={"max_content_width": 100})
def cli() -> None:
    """SMS and USSD gateway for basic phones: warnings, rights, referrals."""


for command in (
    demo.demo, processes.web, processes.worker, processes.clock, keys.keygen, keys.unlock, rotate.rotate_key,
    wipe.wipe_command, backup.backup_command, backup.restore_command, migrate.migrate, check.check, phone.phone,
    places.areas, places.clinics, staff.staff, alert.alert, feature.feature, clients.clients,
    cards.cards, language.language, redis_acl.redis_acl,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    logs.set_up("command")
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except BadInput as error:
        click.echo(f"mwavuli: {error}", err=True)
        sys.exit(2)
    except MwavuliError as error:
        click.echo(f"mwavuli: {error}", err=True)
        sys.exit(1)
