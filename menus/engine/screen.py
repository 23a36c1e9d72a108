"""Screens are functions, choices are links: what a screen returns, and how it is found again by name.

A screen takes the caller, a translator and its own arguments, and returns what to show and what to do. It has no
effects: intents are committed together with the session, or not at all.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gateway.model.caller import Caller
from gateway.model.intents import Intent
from gateway.text.translator import Translator as Translator

Args = dict[str, str | int | bool]


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A screen and its arguments: survives a session's trip through bytes."""

    screen: str
    args: Args = {}


class Choice(msgspec.Struct, frozen=True, array_like=True):
    label: str
    link: Link


class ScreenResult(msgspec.Struct, frozen=True):
    """What a screen wants shown. `ask`: where typed words go, under which argument name."""

    text: str
    choices: tuple[Choice, ...] = ()
    answer_link: Link | None = None
    answer_arg: str = ""
    is_final: bool = False
    intents: tuple[Intent, ...] = ()
    lang: str = ""
    """speak this from now on in this session"""
    grant: str = ""
    """'staff', 'own' or 'empty': what a PIN typed just now has shown"""
    location: Link | None = None
    """remember this link as the place shown, instead of the one that led here (and of what was typed)"""


class InvalidAnswer(Exception):
    """The typed words cannot be used: the same question again, with this line on top."""


Screen = Callable[..., ScreenResult]


class RegisteredScreen(msgspec.Struct, frozen=True):
    show: Screen
    neutral: bool
    owner_only: bool
    staff_only: bool
    allows_typeahead: bool
    takes_secret: bool


screens: dict[str, RegisteredScreen] = {}


def screen(
    *,
    neutral: bool = False,
    owner_only: bool = False,
    staff_only: bool = False,
    allows_typeahead: bool = False,
    takes_secret: bool = False,
) -> Callable[[Screen], Screen]:
    """Register a screen under its module's and function's name.

    neutral: gives nothing away, so a dropped session may be taken up here. owner: shows what is held about the
    caller, so it stands behind her own PIN if she set one. staff: behind the staff PIN. by_heart: on the way of who is
    in danger and knows the keys, so a choice may be pressed before the page that shows it, where pages are short.
    code: asks for one, so it takes no key that came with others: a request tries one code.
    """

    def register(show: Screen) -> Screen:
        screens[screen_id(show)] = RegisteredScreen(
            show, neutral, owner_only, staff_only, allows_typeahead, takes_secret
        )
        return show

    return register


def screen_id(show: Screen) -> str:
    """`alerts.join`: what a link in a session says."""
    return f"{show.__module__.rpartition('.')[2]}.{show.__name__}"


def link_to(show: Screen, **args: Any) -> Link:
    """A link to a screen. Arguments must be strings, whole numbers or booleans: they lie in the session."""
    return Link(screen_id(show), args)


def show_menu(text: str, *choices: tuple[str, Link], intents: Sequence[Intent] = (), **fields: Any) -> ScreenResult:
    """A numbered list; the engine numbers and pages it."""
    return ScreenResult(text, tuple(Choice(label, link) for label, link in choices), intents=tuple(intents), **fields)


def ask_question(
    text: str, answer_link: Link, answer_arg: str, *choices: tuple[str, Link], **fields: Any
) -> ScreenResult:
    """A question for typed words, handed to `then` as argument `answer`; choices may stand below it."""
    return ScreenResult(
        text,
        tuple(Choice(label, link) for label, link in choices),
        answer_link=answer_link,
        answer_arg=answer_arg,
        **fields,
    )


def end_session(text: str, intents: Sequence[Intent] = ()) -> ScreenResult:
    """The last screen of a call."""
    return ScreenResult(text, is_final=True, intents=tuple(intents))


def nest_link(link: Link) -> Args:
    """A link as arguments of another one, for screens that stand in front of it (a PIN, "go on?")."""
    return {"screen": link.screen, **{f"_{name}": value for name, value in link.args.items()}}


def unnest_link(args: Args) -> Link:
    """The link that `wrapped` put in."""
    return Link(str(args["screen"]), {name[1:]: value for name, value in args.items() if name[0] == "_"})


def redirect(link: Link, caller: Caller, _: Translator, **fields: Any) -> ScreenResult:
    """What the linked screen shows, standing there as if chosen directly; `more` replaces fields of it."""
    shown = screens[link.screen].show(caller, _, **link.args)
    return msgspec.structs.replace(shown, location=shown.location or link, **fields)
