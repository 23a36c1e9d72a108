"""Screens are functions and choices are links: what a screen returns, and how its name leads back to it.

A screen takes the caller, a translator and its own arguments, and returns what to show and what to do. It has no
effects: the session and its intents are committed together, or not at all.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import msgspec

from gateway.model.caller import Caller
from gateway.model.intents import Intent
from gateway.text.translator import Translator as Translator

Args = dict[str, str | int | bool]


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A screen's id and arguments. A session can store it."""

    screen: str
    args: Args = {}


class Choice(msgspec.Struct, frozen=True, array_like=True):
    label: str
    link: Link
    key: str = ""
    """the key that opens it; empty: its place among the choices without a key of their own"""


def choice_keys(choices: Sequence[Choice]) -> list[str]:
    """Return the key of each choice."""
    places = count(1)
    return [choice.key or str(next(places)) for choice in choices]


def by_key(choices: Sequence[Choice]) -> dict[str, Choice]:
    """Return the choices, in order, by the key of each."""
    return dict(zip(choice_keys(choices), choices, strict=True))


Entry = tuple[str, Link] | tuple[str, Link, str]
"""a choice as screens write it: label, link and, where it has a key of its own, the key"""


class ScreenResult(msgspec.Struct, frozen=True):
    """What a screen shows and does. `answer_link` receives typed words as its argument `answer_arg`."""

    text: str
    choices: tuple[Choice, ...] = ()
    answer_link: Link | None = None
    answer_arg: str = ""
    wants_digits: bool = False
    """Whether one or two digits may be the answer. To any other question they are a key that was pressed by mistake."""
    is_final: bool = False
    intents: tuple[Intent, ...] = ()
    lang: str = ""
    """Language code for the remaining session."""
    opened: tuple[str, ...] | None = None
    """What the PIN that was just typed opens, 'own' or 'staff'; home follows. None: no PIN was typed."""
    choice_first: int = 0
    """How many choices stand on page 1, so that text without room beside them follows the choices."""
    keeps_choices: bool = False
    """Whether all choices stand on one page, as Yes and No do."""
    location: Link | None = None
    """The session stores this link as the current screen, instead of the link that led here with the typed words."""


class InvalidAnswer(Exception):
    """The typed words cannot be used. The engine asks again, with this message above the question."""


Screen = Callable[..., ScreenResult]


class RegisteredScreen(msgspec.Struct, frozen=True):
    show: Screen
    neutral: bool
    resumes_before: bool
    staff_only: bool
    allows_typeahead: bool
    takes_secret: bool
    looks_up: bool


screens: dict[str, RegisteredScreen] = {}


def screen(
    *,
    neutral: bool = False,
    resumes_before: bool = False,
    staff_only: bool = False,
    allows_typeahead: bool = False,
    takes_secret: bool = False,
    looks_up: bool = False,
) -> Callable[[Screen], Screen]:
    """Register a screen under the names of its module and function.

    neutral: it reveals nothing, so a session that was cut off here may go on.
    resumes_before: a session that was cut off here goes on one screen earlier, behind a neutral question.
    staff_only: it is behind the staff PIN.
    allows_typeahead: a caller in danger may know the keys, so a choice works before its page was shown.
    takes_secret: it asks for a PIN or code and ignores keys that came with others: one request tries one code.
    looks_up: it looks for typed words in our titles and keeps none of them, so a word for help leads to people first.
    """

    def register(show: Screen) -> Screen:
        screens[screen_id(show)] = RegisteredScreen(
            show, neutral, resumes_before, staff_only, allows_typeahead, takes_secret, looks_up
        )
        return show

    return register


def screen_id(show: Screen) -> str:
    """Return the screen's name in links, such as `alerts.confirm_join`."""
    return f"{show.__module__.rpartition('.')[2]}.{show.__name__}"


def link_to(show: Screen, **args: Any) -> Link:
    """Return a link to a screen. Its arguments, which the session stores, are strings, whole numbers or booleans."""
    return Link(screen_id(show), args)


def show_menu(text: str, *choices: Entry, intents: Sequence[Intent] = (), **fields: Any) -> ScreenResult:
    """Return a list of choices. The engine pages it, and numbers each choice that has no number of its own."""
    return ScreenResult(text, tuple(Choice(*choice) for choice in choices), intents=tuple(intents), **fields)


def ask_consent(text: str, *answers: tuple[str, Link], **fields: Any) -> ScreenResult:
    """Return a question with its answers, Yes and No, which stand on one page behind everything that is asked."""
    return show_menu(text, *answers, keeps_choices=True, **fields)


def ask_question(
    text: str, answer_link: Link, answer_arg: str, *choices: tuple[str, Link], **fields: Any
) -> ScreenResult:
    """Return a question. `answer_link` receives the typed words as its argument `answer_arg`. Choices may follow."""
    return ScreenResult(
        text,
        tuple(Choice(label, link) for label, link in choices),
        answer_link=answer_link,
        answer_arg=answer_arg,
        **fields,
    )


def end_session(text: str, intents: Sequence[Intent] = ()) -> ScreenResult:
    """Return the last screen of a session."""
    return ScreenResult(text, is_final=True, intents=tuple(intents))


def nest_link(link: Link) -> Args:
    """Return a link as arguments of another link, for screens that come before it (a PIN, "go on?")."""
    return {"screen": link.screen, **{f"_{name}": value for name, value in link.args.items()}}


def unnest_link(args: Args) -> Link:
    """Return the link that `nest_link` put into these arguments."""
    return Link(str(args["screen"]), {name[1:]: value for name, value in args.items() if name[0] == "_"})


def redirect(link: Link, caller: Caller, _: Translator, **fields: Any) -> ScreenResult:
    """Return what the linked screen shows, as if the caller had chosen it. `fields` replace fields of the result."""
    shown = screens[link.screen].show(caller, _, **link.args)
    return msgspec.structs.replace(shown, location=shown.location or link, **fields)
