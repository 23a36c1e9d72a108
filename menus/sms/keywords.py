"""Keywords with what belongs behind them: `JOIN kisauni`, `CLINIC 2 kisauni`, `RIGHTS 203`.

A keyword counts only with arguments that it takes. `stop following me` and `tell him to go` are free words.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gateway.model.alert import AlertKind
from gateway.model.caller import Caller
from gateway.model.names import normalise_name
from gateway.model.needs import LISTED_NEEDS
from gateway.text.own_words import typed_letter
from gateway.text.wording import alert_kind_name, need_name
from gateway.understanding.meaning import Meaning
from menus.areas import parse_areas
from menus.engine.screen import Translator
from menus.rights import find_topic_in_words
from menus.sms.lexicon import Lexicon
from menus.sms.wish import Wish

MAX_CRY_WORDS: Final = 3
UNCLEAR_YES: Final = "unclear"
"""the kind of a yes with other words behind it"""
_SOS_WORDS: Final = frozenset({"sos", "сос"})
"""the signal itself, in every language"""
_GLUED_NUMBER: Final = re.compile(r"\s*([^\W\d]+)(\d+)\b")
_MIN_GLUED_CHARS: Final = 4
"""a shorter keyword in Latin letters is the beginning of too many words"""


def find_keyword_wish(text: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    """Return the wish of a text that is a keyword with arguments; None for other texts."""
    text = _separate_keyword(text, lexicon)
    words = lexicon.normalise(text).split()
    keyword, used = find_keyword_or_cry(words, lexicon)
    arguments = text_after(text, used, lexicon)
    if keyword == Meaning.SOS and _SOS_WORDS.intersection(words[: max(used, MAX_CRY_WORDS)]):
        is_placed = bool(caller.world.atlas.parse_leading_area(arguments.split())[0])
        return Wish(keyword, arguments, names_place=is_placed)
    parse = _PARSERS.get(keyword)
    return parse(arguments, caller, lexicon, _) if parse and arguments else None


def find_keyword_or_cry(words: Sequence[str], lexicon: Lexicon) -> tuple[str, int]:
    """Return the keyword at the beginning, or SOS where it is written as `S.O.S`, `help sos` or `please sos`."""
    keyword, used = lexicon.find_keyword(words)
    if words[:3] == list("sos"):
        return Meaning.SOS, 3
    if keyword == Meaning.HELP and (found := lexicon.find_keyword(words[used:]))[0] == Meaning.SOS:
        return Meaning.SOS, used + found[1]
    if not keyword and len(words) <= MAX_CRY_WORDS and (cries := _SOS_WORDS.intersection(words)):
        return Meaning.SOS, min(map(words.index, cries)) + 1
    return keyword, used


def text_after(text: str, word_count: int, lexicon: Lexicon) -> str:
    """Return the text after the first `word_count` words, as typed. `m'abonner` is one word, as the lexicon has it."""
    typed, count = text.split(), 0
    for at, part in enumerate(typed):
        if count >= word_count:
            return " ".join(typed[at:])
        count += len(lexicon.normalise(part).split())
    return ""


def _separate_keyword(text: str, lexicon: Lexicon) -> str:
    """Return the text with a blank behind a keyword that is glued to what follows: `rights101`, `加入Kisauni`."""
    text = _GLUED_NUMBER.sub(r"\1 \2", text, count=1)
    head, _space, _rest = text.strip().partition(" ")
    if lexicon.keyword_of([lexicon.normalise(head)]):
        return text
    for size in range(len(head) - 1, 1, -1):
        is_long = size >= _MIN_GLUED_CHARS or not head.isascii()
        if is_long and lexicon.keyword_of([lexicon.normalise(head[:size])]) in _PARSERS:
            return f"{text.strip()[:size]} {text.strip()[size:]}"
    return text


def parse_kind(text: str, _: Translator) -> tuple[AlertKind, str]:
    """Return the kind that the first word names and the remaining text, or OTHER and the whole text."""
    head, _space, remaining = text.partition(" ")
    kind = match_label(head, {kind.value: alert_kind_name(kind, _) for kind in AlertKind})
    return (AlertKind(kind), remaining) if kind else (AlertKind.OTHER, text)


def match_label(typed: str, labels: Mapping[str, str]) -> str:
    """Return the id that a typed word means by id, first word of a label, or any word; empty if ambiguous."""
    word = normalise_name(typed)
    meant = {word, word.removesuffix("s")}
    words_by_id = {id_: normalise_name(label).split() for id_, label in labels.items()}
    for words in ({id_: [id_] for id_ in labels}, {id_: said[:1] for id_, said in words_by_id.items()}, words_by_id):
        found = [id_ for id_, said in words.items() if meant.intersection(said)]
        if len(found) == 1:
            return found[0]
    return ""


def _parse_join(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    return _parse_place(Meaning.JOIN, arguments, caller)


def _parse_alerts(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    """Return the wish to know of a place. `alert soko police` tells of something, and is read as free words."""
    wish = _parse_place(Meaning.ALERTS, arguments, caller)
    return wish if wish and not parse_areas(arguments, caller)[1] else None


def _parse_place(meaning: str, arguments: str, caller: Caller) -> Wish | None:
    """Return the wish for a place: one that is known, or one word of which no area is called."""
    areas, _rest = parse_areas(arguments, caller)
    is_name = " " not in arguments.strip()
    return Wish(meaning, arguments, areas, names_place=True) if areas or is_name else None


def _parse_report(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    areas, remaining = parse_areas(arguments, caller)
    if not areas:
        return None
    kind, place = parse_kind(remaining, _)
    return Wish(Meaning.REPORT, place, areas, kind, names_place=True)


def _parse_clinic(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    """Return the need that the first word names, by name or by number in the list, and the place behind it."""
    head, _space, place = unicodedata.normalize("NFKC", arguments).strip().partition(" ")
    by_number = {str(i): need for i, need in enumerate(LISTED_NEEDS, 1)}
    need = by_number.get(head) or match_label(head, {need: need_name(need, _) for need in LISTED_NEEDS})
    areas, rest = parse_areas(place if need else arguments, caller)
    if not need:
        need = by_number.get(rest.strip()) or match_label(rest, {one: need_name(one, _) for one in LISTED_NEEDS})
    return Wish(Meaning.CLINIC, place, areas, need, names_place=bool(place)) if need or areas else None


def _parse_rights(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    topics = list(caller.world.topics(caller.lang))
    is_known = arguments.strip(" .").isdecimal() or find_topic_in_words(arguments, topics)
    return Wish(Meaning.RIGHTS, arguments) if is_known or " " not in arguments.strip() else None


def _parse_language(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    code = lexicon.find_language(arguments)
    return Wish(Meaning.LANG, arguments, kind=code) if code or " " not in arguments.strip() else None


def _parse_yes(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    """Return the agreement with the letter of a question. `yes but do not text me` agrees to nothing."""
    return Wish(Meaning.YES, arguments, kind="" if typed_letter(arguments) else UNCLEAR_YES)


def _parse_safe(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    """Return the wish to end what runs, for the keyword with digits that may be a PIN. No text ends it so."""
    return Wish(Meaning.CANCEL) if arguments.strip().isdecimal() else None


_PARSERS: Final[Mapping[str, Callable[[str, Caller, Lexicon, Translator], Wish | None]]] = {
    Meaning.JOIN: _parse_join,
    Meaning.ALERTS: _parse_alerts,
    Meaning.REPORT: _parse_report,
    Meaning.CLINIC: _parse_clinic,
    Meaning.RIGHTS: _parse_rights,
    Meaning.LANG: _parse_language,
    Meaning.YES: _parse_yes,
    Meaning.SAFE: _parse_safe,
}
