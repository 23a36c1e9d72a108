"""`mwavuli desk`: the web page for staff, and the invitations to it."""

import os
from contextlib import suppress
from importlib.util import find_spec

import click

from gateway import logs, settings
from gateway.cli import common
from gateway.cli.processes import serve_on
from gateway.cli.prompts import find_named_staff
from gateway.errors import BadInput, StoreUnavailable
from gateway.store.admin import RedisAdmin
from gateway.web.server import listen_for_desk

EXTRA = ("jinja2", "pyotp", "segno")


@click.group(invoke_without_command=True)
@click.pass_context
def desk(context: click.Context) -> None:
    """Serve the desk, the web page for staff, on MWAVULI_DESK_HOST and MWAVULI_DESK_PORT (127.0.0.1:8010)."""
    if not all(map(find_spec, EXTRA)):
        raise BadInput("the desk needs its extra: pip install 'mwavuli[desk]'")
    if context.invoked_subcommand is None:
        logs.set_up("desk")
        values = settings.load(os.environ)
        _require_label(values)
        with suppress(StoreUnavailable):  # Redis may start later; until then the desk is closed
            RedisAdmin(values.redis_url).initialise_or_check_layout()
        serve_on("gateway.desk.process:app", values, listen_for_desk(values))


@desk.command()
@click.argument("name")
def invite(name: str) -> None:
    """Print an address and an invitation for a member of staff, by name or id. It makes one login, within a day.

    Say the invitation to the person: never send it in a text or a mail. It also replaces a login that was lost.
    """
    from gateway.desk.access import Access, desk_path

    values, store = common.load_settings(), common.load_deployment().store
    _require_label(values)
    code = Access(store).invite(find_named_staff(store.read_world().roster, name))
    click.echo(f"Address      http://{values.tuning.desk.names[0]}:{values.desk_port}/{desk_path(store.vault)}/")
    click.echo(f"Invitation   {' '.join(code[at : at + 3] for at in range(0, len(code), 3))}")


def _require_label(values: settings.Settings) -> None:
    if not values.desk_label:
        raise BadInput(
            "MWAVULI_DESK_LABEL is not set: it is the title of every page, and the name in the app with the codes. "
            "Choose a dull word, as Shopping, that tells nothing to a person who sees it"
        )
