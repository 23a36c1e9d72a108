"""Screens of "My rights": five groups of topics, and a topic as texts on request."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.text_guard import TextGuard
from gateway.model.world import Topic
from gateway.text import joins
from gateway.text.parts import split_numbered
from menus import questions
from menus.engine.screen import ScreenResult, Translator, ask_consent, end_session, link_to, screen, show_menu

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
    return show_menu(_("My rights"), *[(group_name(g, _), link_to(topics, group=g)) for g in topic_groups(caller)])


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
