"""Texts about a caller in a safe call, detained, or calling for help: neutral, for others may read any phone."""

from gateway.text.translator import Translator


def safe_call_missed_text(display_name: str, hour: str, note: str, _: Translator) -> str:
    """Return the text to contacts: the caller's note, and advice that keeps them from harm."""
    said = _("{called} is not back, was to be by {hour}. Ring first, do not go alone. The note: {note}")
    return said.format(called=display_name, hour=hour, note=note or "-")


def safe_call_ended_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts who had read that the caller was not back."""
    return _("{called} is back.").format(called=display_name)


def sos_helped_text(dial: str, _: Translator) -> str:
    """Return the text to the caller, when responders say that the caller is all right."""
    return _("We think of you. What may help now: dial {dial}").format(dial=dial)


def sos_closed_text(dial: str, _: Translator) -> str:
    """Return the text to the caller, when responders say the call was not real: help may be needed all the same."""
    return _("It was closed. Do you still need someone? Dial {dial}").format(dial=dial)


def contact_sos_ended_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts who had read that the caller needs them."""
    return _("{called}: it has ended. Thank you.").format(called=display_name)


def reminder_text(dial: str, _: Translator) -> str:
    """Return a neutral reminder, for the person with the caller may read it."""
    return _("A reminder waits for you. Dial {dial}").format(dial=dial)


def responder_sos_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to a responder. What it is about stands behind the PIN."""
    return _("{code}: you are wanted. Dial {dial}").format(code=code, dial=dial)


def responder_sos_ended_text(code: str, _: Translator) -> str:
    """Return the text to a responder who had been asked."""
    return _("{code} is over. Thank you.").format(code=code)


def responders_coming_text(count: int, passphrase: str, _: Translator) -> str:
    """Return the neutral text to the caller, with the word agreed beforehand."""
    said = _.ngettext("{n} is on the way.", "{n} are on the way.", count).format(n=count)
    return said + " " + _("The word: {word}").format(word=passphrase) if passphrase else said


def contact_sos_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts, when the caller calls for help."""
    return _("{called} needs you now. Ring first, do not go alone.").format(called=display_name)


def no_responder_text(hotline: str, _: Translator) -> str:
    """Return the text to the caller, with the number to call."""
    return _("Nobody could answer yet. Call {hotline}").format(hotline=hotline)
