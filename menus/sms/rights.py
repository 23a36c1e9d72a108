"""Rights by text: a topic that a number or words name, or the list of topics from which to choose."""

from collections.abc import Mapping

from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.model.names import normalise_name
from gateway.model.world import Topic
from gateway.text import joins
from gateway.understanding.meaning import Meaning
from menus.engine.screen import Translator
from menus.rights import find_topic_in_words, group_name, split_messages, topic_groups, topic_messages, topics_in_group
from menus.sms.keywords import number_in
from menus.sms.result import Option, SmsResult, said
from menus.sms.wish import Wish


def answer_rights(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Answer with the topic that is meant, with the topics of a group, or with the groups. Each by number or words."""
    names = {group: group_name(group, _) for group in topic_groups(caller)}
    numbered = _number_topics(caller, names)
    wanted = normalise_name(wish.words)
    number = int(wish.kind) if wish.kind.isdecimal() else number_in(wish.words)
    for place, (group, name) in enumerate(names.items(), 1):
        if number == place or wanted in (group, normalise_name(name)):
            return _list_titles({n: topic.title for n, topic in numbered.items() if topic.group == group}, _)
    if topic := numbered.get(number) or find_topic_in_words(wish.words, list(numbered.values())):
        return said(topic_messages(topic, _))
    return _list_titles(dict(enumerate(names.values(), 1)), _)


def _number_topics(caller: Caller, groups: Mapping[str, str]) -> dict[int, Topic]:
    """Return the topics by the number that people send: 203 is the third topic of the second group."""
    return {
        first * 100 + place: topic
        for first, group in enumerate(groups, 1)
        for place, topic in enumerate(topics_in_group(caller, group), 1)
    }


def _list_titles(titles: Mapping[int, str], _: Translator) -> SmsResult:
    listed = joins.listed_apart(_, (joins.beside(_, str(number), title) for number, title in titles.items()))
    text = _("Send {keyword} and a number: {titles}").format(keyword=_.keyword("RIGHTS"), titles=listed)
    options = (Option(Meaning.RIGHTS, "", kind=str(number), answer=str(number)) for number in titles)
    return replace(said(split_messages(text, _)), listed=tuple(options))
