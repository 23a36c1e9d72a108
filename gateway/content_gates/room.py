"""Gate: each translation keeps the limit of length that its translators' note gives."""

import re
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts

_LIMIT: Final = re.compile(r"room: at most (\d+) characters")


def find_too_long(texts: LanguageTexts) -> ContentFindings:
    for sentence in texts.sentences:
        limits = [int(most) for note in sentence.notes for most in _LIMIT.findall(note)]
        for form in map(texts.translator.normalise, sentence.forms):
            if limits and len(form) > min(limits):
                yield ContentFinding(
                    texts.code,
                    sentence.place,
                    f"{form!r} has {len(form)} characters, and its place on the phone has {min(limits)}",
                    "shorten it",
                )
