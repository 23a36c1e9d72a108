"""Gate: a word that phones show without its accents is not another word then. The glossary lists the pairs."""

import re
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, topic_place

_WORD: Final = re.compile(r"[^\W\d_]+")


def find_homographs(texts: LanguageTexts) -> ContentFindings:
    said = [(sentence.place, form) for sentence in texts.sentences for form in sentence.forms]
    for topic in texts.written_topics:
        said.append((topic_place(texts, topic), f"{topic.title}\n{texts.topic_bodies[topic.slug]}"))
    for place, text in said:
        for word in dict.fromkeys(_WORD.findall(text.casefold())):
            meaning = texts.glossary.homographs.get(word)
            shown = texts.translator.normalise(word)
            if meaning and shown != word:
                yield ContentFinding(
                    texts.code,
                    place,
                    f"phones show '{word}' as '{shown}', which reads as {meaning}",
                    "use another word",
                )
