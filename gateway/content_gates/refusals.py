"""Gate: a topic says flatly that a reader can refuse only beside a slot for this country's law.

Where a law allows the check, a refusal can be an offence.
"""

from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, topic_place
from translations.forbidden_words import find_words

AMONG_PEOPLE: Final = frozenset({"safety", "health/condoms"})
"""groups and topics in which a reader refuses a client or a blackmailer, and no law asks for it"""


def find_flat_refusals(texts: LanguageTexts) -> ContentFindings:
    topics = (one for one in texts.topics if AMONG_PEOPLE.isdisjoint({one.group, f"{one.group}/{one.slug}"}))
    for topic in topics:
        for paragraph in texts.topic_bodies[topic.slug].split("\n\n"):
            said = find_words(texts.glossary.refusals, paragraph)
            if said and "{slot:" not in paragraph:
                yield ContentFinding(
                    texts.code,
                    topic_place(texts, topic),
                    f"it says '{said[0]}', which is against the law in some countries",
                    "add {slot:...} for this country's law to the paragraph, or say how to object",
                )
