"""Finds the keyword of an inbound text and answers it. Case, spaces and punctuation do not matter. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.model.intents import DeleteCaller, Intent, Unsubscribe
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role
from menus.engine.screen import Translator
from menus.settings import deleted_text, leave_intents, stopped_text
from menus.sms import clinic, keywords as sms_keywords, staff

MAX_KEYWORD_WORDS = 3
MAX_STOP_WORDS = 3
MAX_DELETE_WORDS = 4
"""Longest DELETE, in words. A longer text that begins so is addressed to a person."""
_SOS_WORDS = frozenset({"sos", "сос"})
"""the signal itself, in every language"""
_WORD = re.compile(r"\w+", re.UNICODE)


class Lexicon(msgspec.Struct, frozen=True):
    """Accepted words in all languages. `normalise` removes case, accents and punctuation."""

    keywords: Mapping[str, str]
    normalise: Callable[[str], str]
    clinic_words: frozenset[str] = frozenset()
    """by which a clinic accepts a visitor"""

    def keyword_of(self, words: Sequence[str]) -> str:
        """Return the keyword at the beginning of a text, or an empty string."""
        return _find_keyword(words, self)[0]

    def accepts_visitor(self, word: str) -> bool:
        """Whether a clinic's word means yes."""
        return self.normalise(word) in self.clinic_words


class SmsResult(msgspec.Struct, frozen=True):
    """The answer to a text: texts to send back (none: silence) and intents."""

    texts: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    understood: bool = True
    is_unproven: bool = False
    """Whether the answer may go to a phone that wrote nothing and did not ask for it. Few such answers are sent."""
    is_question: bool = False
    """Whether the answer asks for a code that is valid for a short time."""


def answer_text(text: str, caller: Caller, lexicon: Lexicon, _: Translator, staff_may_text: bool) -> SmsResult:
    """Answer a text. STOP and DELETE come before everything else, and work for every sender."""
    plain = lexicon.normalise(text).split()
    find = _find_keyword_or_cry if caller.has_feature(SOS_FEATURE) else _find_keyword
    keyword, used = find(plain, lexicon)
    in_distress = keyword == "SOS" or (caller.sos and keyword != "STOP")  # `make him stop` is no STOP then
    if not in_distress and len(plain) <= MAX_STOP_WORDS and _is_stop(plain, lexicon):
        return SmsResult((_.normalise(stopped_text(_)),), leave_intents(caller, Unsubscribe()))
    if keyword == "DELETE" and len(plain) <= MAX_DELETE_WORDS:
        return SmsResult((_.normalise(deleted_text(_)),), leave_intents(caller, DeleteCaller()))
    answered = _answer_keyword(keyword, text, _text_after(text, used), caller, lexicon, _, staff_may_text)
    return answered if has_joined(caller) else replace(answered, is_unproven=True)


def has_joined(caller: Caller) -> bool:
    """Whether the owner of this phone agreed to any texts. The sender of a text to us can be forged."""
    member = caller.member is not None and caller.member.active
    staff = caller.staff is not None and caller.staff.active
    has_records = caller.subscription or caller.safety_profile or caller.contact_requests.has_accepted
    return bool(has_records) or member or staff or any(r.may_text for r in caller.referrals)


def _answer_keyword(
    keyword: str, text: str, arguments: str, caller: Caller, lexicon: Lexicon, _: Translator, staff_may_text: bool
) -> SmsResult:
    """Answer any text but STOP and DELETE. A phone that did not join reads nothing of what this service is."""
    if caller.staff and not caller.staff.active and staff.is_activation_code(text):
        return _result(staff.activation_reply(text.strip(), caller, _), _)
    if (
        caller.staff
        and caller.staff.active
        and Role.CLINIC in caller.staff.roles
        and (said := clinic.parse_reply(text, lexicon.accepts_visitor))
    ):
        return replace(_result(clinic.answer_reply(said, caller, _), _), is_unproven=True)
    if keyword in staff.COMMANDS and caller.staff and caller.staff.active and staff_may_text:
        return _result(staff.run_command(keyword, arguments, caller, _), _)
    if caller.sos and keyword in ("", "HELP"):  # whoever called writes where, and no keyword
        return _result(sms_keywords.answer_sos(text, caller, _), _)
    if keyword in sms_keywords.AFTER_JOINING and not has_joined(caller):
        return _result((sms_keywords.dial_text(caller, _), ()), _)
    if keyword in sms_keywords.KEYWORD_HANDLERS:
        return _result(sms_keywords.KEYWORD_HANDLERS[keyword](arguments, caller, _), _)
    return SmsResult((sms_keywords.not_understood_text(caller, _),), understood=False)


def _result(reply: tuple[str | Sequence[str], Sequence[Intent]], _: Translator) -> SmsResult:
    said, do = reply
    return SmsResult(tuple(map(_.normalise, (said,) if isinstance(said, str) else said)), tuple(do))


def _find_keyword(words: Sequence[str], lexicon: Lexicon) -> tuple[str, int]:
    """Return the longest keyword, in any language, at the beginning of the text, and its number of words."""
    for count in range(min(MAX_KEYWORD_WORDS, len(words)), 0, -1):
        if found := lexicon.keywords.get(" ".join(words[:count])):
            return found, count
    return "", 0


def _find_keyword_or_cry(words: Sequence[str], lexicon: Lexicon) -> tuple[str, int]:
    """Return the keyword at the beginning, or SOS where it is written as `S.O.S`, `help sos` or `please sos`."""
    keyword, used = _find_keyword(words, lexicon)
    if words[:3] == list("sos"):
        return "SOS", 3
    if keyword == "HELP" and (found := _find_keyword(words[used:], lexicon))[0] == "SOS":
        return "SOS", used + found[1]
    if not keyword and len(words) <= MAX_STOP_WORDS and (said := _SOS_WORDS.intersection(words)):
        return "SOS", min(map(words.index, said)) + 1
    return keyword, used


def _is_stop(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a text means STOP, such as `please stop`. A text with another keyword first, or with a number, does not.

    One letter (`T`, as Chinese phones send it) means STOP only if it is the whole text: `can t come` does not.
    """
    if len(words) > 1:
        words = [word for word in words if len(word) > 1 or not word.isalpha() or not word.isascii()]
    if (first := _find_keyword(words, lexicon)[0]) or any(word.isdigit() for word in words):
        return first == "STOP"
    return any(_find_keyword(words[at:], lexicon)[0] == "STOP" for at in range(1, len(words)))


def _text_after(text: str, word_count: int) -> str:
    """Return the text after the first `word_count` words, as typed."""
    words = list(_WORD.finditer(text))
    return text[words[word_count].start() :].strip() if len(words) > word_count else ""
