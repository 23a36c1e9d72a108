"""`mwavuli phone`: a basic phone in the terminal, through the same turns as the webhooks."""

import secrets

import click

from gateway.cli import common
from gateway.cli.common import configured, deployment
from gateway.numbers import Number
from gateway.turns.ussd import Ussd


@click.command()
@click.argument("msisdn")
def phone(msisdn: str) -> None:
    """Dial the service code from MSISDN and answer its screens. An empty line hangs up."""
    number = Number.typed(msisdn, configured().region)
    ussd, call, typed = Ussd(deployment()), secrets.token_hex(8), ""
    while True:
        reply, bells = ussd.turn(call, number, typed)
        common.ring(bells)
        click.echo(reply[4:])
        if reply.startswith("END"):
            return
        key = click.prompt(">", default="", show_default=False, prompt_suffix=" ")
        if not key:
            return
        typed = f"{typed}*{key}" if typed else key
