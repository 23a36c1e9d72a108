"""Make words comparable, as people type them."""

import unicodedata

from gateway.text.gsm import normalise_text


def normalise_words(text: str) -> str:
    """Return the text without case, accents, apostrophes and punctuation, with one blank between words.

    Full-width letters, as Chinese keyboards write them, become plain letters.
    """
    bare = unicodedata.normalize("NFD", normalise_text(unicodedata.normalize("NFKC", text)).casefold().replace("'", ""))
    chars = (" " if _is_separator(char) else char for char in bare if not unicodedata.combining(char))
    return " ".join("".join(chars).split())


def _is_separator(char: str) -> bool:
    return unicodedata.category(char)[0] in "PSZC"
