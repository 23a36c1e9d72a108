"""Screens of staff who answer callers' questions. They read a case number and the words, and never who asked."""

from gateway.model import intents, policy
from gateway.model.caller import Caller
from gateway.model.conversation import MAX_WORDS_CHARS, Conversation
from gateway.model.world import ReadyAnswer, Topic
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import format_clock
from menus import rights
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    screen,
    show_menu,
)


def open_questions(caller: Caller) -> list[Conversation]:
    """Return the questions that nobody has answered yet, oldest first."""
    return sorted((c for c in caller.world.conversations.values() if c.needs_answer), key=lambda c: c.at)


def menu_entry(caller: Caller, _: Translator) -> tuple[str, Link] | None:
    """Return the entry of a person who may answer, where somebody is named for it."""
    if not (caller.world.roster.advisers() and policy.may(caller, intents.AnswerQuestion("", ""))):
        return None
    return _("Questions: {n}").format(n=len(open_questions(caller))), link_to(question_list)


@screen(staff_only=True)
def question_list(caller: Caller, _: Translator) -> ScreenResult:
    if menu_entry(caller, _) is None:
        return show_menu("")
    local = caller.world.local_time
    choices = [
        (joins.beside(_, c.code, format_clock(local(c.at))), link_to(question, code=c.code))
        for c in open_questions(caller)
    ]
    return show_menu("" if choices else _("Nothing new."), *choices)


def _find(caller: Caller, _: Translator, code: str) -> Conversation | None:
    """Return the open question, for a person who may answer it."""
    return next((c for c in open_questions(caller) if c.code == code), None) if menu_entry(caller, _) else None


@screen(staff_only=True)
def question(caller: Caller, _: Translator, code: str) -> ScreenResult:
    found = _find(caller, _, code)
    if found is None:
        return show_menu(_("A colleague decided this first."), (_("Questions"), link_to(question_list)))
    topic = rights.find_topic(caller, found.topic)
    said = [_("We: {words}").format(words=line.words) if line.is_ours else line.words for line in found.lines]
    return show_menu(
        "\n".join((*((topic.title,) if topic else ()), *said)),
        (_("Write an answer"), link_to(write_answer, code=code)),
        (_("Ready answers"), link_to(ready_answers, code=code, slug=found.topic)),
    )


@screen(staff_only=True)
def write_answer(caller: Caller, _: Translator, code: str) -> ScreenResult:
    return ask_question(_("The caller dials to read your words."), link_to(answer_preview, code=code), "words")


@screen(staff_only=True)
def answer_preview(caller: Caller, _: Translator, code: str, words: str) -> ScreenResult:
    said = clip(words, MAX_WORDS_CHARS)
    return show_menu(said, (_("Send"), link_to(answer_sent, code=code, words=said)))


@screen(staff_only=True)
def ready_answers(caller: Caller, _: Translator, code: str, slug: str = "", group: str = "") -> ScreenResult:
    """List the questions of the topic from which the caller asked; else those of a group, after the groups."""
    topics = [topic for topic in caller.world.topics(caller.lang) if topic.answers]
    listed = [topic for topic in topics if topic.slug == slug or topic.group == group]
    choices = [
        (each.question, link_to(ready_answer, code=code, slug=topic.slug, slot=each.slot))
        for topic in listed
        for each in topic.answers
    ]
    groups = dict.fromkeys(topic.group for topic in topics) if not group else ()
    choices += [(rights.group_name(each, _), link_to(ready_answers, code=code, group=each)) for each in groups]
    return show_menu("" if choices else _("Nothing new."), *choices)


def _ready_words(topics: tuple[Topic, ...], slug: str, slot: str) -> str:
    found: tuple[ReadyAnswer, ...] = next((topic.answers for topic in topics if topic.slug == slug), ())
    return next((each.words for each in found if each.slot == slot), "")


@screen(staff_only=True)
def ready_answer(caller: Caller, _: Translator, code: str, slug: str, slot: str) -> ScreenResult:
    """Show the words in the caller's language, as the caller will read them."""
    found = _find(caller, _, code)
    words = _ready_words(caller.world.topics(found.lang if found else caller.lang), slug, slot)
    if not words:
        return show_menu(_("This page is not here any more."))
    return show_menu(words, (_("Send"), link_to(answer_sent, code=code, words=words)))


@screen(staff_only=True)
def answer_sent(caller: Caller, _: Translator, code: str, words: str) -> ScreenResult:
    back = (_("Questions"), link_to(question_list))
    if _find(caller, _, code) is None:
        return show_menu(_("A colleague decided this first."), back)
    return show_menu(_("Thank you. We tell them."), back, intents=[intents.AnswerQuestion(code, words)])
