"""Words that work on a screen as they do in a text: STOP, and the words of a person who needs help."""

from gateway.model.caller import Caller
from menus import settings, sos, talk
from menus.engine.screen import Link, Translator, link_to


def is_stop(typed: str, _: Translator) -> bool:
    """Whether this is the word that we print for STOP, in this language or in English. No answer is that word."""
    return typed.upper() in ("STOP", _.keyword("STOP"))


def link_of(meaning: str, caller: Caller, _: Translator) -> Link | None:
    """Return where a word of this meaning leads: to one question, or to people. None: it is no word of these."""
    if meaning == "STOP":
        return link_to(settings.stop)
    if meaning not in ("HELP", "SOS"):
        return None
    entry = sos.menu_entry(caller, _)
    return entry[1] if entry else link_to(talk.talk)
