"""Gate: no page and no part of a text ends in a negation, inside keys to press, or between a number and its noun.

A reader who stops at the end of a page would read the opposite, or press half of the keys. The screens are read with
names in Latin and in Cyrillic letters, so with 160 and with 70 characters a page.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, Sentence, topic_place
from gateway.content_gates.sample_callers import CYRILLIC, LATIN
from gateway.content_gates.sample_values import UNBROKEN, fill_in, sample_value, value_names
from gateway.content_gates.screens import RenderedScreen, render_all_screens
from menus import rights
from menus.engine import paging
from translations import Translator, normalise_words

_NUMBER_AT_END: Final = re.compile(r"(?:^|[\s(\u2e80-\uffff])\d{1,3}$")
_KEYS_AT_END: Final = re.compile(r"(?:^|\s)\d, *$|\d,$")
_CHOICE: Final = re.compile(r"\d{1,2}\. .+")
_HOUR_AT_START: Final = re.compile(r"\d{1,2}:\d\d")
_UNFINISHED: Final = (":", "：", ";", "；")
_SCREENS: Final = ("menus/", "gateway/turns/ussd.py")
_TEXTS: Final = "menus/sms/"


def find_bad_page_breaks(texts: LanguageTexts) -> ContentFindings:
    for sentence in texts.sentences:
        if any(file.startswith(_SCREENS) and not file.startswith(_TEXTS) for file in sentence.sources):
            yield from _find_in_sentence(texts, sentence)
    for names in (LATIN, CYRILLIC):
        for screen in render_all_screens(texts, names):
            yield from _find_in_screen(texts, screen)
    for topic in texts.topics:
        pages = pages_of(topic.body, texts.translator)
        yield from _find_breaks(texts, topic_place(texts, topic), pages, ())
        parts = rights.split_messages(f"{topic.title}. {topic.body}", texts.translator)
        yield from _find_breaks(texts, f"{topic_place(texts, topic)}, by text", parts, ())


def _find_in_screen(texts: LanguageTexts, screen: RenderedScreen) -> ContentFindings:
    pages = [_without_keys(page, texts.translator) for page in screen.pages]
    place = ", ".join(filter(None, (f"screen {screen.name!r}", screen.state)))
    reasons = (*_break_reasons(texts, pages, ()), *_screen_reasons(texts.translator, pages, screen.choices))
    for reason in dict.fromkeys(reasons):
        yield ContentFinding(texts.code, place, reason, "reword it, or shorten it to one page")


def _screen_reasons(_: Translator, pages: Sequence[str], choices: Sequence[str]) -> Iterator[str]:
    """Yield what a reader of one page of a screen takes for something else."""
    for page in pages:
        lines = page.splitlines()
        if not lines:
            yield "a page has nothing but keys"
        for above, below in pairwise(lines):
            if above in choices and below and below not in choices:
                yield f"'{below}' stands directly under a choice"
    for page, following in pairwise(pages):
        if page.endswith(_UNFINISHED):
            yield f"a page ends in '{page[-1]}' ('...{page[-20:]}')"
        if _HOUR_AT_START.match(following):
            yield f"a page ends before an hour ('...{page[-20:]}')"
    if any(_says_yes(line, _) for line in choices) and not any(_has_all(page, choices) for page in pages):
        yield "yes and no stand on two pages"


def _says_yes(line: str, _: Translator) -> bool:
    """Whether a choice is Yes, alone or before a comma: in Spanish, Si is also "if"."""
    label, yes = line.partition(". ")[2], _.normalise(_("Yes"))
    return label == yes or label.startswith((f"{yes},", f"{yes}，"))


def _has_all(page: str, choices: Sequence[str]) -> bool:
    return set(choices) <= set(page.splitlines())


def pages_of(text: str, _: Translator) -> list[str]:
    """Return the text's pages without the lines of keys below them."""
    return [_without_keys(page, _) for page in paging.all_pages(_.normalise(text), (), _)]


def _without_keys(page: str, _: Translator) -> str:
    keys = {f"{paging.MORE_KEY}. {_('More')}", f"{paging.BACK_KEY}. {_('Back')}"}
    return "\n".join(line for line in page.splitlines() if line not in keys)


def _find_in_sentence(texts: LanguageTexts, sentence: Sentence) -> ContentFindings:
    for form in sentence.forms:
        whole = [sample_value(name) for name in value_names(form) if name in UNBROKEN]
        pages = pages_of(fill_in(form), texts.translator)
        yield from _find_breaks(texts, sentence.place, pages, whole)
        path = [sample_value(name) for name in ("dial", "keys") if name in value_names(form)]
        if not any(all(value in page for value in path) for page in pages):
            yield ContentFinding(
                texts.code, sentence.place, "the code and the keys stand on two pages", "shorten what comes before"
            )


def _find_breaks(texts: LanguageTexts, place: str, pages: Sequence[str], unbroken: Sequence[str]) -> ContentFindings:
    for reason in dict.fromkeys(_break_reasons(texts, pages, unbroken)):
        yield ContentFinding(texts.code, place, reason, "reword it, or shorten it to one page")


def _break_reasons(texts: LanguageTexts, pages: Sequence[str], unbroken: Sequence[str]) -> Iterator[str]:
    for page, following in pairwise(pages):
        if _CHOICE.fullmatch(page.splitlines()[-1]):
            continue  # a whole choice, which belongs to nothing behind it
        end = page[-20:].replace("\n", " ")
        if word := last_word_of(page, texts.glossary.stays_with_next):
            yield f"a page ends in '{word}' ('...{end}'), which belongs to the next word"
        elif _KEYS_AT_END.search(page) and following[:1].isdigit():
            yield f"a page ends inside keys ('...{end}')"
        elif _NUMBER_AT_END.search(page) and following[:1].isalpha():
            yield f"a page ends between a number and its noun ('...{end}')"
    for value in unbroken:
        if not any(value in page for page in pages):
            yield f"a page ends inside {value}"


def last_word_of(page: str, words: Sequence[str]) -> str:
    """Return the word of the list in which the page ends; nothing where it ends in none. Punctuation closes a word."""
    for word in words:
        plain = normalise_words(word)
        if word.endswith("'"):  # it begins words
            if page.split()[-1].casefold().startswith(word):
                return word
        elif word >= "\u2e80":
            if page.endswith(word):
                return word
        elif page[-1:].isalpha() and f" {normalise_words(page)}".endswith(f" {plain}"):
            return word
    return ""
