"""My rights: four groups of topics, read here; by text only on request."""

from gateway import gsm
from gateway.model import intents
from gateway.model.caller import Caller, Topic
from menus.screen import Shown, Translator, end, menu, screen, to

PART = 153 * 3
"""septets of one text: three segments; UCS-2 takes three of 67 units"""
PART_UCS2 = 67 * 3


def group_name(group: str, _: Translator) -> str:
    names = {"police": _("Police"), "safety": _("Safety"), "work": _("Work and law"), "health": _("Health")}
    return names.get(group, group)


@screen(neutral=True)
def rights(caller: Caller, _: Translator) -> Shown:
    return menu(_("My rights"), *[(group_name(g, _), to(topics, group=g)) for g in groups(caller)])


@screen()
def topics(caller: Caller, _: Translator, group: str) -> Shown:
    found = in_group(caller, group)
    return menu(group_name(group, _), *[(t.title, to(topic, slug=t.slug)) for t in found])


@screen()
def topic(caller: Caller, _: Translator, slug: str) -> Shown:
    found = find_topic(caller, slug)
    if found is None:
        return menu(_("This page is not here any more."))
    return menu(found.body, (_("Send as text"), to(topic_text, slug=slug)))


@screen()
def topic_text(caller: Caller, _: Translator, slug: str) -> Shown:
    """Texts stay in the inbox, so it is asked once more."""
    return menu(
        _("Texts stay on the phone for others to see. Send?"),
        (_("Yes, send"), to(topic_sent, slug=slug)),
        (_("No"), to(topic, slug=slug)),
    )


@screen()
def topic_sent(caller: Caller, _: Translator, slug: str) -> Shown:
    found = find_topic(caller, slug)
    texts = parts(found, _) if found else ()
    return end(_("It is on its way."), do=[intents.TextMe(texts)])


def find_topic(caller: Caller, slug: str) -> Topic | None:
    return next((t for t in caller.world.topics(caller.lang) if t.slug == slug), None)


def parts(found: Topic, _: Translator) -> tuple[str, ...]:
    """A topic as texts."""
    return in_parts(f"{found.title}. {found.body}", _)


def in_parts(text: str, _: Translator) -> tuple[str, ...]:
    """A long answer as texts of at most three segments each, split at words."""
    return tuple(gsm.split_words(_.fold(text), PART, PART_UCS2))


def groups(caller: Caller) -> tuple[str, ...]:
    """The groups that have topics, in order."""
    return tuple(dict.fromkeys(topic.group for topic in caller.world.topics(caller.lang)))


def in_group(caller: Caller, group: str) -> list[Topic]:
    return [topic for topic in caller.world.topics(caller.lang) if topic.group == group]
