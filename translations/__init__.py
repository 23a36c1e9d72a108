"""Everything a phone says, by language: one folder each, with its catalog and its rights topics.

Adding a language is adding a folder (`<code>/messages.po`), here or in the organisation's content directory.
"""

from translations.languages import Language, Languages, load
from translations.topics import GROUPS, Topic
from translations.translator import N_, Translator
from translations.vocabulary import KEYWORDS, keywords
from translations.words import plain_words

__all__ = [
    "GROUPS",
    "KEYWORDS",
    "N_",
    "Language",
    "Languages",
    "Topic",
    "Translator",
    "keywords",
    "load",
    "plain_words",
]
