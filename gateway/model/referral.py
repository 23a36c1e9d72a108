"""A referral: a caller sent to a clinic under a code, with no number and no name."""

import secrets
from enum import StrEnum

import msgspec

MAX_OPEN_REFERRALS = 3
"""visits of one phone that wait: a clinic's phone is not to be flooded"""
_DOUBLED_DIGIT_SUMS = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class ReferralStage(StrEnum):
    SENT = "sent"
    WELCOME = "welcome"
    FULL = "full"
    CAME = "came"
    MISSED = "missed"


class Referral(msgspec.Struct, frozen=True, omit_defaults=True):
    """Times are Unix seconds; `caller` is a token of purpose referral, empty once she asked to be forgotten."""

    code: str
    need: str
    clinic: str
    area: str
    caller_token: bytes
    lang: str
    at: int
    until: int
    stage: ReferralStage = ReferralStage.SENT
    may_text: bool = False
    may_ask_rating: bool = False
    unread_answers: tuple[str, ...] = ()
    """the clinic's words, read in USSD"""
    caller_texts: tuple[str, ...] = ()
    """the caller's words, which the clinic reads by asking for the code"""
    is_reminded: bool = False
    is_escalated: bool = False
    rating: str = ""
    """how it went, if agreed and answered: good, bad or not"""

    @property
    def is_open(self) -> bool:
        """The clinic has not answered, or waits for her."""
        return self.stage in (ReferralStage.SENT, ReferralStage.WELCOME)


def check_digit(digits: str) -> str:
    """Luhn's check digit: one wrong key or two swapped neighbours are noticed (ISO/IEC 7812-1)."""
    total = sum(_DOUBLED_DIGIT_SUMS[int(d)] if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def new_referral_code() -> str:
    """Five digits, the last a check digit; never beginning with 0, which people drop."""
    digits = str(1000 + secrets.randbelow(9000))
    return digits + check_digit(digits)


def is_referral_code(text: str) -> bool:
    return len(text) == 5 and text.isascii() and text.isdigit() and check_digit(text[:4]) == text[4]
