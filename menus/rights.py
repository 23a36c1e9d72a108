"""Screens of "My rights": five groups of topics, and a topic as texts on request."""

from collections.abc import Sequence

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.names import normalise_name
from gateway.model.text_guard import TextGuard
from gateway.model.world import Topic
from gateway.text import joins
from gateway.text.parts import split_numbered
from menus import questions
from menus.engine.screen import (
    InvalidAnswer,
    ScreenResult,
    Translator,
    ask_consent,
    ask_question,
    end_session,
    link_to,
    redirect,
    screen,
    show_menu,
)

MIN_WORD_CHARS = 4
STEM_CHARS = 5
"""words that begin alike count as the same: `arrested` and `arrest`"""
MAX_MESSAGE_SEPTETS = 153 * 3
"""Three segments of one text; in UCS-2 a segment has 67 units."""
MAX_MESSAGE_UCS2_UNITS = 67 * 3


def group_name(group: str, _: Translator) -> str:
    names = {
        "police": _("Police"),
        "safety": _("Safety"),
        "work": _("Work and law"),
        "abroad": _("Other countries"),
        "health": _("Health"),
    }
    return names[group]


@screen(neutral=True)
def rights(caller: Caller, _: Translator) -> ScreenResult:
    groups = [(group_name(g, _), link_to(topics, group=g)) for g in topic_groups(caller)]
    # Translators: the words of a topic's title. Short: the five groups follow on the same page.
    return ask_question(_("My rights: choose, or type a word"), link_to(topic_typed), "typed", *groups)


@screen(looks_up=True)
def topic_typed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    """Open the topic that the words name, or list the topics that they may mean."""
    found = topics_in_words(typed, caller.world.topics(caller.lang))
    if not found:
        raise InvalidAnswer(_("No page has that word. Try another word, or choose."))
    if len(found) == 1:
        return redirect(link_to(topic, slug=found[0].slug), caller, _)
    return show_menu("", *[(one.title, link_to(topic, slug=one.slug)) for one in found])


@screen()
def topics(caller: Caller, _: Translator, group: str) -> ScreenResult:
    found = topics_in_group(caller, group)
    return show_menu(group_name(group, _), *[(t.title, link_to(topic, slug=t.slug)) for t in found])


@screen()
def topic(caller: Caller, _: Translator, slug: str) -> ScreenResult:
    found = find_topic(caller, slug)
    if found is None:
        return show_menu(_("This page is not here any more."))
    ask = questions.menu_entry(caller, _, topic=slug) if found.answers else None
    choices = ((_("Text me this"), link_to(confirm_topic_text, slug=slug)), ask)
    return show_menu(found.body, *filter(None, choices))


@screen()
def confirm_topic_text(caller: Caller, _: Translator, slug: str) -> ScreenResult:
    """Ask again before texting, because texts stay in the inbox."""
    return ask_consent(
        _("Texts stay on your phone. Others can see them. Send?"),
        (_("Yes, send"), link_to(topic_sent, slug=slug)),
        (_("No"), link_to(topic, slug=slug)),
    )


@screen()
def topic_sent(caller: Caller, _: Translator, slug: str) -> ScreenResult:
    found = find_topic(caller, slug)
    texts = topic_messages(found, _) if found else ()
    guard = caller.record(TextGuard)
    if guard and not guard.may_request(caller.now, len(texts)):
        return end_session(_("This phone got enough texts today. You can read here each day."))
    return end_session(_("We send it now."), intents=[intents.TextCaller(texts)])


def find_topic_in_words(words: str, topics: Sequence[Topic]) -> Topic | None:
    """Return the topic whose title has most of the words; None where no topic, or more than one, has most."""
    found = topics_in_words(words, topics)
    return found[0] if len(found) == 1 else None


def topics_in_words(words: str, topics: Sequence[Topic]) -> list[Topic]:
    """Return the topics whose titles have most of the words."""
    said_words = [word for word in normalise_name(words).split() if len(word) >= MIN_WORD_CHARS or not word.isascii()]
    scores = {topic.slug: _score(topic, said_words) for topic in topics}
    best = max(scores.values(), default=0)
    return [topic for topic in topics if best and scores[topic.slug] == best]


def _score(topic: Topic, words: list[str]) -> int:
    titled = {topic.slug, *normalise_name(topic.title).split()}
    return sum(any(_is_alike(word, other) for other in titled) for word in words)


def _is_alike(word: str, other: str) -> bool:
    return word == other or (len(other) >= MIN_WORD_CHARS and word[:STEM_CHARS] == other[:STEM_CHARS])


def find_topic(caller: Caller, slug: str) -> Topic | None:
    return next((t for t in caller.world.topics(caller.lang) if t.slug == slug), None)


def topic_messages(found: Topic, _: Translator) -> tuple[str, ...]:
    """Return a topic as texts."""
    return split_messages(joins.titled(_, found.title, found.body), _)


def split_messages(text: str, _: Translator) -> tuple[str, ...]:
    """Split a long answer at sentences into numbered texts of at most three segments each."""
    return split_numbered(_.normalise(text), MAX_MESSAGE_SEPTETS, MAX_MESSAGE_UCS2_UNITS, _.stays_with_next)


def topic_groups(caller: Caller) -> tuple[str, ...]:
    """Return the groups that have topics, in order."""
    return tuple(dict.fromkeys(topic.group for topic in caller.world.topics(caller.lang)))


def topics_in_group(caller: Caller, group: str) -> list[Topic]:
    return [topic for topic in caller.world.topics(caller.lang) if topic.group == group]
