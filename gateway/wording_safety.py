"""Texts about somebody who is out, held, or calls for help: neutral, for any phone may be read by others."""

from gateway.wording import Translator


def not_back(called: str, hour: str, note: str, _: Translator) -> str:
    """To those she trusts: what she wrote for them, and what keeps them from harm."""
    said = _("{called} is not back, was to be by {hour}. Ring first, do not go alone. The note: {note}")
    return said.format(called=called, hour=hour, note=note or "-")


def is_back_again(called: str, _: Translator) -> str:
    """To those who had heard that she was not."""
    return _("{called} is back.").format(called=called)


def after_help(dial: str, _: Translator) -> str:
    """To the caller, when responders say that she is all right."""
    return _("We think of you. What may help now: dial {dial}").format(dial=dial)


def was_closed(dial: str, _: Translator) -> str:
    """To the caller, when responders say that it was not real: she may need somebody all the same."""
    return _("It was closed. Do you still need someone? Dial {dial}").format(dial=dial)


def has_ended(called: str, _: Translator) -> str:
    """To those who had heard that she needs them."""
    return _("{called}: it has ended. Thank you.").format(called=called)


def reminder(dial: str, _: Translator) -> str:
    """Neutral: it may be read by the one she is with."""
    return _("A reminder waits for you. Dial {dial}").format(dial=dial)


def wanted(code: str, dial: str, _: Translator) -> str:
    """To a responder: what it is stands behind the PIN."""
    return _("{code}: you are wanted. Dial {dial}").format(code=code, dial=dial)


def is_over(code: str, _: Translator) -> str:
    """To a responder who was asked."""
    return _("{code} is over. Thank you.").format(code=code)


def somebody_comes(count: int, check: str, _: Translator) -> str:
    """To the caller: neutral, with the word agreed beforehand."""
    said = _.ngettext("{n} is on the way.", "{n} are on the way.", count).format(n=count)
    return said + " " + _("The word: {word}").format(word=check) if check else said


def needed(called: str, _: Translator) -> str:
    """To those she trusts, when she calls for help."""
    return _("{called} needs you now. Ring first, do not go alone.").format(called=called)


def nobody_yet(hotline: str, _: Translator) -> str:
    """To the caller: whom to ring."""
    return _("Nobody could answer yet. Call {hotline}").format(hotline=hotline)
