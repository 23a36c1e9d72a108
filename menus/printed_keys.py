"""Keys that a caller is told to press, from dialling on. They are looked up in the real screens, so that they work.

Every printed path of keys comes from here. The list of languages and the own PIN come first where they are asked for.
"""

from typing import Final

from gateway.model.caller import Caller
from menus.engine.screen import Choice, Link, Translator, by_key, screens

_LANGUAGES: Final = Link("home.language")
_HOME: Final = Link("home.home")
_BETWEEN_KEYS: Final = "-"
"""no blank: a phone would break the line there, and a key at the beginning of a line looks like a choice"""


def keys_from_dialling(caller: Caller, _: Translator, *path: str) -> str:
    """Return the keys that lead from dialling through the screens of `path`, which follow home."""
    language = _language_key(caller, _) if asks_for_language(caller) else ()
    return _BETWEEN_KEYS.join((*language, *_pin_keys(caller, _), *_keys_from_home(caller, _, path)))


def dialled_whole(caller: Caller, _: Translator, *path: str) -> tuple[str, str]:
    """Return what to dial at once for the screens of `path`, and the keys that follow it.

    Keys that are dialled at once begin at the list of languages, whatever was remembered or cut off. A PIN is typed
    alone, so with a PIN the rest follows it.
    """
    from_home = _keys_from_home(caller, _, path)
    before_pin = _keys_from_home(caller, _, ("pin.pin",)) if caller.has_own_pin else from_home
    service_code = caller.world.profile.service_code.removesuffix("#")
    whole = "*".join((service_code, *_language_key(caller, _), *before_pin)) + "#"
    return whole, _BETWEEN_KEYS.join((_("PIN"), *from_home)) if caller.has_own_pin else ""


def asks_for_language(caller: Caller) -> bool:
    """Whether the list of languages comes when this caller dials. A locked phone shows no language that it knows."""
    subscription = caller.subscription
    return caller.has_own_pin or not (subscription and subscription.remembers_language)


def _language_key(caller: Caller, _: Translator) -> tuple[str, ...]:
    return tuple(
        key for key, choice in _choices(_LANGUAGES, caller, _).items() if choice.link.args.get("lang") == _.lang
    )


def _pin_keys(caller: Caller, _: Translator) -> tuple[str, ...]:
    return (*_keys_from_home(caller, _, ("pin.pin",)), _("PIN")) if caller.has_own_pin else ()


def _keys_from_home(caller: Caller, _: Translator, path: tuple[str, ...]) -> tuple[str, ...]:
    keys, here = [], _HOME
    for wanted in path:
        offered = _choices(here, caller, _).items()
        key, here = next((key, choice.link) for key, choice in offered if choice.link.screen == wanted)
        keys.append(key)
    return tuple(keys)


def _choices(link: Link, caller: Caller, _: Translator) -> dict[str, Choice]:
    return by_key(screens[link.screen].show(caller, _, **link.args).choices)
