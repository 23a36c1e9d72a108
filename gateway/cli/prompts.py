"""Ask for phone numbers. On the command line every account of the machine could read them, and the shell keeps them."""

import re
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from gateway.cli import common
from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model.names import normalise_name
from gateway.model.staff import Roster, Staff
from gateway.numbers import Number

F = TypeVar("F", bound=Callable[..., Any])
STANDARD_INPUT = "-"
NUMBER_SIGNS, MIN_NUMBER_DIGITS = re.compile(r"[\d\s().+\-/]+"), 7
PERSON = "mwavuli.person"
"""the key of the context under which a named colleague is kept"""
ONE_PERSON = "name one colleague, with the id or the name of `mwavuli staff list`"
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


def asks_person(command: F) -> F:
    """Mark a command about a colleague: the id or name of `staff list`; without it the number is asked for."""
    return click.argument("ids", nargs=-1, metavar="[ID]", expose_value=False, callback=_remember_person)(command)


def _remember_person(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> None:
    named = [value for value in given if value != STANDARD_INPUT]
    others = [value for value in context.params.values() if isinstance(value, str)]
    if any(map(is_number, others if len(named) < 2 else (*others, *named))):
        raise BadInput(REFUSED)
    if len(named) > 1:
        raise BadInput(ONE_PERSON)
    context.meta[PERSON] = named[0] if named else ""


def is_number(text: str) -> bool:
    """Whether this may be a phone number."""
    return NUMBER_SIGNS.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= MIN_NUMBER_DIGITS


def find_staff() -> Staff:
    """Return the colleague whom the command names, or whose number is typed. Raises BadInput."""
    named, store = click.get_current_context().meta.get(PERSON, ""), common.load_deployment().store
    if named:
        return find_named_staff(store.read_world().roster, named)
    person = store.read_world().roster.by_token.get(store.vault.token(read_number(), Purpose.STAFF))
    if person is None:
        raise BadInput("that phone has no role; `mwavuli staff list` lists the phones that have one")
    return person


def find_named_staff(roster: Roster, text: str) -> Staff:
    """Return the colleague with this id, or with a name that one colleague has. Raises BadInput."""
    if found := roster.by_id(text.strip().lower()):
        return found
    if is_number(text):
        raise BadInput(REFUSED)
    named = [person for person in roster.people if normalise_name(person.name) == normalise_name(text)]
    if len(named) == 1:
        return named[0]
    ids = ", ".join(sorted(person.id for person in named))
    raise BadInput(
        f"several colleagues have that name; say which id: {ids}"
        if named
        else "nobody has that id or name; `mwavuli staff list` prints both"
    )


def read_number(whose: str = "Phone number") -> Number:
    """Ask for a number, or read one line where standard input is no terminal. Raises BadInput, without the value."""
    typed = click.prompt(whose, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise BadInput("standard input has no phone number in its first line")
    return Number.parse_typed(typed, common.load_settings().region)
