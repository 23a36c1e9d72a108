"""The first screens: the choice of language, and the neutral lines of home, always in the same order."""

from collections.abc import Iterator

from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.text import joins
from menus import alerts, health, pin, reports, rights, settings, talk, team, waiting
from menus.engine import paging
from menus.engine.screen import (
    Choice,
    Entry,
    ScreenResult,
    Translator,
    link_to,
    redirect,
    screen,
    show_menu,
    unnest_link,
)
from menus.printed_keys import asks_for_language

RESUME_KEY = "88"
"""a key that no other line of the first screens has"""
LANGUAGE_KEY = "9"
"""the same on every home, however many lines stand before it"""


@screen(neutral=True, allows_typeahead=True)
def language(caller: Caller, _: Translator) -> ScreenResult:
    """List the languages by their names in GSM-7, because one Cyrillic letter would halve the room of the screen."""
    choices = [(name, link_to(set_language, lang=code)) for code, name in caller.world.profile.languages]
    return show_menu("", *choices)


@screen(neutral=True)
def set_language(caller: Caller, _: Translator, lang: str) -> ScreenResult:
    """Set the language. The engine renders home in it."""
    return ScreenResult("", lang=lang, location=link_to(home))


@screen(neutral=True, allows_typeahead=True)
def home(caller: Caller, _: Translator) -> ScreenResult:
    # Translators: the lines of the first screen; each at most 20 characters, neutral for whoever looks on.
    lines: list[Entry] = [
        (_("Alerts near me"), link_to(alerts.alerts)),
        (_("Health"), link_to(health.health)),
        (_("My rights"), link_to(rights.rights)),
        (_("Talk to someone"), link_to(talk.talk)),
        (_("Tell us"), link_to(reports.tell_us)),
        (_("Settings"), link_to(settings.settings)),
        (_("PIN"), link_to(pin.pin)),
    ]
    if caller.staff:
        lines.append((_("Team"), link_to(team.team)))
    if len(caller.world.profile.languages) > 1:
        lines.append(_language_line(caller, _))
    shown = next(filter(lambda shown: _is_short(shown, _), _titled(caller, lines, _)), show_menu("", *lines))
    return waiting.with_first_line(shown, caller, _)


def _language_line(caller: Caller, _: Translator) -> Entry:
    """Return the last line: a person who cannot read this screen must find it. A remembered language is asked about."""
    listed = link_to(language) if asks_for_language(caller) else link_to(settings.own_language)
    # Translators: at most 20 characters, with the English word behind yours: `Lugha/Language`. A person who pressed the
    # wrong key, and cannot read your language, looks for it.
    return _.pgettext("first screen", "Language"), listed, LANGUAGE_KEY


def _titled(caller: Caller, lines: list[Entry], _: Translator) -> Iterator[ScreenResult]:
    """Yield home with its whole title, then with the name of the service alone."""
    name = caller.world.profile.name
    if caller.world.profile.free_to_dial:
        yield show_menu(joins.sentences(_, name, _("(free)")), *lines)
    yield show_menu(name, *lines)


def _is_short(shown: ScreenResult, _: Translator) -> bool:
    """Whether the title costs no page, and leaves the line of people who help on page 1."""
    pages = paging.all_pages(shown.text, shown.choices, _, has_back=False)
    bare = paging.all_pages("", shown.choices, _, has_back=False)
    return len(pages) == len(bare) and any(_("Talk to someone") in line for line in pages[0].splitlines())


@screen(neutral=True, allows_typeahead=True)
def resume(caller: Caller, _: Translator, **target: str | int | bool) -> ScreenResult:
    """Offer to go on, above the first screen, whose keys stay: a caller may press the keys of a card one by one."""
    first = language(caller, _) if asks_for_language(caller) else home(caller, _)
    go_on = Choice(_("Go on"), link_to(continue_session, **target), RESUME_KEY)
    return replace(first, text=_("Go on where you were?"), choices=(go_on, *first.choices))


@screen(neutral=True)
def continue_session(caller: Caller, _: Translator, **target: str | int | bool) -> ScreenResult:
    return redirect(unnest_link(target), caller, _)
