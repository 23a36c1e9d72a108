"""Rights by text: a topic that a number or words name, or the list of topics from which to choose."""

from collections.abc import Mapping
from typing import Final

from gateway.model.caller import Caller
from gateway.model.names import normalise_name
from gateway.model.world import Topic
from gateway.text import joins
from menus.engine.screen import Translator
from menus.rights import group_name, split_messages, topic_groups, topic_messages, topics_in_group
from menus.sms.result import SmsResult, said
from menus.sms.wish import Wish

_MIN_WORD_CHARS: Final = 4
_STEM_CHARS: Final = 5
"""words that begin alike count as the same: `arrested` and `arrest`"""


def answer_rights(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Answer with the topic that is meant, with the topics of a group, or with the groups. Each by number or words."""
    names = {group: group_name(group, _) for group in topic_groups(caller)}
    numbered = _number_topics(caller, names)
    wanted = normalise_name(wish.words)
    number = int(wanted[:4]) if wanted.isdecimal() else 0
    for place, (group, name) in enumerate(names.items(), 1):
        if number == place or wanted in (group, normalise_name(name)):
            return _list_titles({n: topic.title for n, topic in numbered.items() if topic.group == group}, _)
    if topic := numbered.get(number) or find_topic_in_words(wish.words, list(numbered.values())):
        return said(topic_messages(topic, _))
    return _list_titles(dict(enumerate(names.values(), 1)), _)


def find_topic_in_words(words: str, topics: list[Topic]) -> Topic | None:
    """Return the topic whose title has most of the words; None where no topic, or more than one, has most."""
    said_words = [word for word in normalise_name(words).split() if len(word) >= _MIN_WORD_CHARS or not word.isascii()]
    scores = {topic.slug: _score(topic, said_words) for topic in topics}
    best = max(scores.values(), default=0)
    found = [topic for topic in topics if scores[topic.slug] == best]
    return found[0] if best and len(found) == 1 else None


def _score(topic: Topic, words: list[str]) -> int:
    titled = {topic.slug, *normalise_name(topic.title).split()}
    return sum(any(_is_alike(word, other) for other in titled) for word in words)


def _is_alike(word: str, other: str) -> bool:
    return word == other or (len(other) >= _MIN_WORD_CHARS and word[:_STEM_CHARS] == other[:_STEM_CHARS])


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
    return said(split_messages(text, _))
