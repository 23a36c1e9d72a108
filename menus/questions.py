"""Screens of "Ask us": a question without a number, and its answer.

Before the own PIN they look as they do to a stranger, so no screen shows a question that has no answer yet.
"""

from statistics import median

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.conversation import MAX_WORDS_CHARS, NEXT_PERSON_S, Conversation
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import format_next_hour
from menus.alerts import no_capacity_text
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_consent,
    ask_question,
    end_session,
    link_to,
    screen,
    show_menu,
)
from menus.waiting import Waiting, waits

HOUR_S = 3600


def menu_entry(caller: Caller, _: Translator, topic: str = "") -> tuple[str, Link] | None:
    """Return the entry where somebody is named to answer."""
    return (_("Ask us"), link_to(question, topic=topic)) if caller.world.roster.advisers() else None


def _own(caller: Caller) -> Conversation | None:
    return next((c for c in caller.conversations if c.has_answer), None)


@waits
def unread_answer(caller: Caller, _: Translator) -> list[Waiting]:
    own = _own(caller)
    return [(_("An answer for you"), link_to(answer))] if own and own.is_unread else []


@screen()
def question(caller: Caller, _: Translator, topic: str = "") -> ScreenResult:
    """Say how long an answer takes, then ask for the question."""
    if not caller.world.roster.advisers():
        return show_menu(_("This page is not here any more."))
    if caller.has_asked_enough:
        return show_menu(_("You told us a short while ago. Please wait a little, or talk to someone."))
    if caller.world.is_full:
        return show_menu(no_capacity_text(_))
    said = joins.sentences(_, _wait_text(caller, _), _("Your question? We do not see your number with it."))
    read = ((_("Read the answer"), link_to(answer)),) if _own(caller) else ()
    return ask_question(said, link_to(consent_to_text, topic=topic), "words", *read)


def _wait_text(caller: Caller, _: Translator) -> str:
    """Return the expected wait: as long as answers took this week, from the hour when somebody is on duty."""
    roster, now = caller.world.roster, caller.local_time
    if roster.on_duty(roster.advisers(), now):
        hours = _usual_hours(caller)
        return _.ngettext("An answer takes about {n} hour.", "An answer takes about {n} hours.", hours).format(n=hours)
    later = roster.next_on_duty(roster.advisers(), now)
    if later is None:
        return _("Nobody is on duty now. An answer can take a day.")
    return _("Somebody answers from {when}.").format(when=format_next_hour(later, now, _))


def _usual_hours(caller: Caller) -> int:
    took = [c.answered_at - c.at for c in caller.world.conversations.values() if c.answered_at]
    return max(1, round((median(took) if took else NEXT_PERSON_S) / HOUR_S))


@screen()
def consent_to_text(caller: Caller, _: Translator, words: str, topic: str = "") -> ScreenResult:
    args = {"words": clip(words, MAX_WORDS_CHARS), "topic": topic}
    return ask_consent(
        _("May we text you when there is an answer? The text will not say why."),
        (_("Yes"), link_to(question_sent, may_text=True, **args)),
        (_("No, I dial to see"), link_to(question_sent, may_text=False, **args)),
    )


@screen()
def question_sent(caller: Caller, _: Translator, words: str, topic: str, may_text: bool) -> ScreenResult:
    if caller.has_asked_enough:
        return question(caller, _)
    said = _("Thank you. To read the answer, dial again: it stands in the first line. We delete it after 7 days.")
    return end_session(said, intents=[intents.AskUs(words, topic, may_text)])


@screen()
def answer(caller: Caller, _: Translator) -> ScreenResult:
    own = _own(caller)
    if own is None:
        return show_menu(_("Nothing new."))
    read = [intents.MarkAnswerRead(own.code)] if own.is_unread else []
    return show_menu("\n".join(own.latest_from_us), (_("Ask more"), link_to(question)), intents=read)
