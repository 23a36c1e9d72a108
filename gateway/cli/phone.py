"""`mwavuli phone`: a basic phone in the terminal, with the same turns as the webhooks."""

import secrets

import click

from gateway.cli import common
from gateway.cli.common import load_deployment, load_settings
from gateway.numbers import Number
from gateway.turns.ussd import UssdHandler


@click.command()
@click.argument("msisdn")
def phone(msisdn: str) -> None:
    """Dial the service code from MSISDN and answer its screens. An empty line hangs up."""
    number = Number.parse_typed(msisdn, load_settings().region)
    ussd, call, typed = UssdHandler(load_deployment()), secrets.token_hex(8), ""
    while True:
        reply, lanes = ussd.handle_turn(call, number, typed)
        common.notify_workers(lanes)
        click.echo(reply[4:])
        if reply.startswith("END"):
            return
        key = click.prompt(">", default="", show_default=False, prompt_suffix=" ")
        if not key:
            return
        typed = f"{typed}*{key}" if typed else key
