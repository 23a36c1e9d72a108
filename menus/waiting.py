"""What waits to be read: the first line of home, for whatever capability has something unread.

A capability that has a function marked `@waits` takes part. Everything that we text "dial" about stands here, or
within two keys of home (`tests/integration/test_dial_texts.py`).
"""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec.structs import replace

from gateway.model.caller import Caller
from menus.engine.screen import Choice, Link, ScreenResult, Translator, link_to, screen, show_menu

Waiting = tuple[str, Link]
"""a neutral label, and the screen that shows it"""
Source = Callable[[Caller, Translator], Iterable[Waiting]]
KEY: Final = "99"
"""The key of the line. It takes no other line's place, so keys that are known by heart go on working."""
_sources: list[Source] = []


def waits(source: Source) -> Source:
    """Register a function that returns what this caller has not read yet, as this session may see it."""
    _sources.append(source)
    return source


def waits_first(source: Source) -> Source:
    """Register a function whose things stand before all others."""
    _sources.insert(0, source)
    return source


def with_first_line(shown: ScreenResult, caller: Caller, _: Translator) -> ScreenResult:
    """Return home with what waits as its first line, in the place of its title; home itself where nothing waits."""
    found = everything(caller, _)
    if not found:
        return shown
    # Translators: the first line of the first screen where something is unread; at most 16 characters, neutral.
    label = _.ngettext("! {n} waits", "! {n} wait", len(found)).format(n=len(found))
    link = found[0][1] if len(found) == 1 else link_to(waiting_list)
    return replace(shown, text="", choices=(Choice(label, link, KEY), *shown.choices))


def everything(caller: Caller, _: Translator) -> list[Waiting]:
    return [each for source in _sources for each in source(caller, _)]


@screen()
def waiting_list(caller: Caller, _: Translator) -> ScreenResult:
    found = everything(caller, _)
    return show_menu("" if found else _("Nothing new."), *found)
