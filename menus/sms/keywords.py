"""Keywords with what belongs behind them: `JOIN kisauni`, `CLINIC 2 kisauni`, `RIGHTS 203`.

A keyword counts only with arguments that it takes. `stop following me` and `tell him to go` are free words.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gateway.model.alert import AlertKind
from gateway.model.area import Areas
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
MAX_WORDS_BEFORE_PLACE: Final = 3
MAX_NUMBER_WORDS: Final = 3
"""words of a text that chooses a number from a list"""
UNCLEAR_YES: Final = "unclear"
"""the kind of a yes with other words behind it"""
_SOS_WORDS: Final = frozenset({"sos", "сос"})
"""the signal itself, in every language"""
_GLUED_NUMBER: Final = re.compile(r"\s*([^\W\d]+)(\d+)")
_PARTS: Final = re.compile(r"\d+|[^\W\d]+")
"""numbers and words, also where no blank is between them: `3soko`, `#3,`, `(3)`"""
_MIN_GLUED_CHARS: Final = 4
"""a shorter keyword in Latin letters is the beginning of too many words"""
_MIN_TELLING_CHARS: Final = 4


def find_keyword_wish(text: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    """Return the wish of a text that is a keyword with arguments; None for other texts."""
    text = _separate_keyword(unicodedata.normalize("NFKC", text), lexicon)
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
    """Return the id that a typed word means by id, first word of a label, or any word; empty if ambiguous.

    Short words of a label, as `and`, mean nothing.
    """
    word = normalise_name(typed)
    meant = {word, word.removesuffix("s")}
    words_by_id = {id_: label.split() for id_, label in labels.items()}
    firsts = {id_: normalise_name(said[0]).split() for id_, said in words_by_id.items() if said}
    longer = {id_: normalise_name(" ".join(filter(_is_telling, said))).split() for id_, said in words_by_id.items()}
    for words in ({id_: [id_] for id_ in labels}, firsts, longer):
        found = [id_ for id_, said in words.items() if meant.intersection(said)]
        if len(found) == 1:
            return found[0]
    return ""


def _is_telling(word: str) -> bool:
    """Whether a word of a label may stand for it: a longer one, or one in capitals, as `HIV`."""
    bare = word.strip(".,()/")
    return len(bare) >= _MIN_TELLING_CHARS or bare.isupper() or not bare.isascii()


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
    """Return the need, by name or by its number in the list, and the place, in either order.

    A number behind a place may select among namesakes: `clinic taa mbili 2`.
    """
    parts = _PARTS.findall(arguments)
    need = _need_in(parts[:1], _)
    areas, rest = _area_among(parts[1:], caller) if need else parse_areas(arguments, caller)
    if not areas and not need and (numbers := [part for part in parts if _need_by_number(part)]):
        need = _need_by_number(numbers[0])
        parts.remove(numbers[0])
        areas, rest = _area_among(parts, caller)
    need = need or _need_in(_PARTS.findall(rest), _)
    return Wish(Meaning.CLINIC, arguments, areas, need, names_place=len(parts) > bool(need)) if need or areas else None


def _area_among(words: Sequence[str], caller: Caller) -> tuple[Areas, str]:
    """Return the area that begins at one of these words, as in `and soko mwezi`, and the words behind it."""
    for at in range(len(words[:MAX_WORDS_BEFORE_PLACE])):
        areas, rest = parse_areas(" ".join(words[at:]), caller)
        if areas:
            return areas, rest
    return (), ""


def _need_by_number(word: str) -> str:
    """Return the need with this number in the printed list, or an empty string."""
    return {str(i): need for i, need in enumerate(LISTED_NEEDS, 1)}.get(word, "")


def _need_in(words: Sequence[str], _: Translator) -> str:
    """Return the need that the first of these words means which means any."""
    labels = {need: need_name(need, _) for need in LISTED_NEEDS}
    found = (_need_by_number(word) or match_label(word, labels) for word in words)
    return next(filter(None, found), "")


def _parse_rights(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    topics = list(caller.world.topics(caller.lang))
    is_known = number_in(arguments) or find_topic_in_words(arguments, topics)
    return Wish(Meaning.RIGHTS, arguments) if is_known or " " not in arguments.strip() else None


def number_in(words: str) -> int:
    """Return the only number in a few words, as in `#101`, `no. 101` or `101 please`; 0 where there is none."""
    parts = _PARTS.findall(unicodedata.normalize("NFKC", words))
    numbers = [part for part in parts if part.isdecimal()]
    is_short = len(parts) <= MAX_NUMBER_WORDS
    return int(numbers[0][:4]) if len(numbers) == 1 and is_short else 0


def _parse_language(arguments: str, caller: Caller, lexicon: Lexicon, _: Translator) -> Wish | None:
    code = lexicon.find_language(arguments) or lexicon.find_language(arguments.split()[-1])
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
