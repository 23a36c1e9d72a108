"""The caller's card. A person who finds it learns a code to dial, and nothing about the service behind it."""

from typing import Final

from gateway.cards.content import Key, Small
from gateway.cards.phone import Phone
from gateway.text import joins
from menus.engine.paging import BACK_KEY, MORE_KEY

PICTURES: Final = {
    "alerts.alerts": "bell",
    "health.health": "cross",
    "rights.rights": "book",
    "talk.talk": "bubbles",
    "reports.tell_us": "megaphone",
    "settings.settings": "gear",
    "pin.pin": "padlock",
    "home.language": "globe",
}
"""of the first screen's entries, by the screen that each opens: ids of symbols in page.html"""


def card(phone: Phone) -> Small:
    keys = tuple(Key(key, label, picture=PICTURES[screen]) for screen, (key, label) in phone.home.items())
    return Small(phone.settings.name, phone.dial, keys, lines(phone))


def lines(phone: Phone) -> tuple[str, ...]:
    """Return the small print: more and back, the cost, how to stop texts, and where to ask."""
    _ = phone.translator
    turning = joins.listed(_, (f"{MORE_KEY} = {_('More')}", f"{BACK_KEY} = {_('Back')}"))
    return (choose_language(phone), turning, *cost(phone), _leave(phone), *_ask(phone))


def cost(phone: Phone) -> tuple[str, ...]:
    """Return what is known of the cost: who pays for dialling is a setting, each network has its price of a text."""
    _ = phone.translator
    # Translators: on a small printed card; each at most 60 characters, neutral for whoever finds it.
    dialling = _("Dialling is free.") if phone.free_to_dial else _("You pay your network to dial.")
    return (dialling, _("You pay your network for a text you send.")) if phone.takes_texts else (dialling,)


def choose_language(phone: Phone) -> str:
    _ = phone.translator
    # Translators: on a small printed card; at most 60 characters. The phone may first ask which language.
    return _("If asked for your language, press {key}.").format(key=phone.language_key)


def _leave(phone: Phone) -> str:
    """Say how to stop texts: by text where texts come in, else with the keys of the real menu, from dialling on."""
    _ = phone.translator
    if phone.takes_texts:
        word, number = phone.texted(_.keyword("STOP")), phone.settings.shortcode
        # Translators: on a small printed card; at most 60 characters. {word} is the word to send, {number} a short one.
        return _("To get no more texts, send {word} to {number}.").format(word=word, number=number)
    # Translators: on a small printed card; at most 100 characters. {key} chooses the language; {keys} are pressed one
    # after another, as in 6, 7, 1.
    said = _("To get no more texts: dial. If asked for your language, press {key}. Then press {keys}.")
    return said.format(key=phone.language_key, keys=joins.listed(_, phone.keys_to_stop))


def _ask(phone: Phone) -> tuple[str, ...]:
    _, hotline = phone.translator, phone.settings.hotline
    return (_("Questions or complaints: {hotline}").format(hotline=hotline),) if hotline else ()
