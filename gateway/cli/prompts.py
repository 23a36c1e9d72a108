"""Ask for phone numbers. On the command line every account of the machine could read them, and the shell keeps them."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from gateway.cli import common
from gateway.errors import BadInput
from gateway.numbers import Number

F = TypeVar("F", bound=Callable[..., Any])
STANDARD_INPUT = "-"
REFUSED = (
    "no phone number belongs on the command line: every account of this machine can read it there, and the shell keeps "
    "it in its history (delete that line). Leave it out: the command asks for it, or reads it from standard input"
)


def asks_number(command: F) -> F:
    """Mark a command that calls `read_number`: a number behind it is refused with the way to give it."""
    return click.argument("numbers", nargs=-1, metavar="", expose_value=False, callback=refuse_numbers)(command)


def refuse_numbers(context: click.Context, parameter: click.Parameter, given: Any) -> None:
    """Refuse any value but `-`, without repeating it. Raises BadInput."""
    if given not in (None, (), (STANDARD_INPUT,)):
        raise BadInput(REFUSED)


def read_number(whose: str = "Phone number") -> Number:
    """Ask for a number, or read one line where standard input is no terminal. Raises BadInput, without the value."""
    typed = click.prompt(whose, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise BadInput("standard input has no phone number in its first line")
    return Number.parse_typed(typed, common.load_settings().region)
