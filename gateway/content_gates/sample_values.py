"""Long values for the braces of sentences: the longest that phones show, so that what fits with them always fits."""

from collections.abc import Sequence
from string import Formatter
from typing import Final

DIAL: Final = "*710*12345#"
HOTLINE: Final = "+254711000099"
"""a number reserved for tests"""
AREA: Final = "Woodley/Kenyatta Golf Course"
"""the longest name of a ward that we know"""
WORD: Final = "Mmmmmmmm"
"""a word that a caller chose"""
_VALUES: Final = {
    "dial": DIAL,
    "hotline": HOTLINE,
    "phone": HOTLINE,
    "keys": "6-7-PIN-4-3",
    "key": "12",
    "code": "54321",
    "number": "12345",
    "hour": "23:59",
    "at": "23:59",
    "until": "23:59",
    "when": "Wed 23:59",
    "hours": "23:00-06:00",
    "time": "23:59",
    "day": "30",
    "month": "12",
    "minutes": "10",
    "n": "12",
    "where": AREA,
    "area": AREA,
    "areas": AREA,
    "clinic": "Coast General Hosp.",
    "called": "Nnnnnnnnnnnn",
    "name": "Nnnnnnnnnnnn",
    "word": WORD,
    "languages": "English, Kiswahili",
    "codes": "en, sw, fr, es, ru, zh_Hans",
}
UNBROKEN: Final = frozenset({"dial", "hotline", "phone", "keys", "key", "code", "number", "hour", "hours"})
"""values that a reader types or calls: a page never ends inside them"""
_OTHER: Final = "Nnnnnnnnnn"


def value_names(text: str) -> Sequence[str]:
    """Return the names in braces, in order. Raises ValueError for a lone brace."""
    return [name for _text, name, _spec, _how in Formatter().parse(text) if name]


def sample_value(name: str) -> str:
    return _VALUES.get(name, _OTHER)


def fill_in(text: str) -> str:
    """Return the sentence with long values. Raises ValueError for a lone brace."""
    return text.format_map({name: sample_value(name) for name in value_names(text)})
