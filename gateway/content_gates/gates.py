"""All gates, by name. A gate takes one language's texts and yields what is wrong with them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gateway.content_gates.capitals import find_wrong_capitals
from gateway.content_gates.code_language import find_language_in_code
from gateway.content_gates.contexts import find_shared_sentences
from gateway.content_gates.figures import find_unsaid_figures
from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.forbidden import find_forbidden_words
from gateway.content_gates.homographs import find_homographs
from gateway.content_gates.language_texts import LanguageTexts
from gateway.content_gates.neutral import find_revealing_texts
from gateway.content_gates.page_breaks import find_bad_page_breaks
from gateway.content_gates.page_budget import find_long_screens
from gateway.content_gates.phrase_books import find_phrase_faults
from gateway.content_gates.placeholders import find_wrong_placeholders
from gateway.content_gates.reading_level import find_hard_sentences
from gateway.content_gates.refusals import find_flat_refusals
from gateway.content_gates.room import find_too_long
from gateway.content_gates.terms import find_wrong_terms
from gateway.content_gates.unused import find_unused_sentences

Gate = Callable[[LanguageTexts], ContentFindings]

GATES: Final[Mapping[str, Gate]] = {
    "placeholders": find_wrong_placeholders,
    "capitals": find_wrong_capitals,
    "forbidden": find_forbidden_words,
    "neutral": find_revealing_texts,
    "terms": find_wrong_terms,
    "homographs": find_homographs,
    "refusals": find_flat_refusals,
    "figures": find_unsaid_figures,
    "room": find_too_long,
    "page breaks": find_bad_page_breaks,
    "page budget": find_long_screens,
    "reading level": find_hard_sentences,
    "phrase books": find_phrase_faults,
    "contexts": find_shared_sentences,
    "code language": find_language_in_code,
    "unused": find_unused_sentences,
}


def find_problems(texts: LanguageTexts) -> Iterator[ContentFinding]:
    """Yield what all gates find in one language."""
    for gate in GATES.values():
        yield from gate(texts)
