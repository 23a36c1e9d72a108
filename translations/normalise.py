"""Make words comparable, as people type them."""

import unicodedata

from gateway.letters import drop_marks
from gateway.text.gsm import normalise_text


def normalise_words(text: str) -> str:
    """Return the text without case, accents, apostrophes and punctuation, with one blank between words.

    Full-width letters, as Chinese keyboards write them, become plain letters.
    """
    bare = drop_marks(normalise_text(unicodedata.normalize("NFKC", text)).casefold().replace("'", ""))
    return " ".join("".join(" " if _is_separator(char) else char for char in bare).split())


def _is_separator(char: str) -> bool:
    return unicodedata.category(char)[0] in "PSZC"
