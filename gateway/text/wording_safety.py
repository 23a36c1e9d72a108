"""Texts about safe calls, arrests and calls for help. They are neutral, because other people may read any phone."""

from gateway.text import joins
from gateway.text.translator import Translator


def safe_call_missed_text(display_name: str, hour: str, note: str, _: Translator) -> str:
    """Return the text to contacts: the caller's note, and advice that keeps them from harm."""
    said = _("{called} is not back, was to be by {hour}. Ring first, do not go alone. The note: {note}")
    return said.format(called=display_name, hour=hour, note=note or "-")


def safe_call_ended_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts who were notified that the caller was not back."""
    return _("{called} is back.").format(called=display_name)


def sos_helped_text(dial: str, _: Translator) -> str:
    """Return the text to the caller after responders closed the call as helped."""
    return _("We think of you. What may help now: dial {dial}").format(dial=dial)


def sos_closed_text(dial: str, _: Translator) -> str:
    """Return the text to the caller after responders called it a false alarm. Help may be needed all the same."""
    return _("It was closed. Do you still need someone? Dial {dial}").format(dial=dial)


def contact_sos_ended_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts who were notified of the call for help."""
    return _("{called}: it has ended. Thank you.").format(called=display_name)


def reminder_text(dial: str, _: Translator) -> str:
    """Return a neutral reminder, because the person with the caller may read it."""
    return _("A reminder waits for you. Dial {dial}").format(dial=dial)


def responder_sos_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to a responder, who reads the details after the PIN."""
    return _("{code}: you are wanted. Dial {dial}").format(code=code, dial=dial)


def responder_sos_doubted_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to responders after one of them said that the call is over."""
    return _("{code}: a colleague says it is over. Is it? Dial {dial}").format(code=code, dial=dial)


def new_sos_text(count: int, dial: str, _: Translator) -> str:
    """Return the text to a responder about several calls of strangers, without their codes."""
    return _.ngettext("{n} new call. Dial {dial}", "{n} new calls. Dial {dial}", count).format(n=count, dial=dial)


def responder_sos_ended_text(code: str, _: Translator) -> str:
    """Return the text to a responder who was asked, after the call ended."""
    return _("{code} is over. Thank you.").format(code=code)


def responders_coming_text(count: int, passphrase: str, _: Translator) -> str:
    """Return the neutral text to the caller, with the passphrase."""
    said = _.ngettext("{n} is on the way.", "{n} are on the way.", count).format(n=count)
    return joins.sentences(_, said, _("The word: {word}").format(word=passphrase) if passphrase else "")


def contact_request_texts(display_name: str, _: Translator) -> tuple[str, ...]:
    """Return our questions to a person who is asked to be a contact. Each says how to answer, and nothing else.

    Before a yes only the first letter of the caller's name leaves: a whole word could be an insult, or out the caller.
    """
    letter = f"{display_name[:1].upper()}."
    return (
        _("{called} asks: may we text you if {called} needs you? Answer YES. STOP ends it.").format(called=letter),
        _("{called} named you as a contact for travel. Is that all right? Answer YES. STOP ends it.").format(
            called=letter
        ),
    )


def default_arrest_words(display_name: str, _: Translator) -> str:
    return _("{called} is held and asks for your help.").format(called=display_name or "?")


def arrest_text(words: str, hotline: str, _: Translator) -> str:
    """Return the text to contacts on the day of an arrest: the caller's words, and our number to call."""
    return joins.sentences(_, words, hotline)


def contact_sos_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts after the caller called for help."""
    return _("{called} needs you now. Ring first, do not go alone.").format(called=display_name)


def no_responder_text(hotline: str, _: Translator) -> str:
    """Return the text to the caller, with the number to call."""
    return _("Nobody could answer yet. Call {hotline}").format(hotline=hotline)
