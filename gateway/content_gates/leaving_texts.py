"""Which sentences leave in a text: those that the jobs, the answers to texts and `gateway/text` say or have said.

They are found in the code: every function outside the screens, and whatever function of a screen these call.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from gateway.content_gates.source_calls import Function, reachable, source_functions

SCREENS: Final = ("menus/", "gateway/cards/", "gateway/cli/", "gateway/content_gates/", "gateway/turns/ussd.py")
"""files that show a screen, a card or the words of a terminal; `menus/sms/` answers texts"""
ANSWERS: Final = "menus/sms/"
EXCEPTIONS_FILE: Final = "neutral_exceptions.toml"


def leaves(file: str) -> bool:
    """Whether what this file says leaves in a text."""
    return file.startswith(ANSWERS) or not file.startswith(SCREENS)


@cache
def leaving_sentences() -> Mapping[str, tuple[Function, ...]]:
    """Return each English sentence that leaves, with the functions that say it and have no exception."""
    excepted = {name for name, _reason in read_exceptions("functions")}
    functions = source_functions()
    found: dict[str, tuple[Function, ...]] = {}
    for file, name in sorted(reachable({one for one in functions if leaves(one[0])})):
        if f"{file} {name}" not in excepted:
            for text in functions[(file, name)].says:
                found[text] = (*found.get(text, ()), (file, name))
    return found


def read_exceptions(table: str) -> list[tuple[str, str]]:
    """Return the exceptions of one table, `functions` or `sentences`: what, and the reason."""
    data = tomllib.loads(files("gateway.content_gates").joinpath(EXCEPTIONS_FILE).read_text("utf-8"))
    return list(data[table].items())
