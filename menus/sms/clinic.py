"""A clinic's text that answers a referral: `1 code`, `48213 ok`, `5 code words`."""

import re
from collections.abc import Callable, Sequence

import msgspec

from gateway.model.caller import Caller
from gateway.model.intents import AnswerReferral, Intent, RecordPinAttempt
from gateway.model.referral import CODE_LENGTHS, is_referral_code
from gateway.text import joins
from gateway.text.gsm import clip
from menus.engine.screen import Translator

ANSWER_WITH_MESSAGE = 5
MAX_MESSAGE_CHARS = 140
_TOKENS = re.compile(r"\d+|[^\W\d_]+")


class ClinicReply(msgspec.Struct, frozen=True):
    """A referral code and an answer from 1 to 5, or 0 for a code without a clear answer."""

    code: str
    answer: int
    message: str = ""


def parse_reply(text: str, means_yes: Callable[[str], bool]) -> ClinicReply | None:
    """Return the reply, or None for a text that neither has a code nor begins as an answer."""
    tokens = list(_TOKENS.finditer(text))
    codes = [t for t in tokens if len(t[0]) in CODE_LENGTHS and t[0].isdigit() and t[0].isascii()]
    code = next((t for t in codes if is_referral_code(t[0])), codes[0] if codes else None)
    if code is None:
        return ClinicReply("", 0) if tokens and (means_yes(tokens[0][0]) or tokens[0][0] in "12345") else None
    others = [t for t in tokens if t is not code]
    digit = next((t for t in others[:1] if t[0] in ("1", "2", "3", "4", "5")), None)
    if digit:
        after = max(code.end(), digit.end())
        return ClinicReply(code[0], int(digit[0]), text[after:].strip(" .:,-"))
    agreed = any(means_yes(t[0]) for t in others)
    return ClinicReply(code[0], 1 if agreed else 0)


def answer_reply(reply: ClinicReply, caller: Caller, _: Translator) -> tuple[str, Sequence[Intent]]:
    """Answer a clinic's text. A code that the clinic does not have reads the same, and is counted."""
    how = _("Reply 1 and the code = can come, 2 = full, 3 = came, 4 = did not come, 5 and words = we send them.")
    if not is_referral_code(reply.code):
        return joins.sentences(_, _("Please check the code."), how), ()
    if not reply.answer or (reply.answer == ANSWER_WITH_MESSAGE and not reply.message):
        return how, ()
    if reply.code not in {referral.code for referral in caller.clinic_referrals}:
        return _("Thank you."), [RecordPinAttempt(is_correct=False)]
    return _("Thank you."), [AnswerReferral(reply.code, reply.answer, clip(reply.message, MAX_MESSAGE_CHARS))]
