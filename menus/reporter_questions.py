"""A verifier's one question to the callers who made a report, and their answer. Neither side reads a number."""

from gateway.model import intents, policy
from gateway.model.alert import Alert, AlertState
from gateway.model.caller import Caller
from gateway.model.conversation import MAX_WORDS_CHARS, Conversation
from gateway.text.gsm import clip
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    screen,
    show_menu,
)
from menus.waiting import Waiting, waits

MAX_ANSWER_CHARS = 60
HOME = Link("home.home")


def menu_entry(caller: Caller, alert: Alert, _: Translator) -> tuple[str, Link] | None:
    """Return the entry while the report has no question and a reporter who may be answered."""
    report = caller.world.report(alert.number)
    if report is None or report.question or alert.state is not AlertState.REPORTED:
        return None
    may_ask = any(lang for _token, lang in report.reporters) and policy.may(
        caller, intents.AskReporters(alert.number, "")
    )
    return (_("Ask who told us"), link_to(ask_reporters, number=alert.number)) if may_ask else None


def asked_text(caller: Caller, number: int, _: Translator) -> str:
    report = caller.world.report(number)
    return _("We asked: {words}").format(words=report.question) if report and report.question else ""


@screen(staff_only=True)
def ask_reporters(caller: Caller, _: Translator, number: int) -> ScreenResult:
    said = _("One question to the person who told us. They dial to read it, and answer once.")
    return ask_question(said, link_to(reporters_asked, number=number), "words")


@screen(staff_only=True)
def reporters_asked(caller: Caller, _: Translator, number: int, words: str) -> ScreenResult:
    found = caller.world.alert(number)
    to_check = (_("To check"), Link("team.check_list"))
    if found is None or menu_entry(caller, found, _) is None:
        return show_menu(_("A colleague decided this first."), to_check)
    asked = intents.AskReporters(number, clip(words, MAX_WORDS_CHARS))
    return show_menu(_("Done. You get a text with the answer."), to_check, intents=[asked])


def _open(caller: Caller) -> list[Conversation]:
    return [c for c in caller.conversations if c.report]


@waits
def unread_questions(caller: Caller, _: Translator) -> list[Waiting]:
    return [(_("A question for you"), link_to(question, code=c.code)) for c in _open(caller)]


@screen()
def question(caller: Caller, _: Translator, code: str) -> ScreenResult:
    found = next((c for c in _open(caller) if c.code == code), None)
    if found is None:
        return show_menu(_("Nothing new."), (_("Home"), HOME))
    said = _("About what you told us: {words}").format(words=found.lines[0].words)
    skip = (_("Skip"), link_to(answered, code=code, words=""))
    return ask_question(said, link_to(answered, code=code), "words", skip)


@screen()
def answered(caller: Caller, _: Translator, code: str, words: str) -> ScreenResult:
    said = intents.AnswerVerifier(code, clip(words, MAX_ANSWER_CHARS))
    return show_menu(_("Thank you. We tell them.") if words else _("Done."), (_("Home"), HOME), intents=[said])
