"""Keys that a caller is told to press, from dialling on. They are looked up in the real screens, so that they work.

Every printed path of keys comes from here. The list of languages and the own PIN come first where they are asked for.
"""

from typing import Final

from gateway.model.caller import Caller
from menus.engine.screen import Choice, Link, Translator, choice_keys, screens

_LANGUAGES: Final = Link("home.language")
_HOME: Final = Link("home.home")
_BETWEEN_KEYS: Final = "-"
"""no blank: a phone would break the line there, and a key at the beginning of a line looks like a choice"""


def keys_from_dialling(caller: Caller, _: Translator, *path: str) -> str:
    """Return the keys that lead from dialling through the screens of `path`, which follow home."""
    before = (*_language_key(caller, _), *_pin_keys(caller, _))
    return _BETWEEN_KEYS.join((*before, *_keys_from_home(caller, _, path)))


def asks_for_language(caller: Caller) -> bool:
    """Whether the list of languages comes when this caller dials. A locked phone shows no language that it knows."""
    subscription = caller.subscription
    return caller.has_own_pin or not (subscription and subscription.remembers_language)


def _language_key(caller: Caller, _: Translator) -> tuple[str, ...]:
    if not asks_for_language(caller):
        return ()
    spoken = [choice.link.args.get("lang") for choice in _choices(_LANGUAGES, caller, _)]
    return (str(spoken.index(_.lang) + 1),) if _.lang in spoken else ()


def _pin_keys(caller: Caller, _: Translator) -> tuple[str, ...]:
    return (*_keys_from_home(caller, _, ("pin.pin",)), _("PIN")) if caller.has_own_pin else ()


def _keys_from_home(caller: Caller, _: Translator, path: tuple[str, ...]) -> tuple[str, ...]:
    keys, here = [], _HOME
    for wanted in path:
        offered = _choices(here, caller, _)
        place = [choice.link.screen for choice in offered].index(wanted)
        keys.append(choice_keys(offered)[place])
        here = offered[place].link
    return tuple(keys)


def _choices(link: Link, caller: Caller, _: Translator) -> tuple[Choice, ...]:
    return screens[link.screen].show(caller, _, **link.args).choices
