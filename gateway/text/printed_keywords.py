"""Sentences that print keywords. Each language prints its own word, which is never a literal in a sentence."""

from string import Formatter
from typing import Final

from gateway.text.translator import Translator

KEYWORD_OF_VALUE: Final = {
    "alerts": "ALERTS",
    "back": "SAFE",
    "clinic": "CLINIC",
    "delete": "DELETE",
    "help": "HELP",
    "join": "JOIN",
    "report": "REPORT",
    "rights": "RIGHTS",
    "sos": "SOS",
    "stop": "STOP",
    "yes": "YES",
}
"""value in braces, as `{stop}` -> the keyword whose word the language prints there"""


def fill_in(sentence: str, _: Translator, **values: object) -> str:
    """Return the translated sentence with its values, and with the language's own word for each keyword in braces."""
    names = {name for _text, name, _spec, _how in Formatter().parse(sentence) if name}
    words = {name: _.keyword(KEYWORD_OF_VALUE[name]) for name in names & KEYWORD_OF_VALUE.keys()}
    return sentence.format(**words | values)
