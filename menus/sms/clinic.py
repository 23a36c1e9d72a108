"""A clinic's text that answers a referral: `1 code`, `48213 ok`, `148213`, `5 code words`."""

import re
from collections.abc import Container
from typing import Final

import msgspec

from gateway.model.caller import Caller
from gateway.model.intents import AnswerReferral, RecordPinAttempt
from gateway.model.referral import CODE_LENGTHS, is_referral_code
from gateway.text import joins
from gateway.text.gsm import clip
from menus.clinic_answers import answered_text
from menus.engine.screen import Translator
from menus.sms.lexicon import Lexicon
from menus.sms.result import SmsResult, said

ANSWER_WITH_MESSAGE: Final = 5
MAX_MESSAGE_CHARS: Final = 140
_ANSWERS: Final = "12345"
_TOKENS: Final = re.compile(r"\d+|[^\W\d_]+")


class ClinicReply(msgspec.Struct, frozen=True):
    """A referral code and an answer from 1 to 5, or 0 for a code without a clear answer."""

    code: str
    answer: int
    message: str = ""


def parse_reply(text: str, caller: Caller, lexicon: Lexicon) -> ClinicReply | None:
    """Return the reply, or None for a text that neither has a code nor begins as an answer.

    Words agree only if all of them do, but for a courtesy: `not ok`, a question and our own text are no yes.
    """
    tokens = list(_TOKENS.finditer(text))
    own_codes = {referral.code for referral in caller.clinic_referrals}
    if glued := _parse_glued(text, tokens, own_codes):
        return glued
    codes = [t for t in tokens if len(t[0]) in CODE_LENGTHS and t[0].isdigit() and t[0].isascii()]
    code = next((t for t in codes if is_referral_code(t[0])), codes[0] if codes else None)
    if code is None:
        begins = tokens and (lexicon.clinic_answer(tokens[0][0]) or tokens[0][0] in tuple(_ANSWERS))
        return ClinicReply("", 0) if begins else None
    others = [t for t in tokens if t is not code]
    digit = next((t for t in others[:1] if t[0] in tuple(_ANSWERS)), None)
    if digit:
        after = max(code.end(), digit.end())
        return ClinicReply(code[0], int(digit[0]), text[after:].strip(" .:,-="))
    words = [t[0] for t in others]
    said_words = [word for word in words if not lexicon.is_courtesy(word, caller.lang) or lexicon.clinic_answer(word)]
    agrees = bool(said_words) and _agree(said_words, lexicon) and "?" not in text
    return ClinicReply(code[0], lexicon.clinic_answer(" ".join(words)) or int(agrees))


def _agree(words: list[str], lexicon: Lexicon) -> bool:
    """Whether these words are phrases one behind the other that each say *can come*, as `yes`, `can come`."""
    ends = range(len(words), 0, -1)
    return not words or any(
        lexicon.clinic_answer(" ".join(words[:end])) == 1 and _agree(words[end:], lexicon) for end in ends
    )


def _parse_glued(text: str, tokens: list[re.Match[str]], own_codes: Container[str]) -> ClinicReply | None:
    """Return the reply of an answer and a code of this clinic without a blank between them: `148213`, or `482131`."""
    for token in tokens:
        number = token[0]
        for code, answer in ((number[1:], number[:1]), (number[:-1], number[-1:])):
            if code in own_codes and answer in tuple(_ANSWERS):
                return ClinicReply(code, int(answer), text[token.end() :].strip(" .:,-="))
    return None


def how_text(_: Translator) -> str:
    """Return what a clinic's phone can send."""
    return _("Reply 1 and the code = can come, 2 = full, 3 = came, 4 = did not come, 5 and words = we send them.")


def answer_reply(reply: ClinicReply, caller: Caller, _: Translator) -> SmsResult:
    """Answer a clinic's text. A code that the clinic does not have reads the same, and is counted."""
    if not is_referral_code(reply.code):
        return said(joins.sentences(_, _("Please check the code."), how_text(_)))
    if not reply.answer or (reply.answer == ANSWER_WITH_MESSAGE and not reply.message):
        return said(how_text(_))
    if reply.code not in {referral.code for referral in caller.clinic_referrals}:
        return said(_("Thank you."), RecordPinAttempt(is_correct=False))
    answer = AnswerReferral(reply.code, reply.answer, clip(reply.message, MAX_MESSAGE_CHARS))
    return said(answered_text(caller, reply.code, reply.answer, _), answer)
