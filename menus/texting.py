"""Inbound texts: which keyword, and what to answer. Forgiving of case, spaces and punctuation. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from gateway.model.caller import Caller
from gateway.model.intents import Delete, Intent, Stop
from gateway.model.staff import Role
from menus import clinic_texts, staff_texts, texts
from menus.screen import Translator
from menus.settings import leaving

LONGEST_KEYWORD = 3
LONGEST_STOP = 3
LONGEST_DELETE = 4
"""words; longer texts that begin so are meant for somebody"""
_WORDS = re.compile(r"\w+", re.UNICODE)


class Lexicon(msgspec.Struct, frozen=True):
    """Accepted words in all languages. `plain` folds case, accents and punctuation away."""

    keywords: Mapping[str, str]
    plain: Callable[[str], str]


class Texted(msgspec.Struct, frozen=True):
    """The answer to a text: parts to send back (none: silence) and what to do."""

    parts: tuple[str, ...] = ()
    do: tuple[Intent, ...] = ()
    understood: bool = True


def read(text: str, caller: Caller, lexicon: Lexicon, _: Translator, staff_sms: bool) -> Texted:
    """STOP and DELETE work before anything else, from anyone."""
    plain = lexicon.plain(text).split()
    keyword, used = _keyword(plain, lexicon)
    if len(plain) <= LONGEST_STOP and _stops(plain, lexicon):
        return Texted((_("Done."),), leaving(caller, Stop()))
    if keyword == "DELETE" and len(plain) <= LONGEST_DELETE and caller.held_by_code:
        return _texted((texts.end_first(caller, _), ()), _)
    if keyword == "DELETE" and len(plain) <= LONGEST_DELETE:
        return Texted((_("Done."),), leaving(caller, Delete()))
    rest = _after(text, used)
    if caller.staff and not caller.staff.active and caller.secrets.activation_code(text.strip()):
        return _texted(staff_texts.activated(caller, _), _)
    if caller.staff and caller.staff.active and caller.staff.role is Role.CLINIC and (said := clinic_texts.parse(text)):
        return _texted(clinic_texts.answer(said, caller, _), _)
    if keyword in staff_texts.COMMANDS and caller.staff and caller.staff.active and staff_sms:
        return _texted(staff_texts.act(keyword, rest, caller, _), _)
    if keyword in texts.ANSWERS:
        return _texted(texts.ANSWERS[keyword](rest, caller, _), _)
    return Texted((texts.unknown(caller, _),), understood=False)


def _texted(answer: tuple[str | Sequence[str], Sequence[Intent]], _: Translator) -> Texted:
    said, do = answer
    return Texted(tuple(map(_.fold, (said,) if isinstance(said, str) else said)), tuple(do))


def _keyword(words: Sequence[str], lexicon: Lexicon) -> tuple[str, int]:
    """The longest run of leading words that is a keyword in any language, and how many words it took."""
    for count in range(min(LONGEST_KEYWORD, len(words)), 0, -1):
        if found := lexicon.keywords.get(" ".join(words[:count])):
            return found, count
    return "", 0


def _stops(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Also `please stop`: but a text that begins with another keyword, or holds a number, means that.

    One letter (`T`, as Chinese phones send it) stops only when it stands alone: `can t come` does not.
    """
    if len(words) > 1:
        words = [word for word in words if len(word) > 1 or not word.isalpha() or not word.isascii()]
    if (first := _keyword(words, lexicon)[0]) or any(word.isdigit() for word in words):
        return first == "STOP"
    return any(_keyword(words[at:], lexicon)[0] == "STOP" for at in range(1, len(words)))


def _after(text: str, used: int) -> str:
    """What stands after the first `used` words, as typed."""
    words = list(_WORDS.finditer(text))
    return text[words[used].start() :].strip() if len(words) > used else ""
