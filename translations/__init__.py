"""Everything that a phone shows, by language: one folder each, with its catalog and its rights topics.

A new language is a new folder (`<code>/LC_MESSAGES/messages.po`), here or in the organisation's content directory.
"""

from gateway.text.translator import Translator
from translations.languages import Language, Languages, load
from translations.normalise import normalise_words
from translations.phrases import KEYWORDS, PhraseBook
from translations.topics import TOPIC_GROUPS, Topic
from translations.translator import N_
from translations.vocabulary import load_clinic_words, load_keywords, load_report_words

__all__ = [
    "KEYWORDS",
    "N_",
    "TOPIC_GROUPS",
    "Language",
    "Languages",
    "PhraseBook",
    "Topic",
    "Translator",
    "load",
    "load_clinic_words",
    "load_keywords",
    "load_report_words",
    "normalise_words",
]
