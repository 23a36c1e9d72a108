"""Texts that are not the writer's own words: a text of ours that comes back, or a sign of liking on a text."""

import re
from typing import Final

MAX_WORDS_BEFORE_QUOTE: Final = 4
MIN_QUOTED_WORDS: Final = 3
_QUOTED: Final = re.compile(r"[\"“«「„](?P<quoted>.+)[\"”»」“]\s*$", re.DOTALL)


def quotes_another_text(text: str, service_code: str) -> bool:
    """Whether the text repeats one of ours, which names the code to dial, or only marks another text.

    Phones send such a mark as `Liked "..."`. Neither says what its sender wants, so nothing follows from its words.
    """
    if service_code and service_code in text and len(text.split()) > MIN_QUOTED_WORDS:
        return True
    quote = _QUOTED.search(text.strip())
    if quote is None:
        return False
    before = text.strip()[: quote.start()].split()
    return len(before) <= MAX_WORDS_BEFORE_QUOTE and len(quote["quoted"].split()) >= MIN_QUOTED_WORDS
