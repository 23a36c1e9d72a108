"""Gate: every translated sentence is one that phones show. A slip in the English leaves our own words on phones."""

from difflib import get_close_matches

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, template_messages


def find_unused_sentences(texts: LanguageTexts) -> ContentFindings:
    unused = [sentence for sentence in texts.sentences if not sentence.sources]
    known = [str(message.id if isinstance(message.id, str) else message.id[0]) for message in template_messages()]
    for sentence in unused if known else ():
        near = get_close_matches(sentence.msgid, known, 1)
        remedy = f"write the English as {near[0]!r}" if near and near[0] != sentence.msgid else "take it out"
        yield ContentFinding(
            texts.code, sentence.place, "phones show no such sentence, so this changes nothing", remedy
        )
