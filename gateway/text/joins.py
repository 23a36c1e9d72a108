"""Joins texts as each language does. Chinese writes no blank between sentences, and 、 between the things of a list.

Every blank, comma and colon between two values is one of these patterns in the catalogs. Empty values are left out.
"""

from collections.abc import Iterable
from functools import reduce

from gateway.text.translator import Translator


def sentences(_: Translator, *texts: str) -> str:
    """Return sentences one after another."""
    # Translators: two sentences one after another. Chinese, for example, has no blank here.
    return _fold(_.pgettext("join", "{first} {second}"), texts)


def listed(_: Translator, values: Iterable[str]) -> str:
    """Return short things of one list, as names or facts."""
    # Translators: two things of a list of names or facts.
    return _fold(_.pgettext("join", "{first}, {second}"), values)


def listed_apart(_: Translator, values: Iterable[str]) -> str:
    """Return longer things of one list, which may have commas themselves."""
    # Translators: two longer things of a list, which may have commas themselves.
    return _fold(_.pgettext("join", "{first}; {second}"), values)


def beside(_: Translator, *values: str) -> str:
    """Return short things beside each other: a number and its name, a day and its hour."""
    # Translators: a number and a name, or a day and an hour, beside each other. Keep something between two numbers.
    return _fold(_.pgettext("number and name", "{first} {second}"), values)


def labelled(_: Translator, label: str, text: str) -> str:
    """Return a text under its label."""
    # Translators: a label, and what it says.
    return _.pgettext("join", "{label}: {text}").format(label=label, text=text) if text else label


def titled(_: Translator, title: str, text: str) -> str:
    """Return a text behind its title, which becomes a sentence."""
    # Translators: a title, which becomes a sentence, and the text behind it.
    return _.pgettext("join", "{title}. {text}").format(title=title, text=text)


def ended(_: Translator, text: str) -> str:
    """Return a text with a full stop."""
    # Translators: the end of a sentence.
    return _.pgettext("join", "{text}.").format(text=text)


def bracketed(_: Translator, text: str, note: str) -> str:
    """Return a text with a note in brackets."""
    # Translators: a note in brackets behind a text.
    return _.pgettext("join", "{text} ({note})").format(text=text, note=note) if note else text


def following(_: Translator, text: str) -> str:
    """Return a text with what goes between it and the sentence before, for the middle of a pattern."""
    return _.pgettext("join", "{first} {second}").format(first="", second=text) if text else ""


def _fold(pattern: str, values: Iterable[str]) -> str:
    found = [value for value in values if value]
    return reduce(lambda first, second: pattern.format(first=first, second=second), found) if found else ""
