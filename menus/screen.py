"""Screens are functions, choices are links: what a screen returns, and how it is found again by name.

A screen takes the caller, a translator and its own arguments, and returns what to show and what to do. It has no
effects: intents are committed together with the session, or not at all.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from gateway.model.caller import Caller
from gateway.model.intents import Intent

Args = dict[str, str | int | bool]


class Translator(Protocol):
    lang: str

    def __call__(self, message: str, /) -> str: ...
    def ngettext(self, one: str, many: str, n: int, /) -> str: ...
    def pgettext(self, context: str, message: str, /) -> str: ...
    def word(self, keyword: str, /) -> str: ...
    def fold(self, text: str, /) -> str: ...


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A screen and its arguments: survives a session's trip through bytes."""

    screen: str
    args: Args = {}


class Choice(msgspec.Struct, frozen=True, array_like=True):
    label: str
    to: Link


class Shown(msgspec.Struct, frozen=True):
    """What a screen wants shown. `ask`: where typed words go, under which argument name."""

    text: str
    choices: tuple[Choice, ...] = ()
    ask: Link | None = None
    answer: str = ""
    end: bool = False
    do: tuple[Intent, ...] = ()
    lang: str = ""
    """speak this from now on in this session"""
    prove: str = ""
    """'staff', 'own' or 'empty': what a PIN typed just now has shown"""
    here: Link | None = None
    """remember this link as the place shown, instead of the one that led here (and of what was typed)"""


class Refused(Exception):
    """The typed words cannot be used: the same question again, with this line on top."""


Screen = Callable[..., Shown]


class Registered(msgspec.Struct, frozen=True):
    show: Screen
    neutral: bool
    owner: bool
    staff: bool
    by_heart: bool
    code: bool


screens: dict[str, Registered] = {}


def screen(
    *, neutral: bool = False, owner: bool = False, staff: bool = False, by_heart: bool = False, code: bool = False
) -> Callable[[Screen], Screen]:
    """Register a screen under its module's and function's name.

    neutral: gives nothing away, so a dropped session may be taken up here. owner: shows what is held about the
    caller, so it stands behind her own PIN if she set one. staff: behind the staff PIN. by_heart: on the way of who is
    in danger and knows the keys, so a choice may be pressed before the page that shows it, where pages are short.
    code: asks for one, so it takes no key that came with others: a request tries one code.
    """

    def register(show: Screen) -> Screen:
        screens[name_of(show)] = Registered(show, neutral, owner, staff, by_heart, code)
        return show

    return register


def name_of(show: Screen) -> str:
    """`alerts.join`: what a link in a session says."""
    return f"{show.__module__.rpartition('.')[2]}.{show.__name__}"


def to(show: Screen, **args: Any) -> Link:
    """A link to a screen. Arguments must be strings, whole numbers or booleans: they lie in the session."""
    return Link(name_of(show), args)


def menu(text: str, *choices: tuple[str, Link], do: Sequence[Intent] = (), **more: Any) -> Shown:
    """A numbered list; the engine numbers and pages it."""
    return Shown(text, tuple(Choice(label, link) for label, link in choices), do=tuple(do), **more)


def ask(text: str, then: Link, answer: str, *choices: tuple[str, Link], **more: Any) -> Shown:
    """A question for typed words, handed to `then` as argument `answer`; choices may stand below it."""
    return Shown(text, tuple(Choice(label, link) for label, link in choices), ask=then, answer=answer, **more)


def end(text: str, do: Sequence[Intent] = ()) -> Shown:
    """The last screen of a call."""
    return Shown(text, end=True, do=tuple(do))


def wrapped(link: Link) -> Args:
    """A link as arguments of another one, for screens that stand in front of it (a PIN, "go on?")."""
    return {"screen": link.screen, **{f"_{name}": value for name, value in link.args.items()}}


def unwrapped(args: Args) -> Link:
    """The link that `wrapped` put in."""
    return Link(str(args["screen"]), {name[1:]: value for name, value in args.items() if name[0] == "_"})


def redirect(link: Link, caller: Caller, _: Translator, **more: Any) -> Shown:
    """What the linked screen shows, standing there as if chosen directly; `more` replaces fields of it."""
    shown = screens[link.screen].show(caller, _, **link.args)
    return msgspec.structs.replace(shown, here=shown.here or link, **more)
