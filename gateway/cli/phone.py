"""`mwavuli phone`: a basic phone in the terminal, with the same turns as the webhooks."""

import secrets

import click

from gateway.cli import common
from gateway.cli.common import load_deployment
from gateway.cli.prompts import asks_number, read_number
from gateway.turns.ussd import UssdHandler


@click.command()
@asks_number
def phone() -> None:
    """Dial the service code from a number that is asked for, and answer its screens. An empty line hangs up."""
    number = read_number()
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
