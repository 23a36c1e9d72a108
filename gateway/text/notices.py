"""Neutral texts that something waits, which is read by dialling: home says so in its first line."""

from gateway.text.translator import Translator


def answer_waiting_text(dial: str, _: Translator) -> str:
    """Return the notice that an answer waits for the caller, who reads it in USSD only."""
    return _("An answer waits for you. Dial {dial}").format(dial=dial)


def one_question_text(dial: str, _: Translator) -> str:
    """Return the notice that we ask the caller something, which is read and answered in USSD only."""
    return _("We have one question for you. Dial {dial}").format(dial=dial)


def news_text(dial: str, _: Translator) -> str:
    """Return the notice to a member. It does not say what the news is about."""
    return _("Something new to read. Dial {dial}").format(dial=dial)
