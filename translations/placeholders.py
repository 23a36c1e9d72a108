"""The values in braces of a sentence, as {dial}: which a translation has, lacks or adds."""

from collections.abc import Sequence
from string import Formatter

Placeholder = tuple[str, str, str]
"""name, format and conversion of a value: all that must be as in the English"""


def find_unsendable(english: str, forms: Sequence[str]) -> str:
    """Return why a translation could not be filled in, in words that follow its name; nothing where it can."""
    try:
        unknown = {value for form in forms for value in placeholders(form)} - placeholders(english)
    except ValueError:
        return "has a brace without its other half"
    if unknown:
        return f"has {_format_placeholder(min(unknown))}, which the English has not"
    return ""


def find_left_out(english: str, form: str) -> list[str]:
    """Return the values of the English that the translation does not say, as {dial}."""
    return [_format_placeholder(value) for value in sorted(placeholders(english) - placeholders(form))]


def placeholders(text: str) -> set[Placeholder]:
    """Return the values in braces. Raises ValueError for a lone brace."""
    return {
        (name, spec or "", conversion or "")
        for _text, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }


def _format_placeholder(value: Placeholder) -> str:
    name, spec, conversion = value
    return "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
