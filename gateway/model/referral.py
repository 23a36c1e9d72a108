"""A referral sends a caller to a clinic under a code, without number and name."""

from enum import StrEnum

import msgspec

from gateway.model.codes import LONGEST_CODE, draw_code, is_code
from gateway.model.task import Task


class ReferralTask(Task):
    """The tasks of referrals."""

    SEND_REFERRAL = "send-referral"
    NOTIFY_CALLER_OF_ANSWER = "notify-caller-of-answer"
    NOTIFY_CLINIC_OF_TEXT = "notify-clinic-of-text"
    ASK_REFERRAL_RATING = "ask-referral-rating"


MAX_OPEN_REFERRALS = 3
"""the most open referrals of one phone, so that a clinic's phone is not flooded"""
MAX_OPEN_REFERRALS_OF_ALL = 8_999
"""the most open referrals of all phones, for which codes of six digits and a check digit suffice"""
CODE_LENGTHS = range(5, LONGEST_CODE + 2)
"""how many digits a code has, with its check digit"""
_DOUBLED_DIGIT_SUMS = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class ReferralStage(StrEnum):
    SENT = "sent"
    WELCOME = "welcome"
    FULL = "full"
    CAME = "came"
    MISSED = "missed"


STAGE_BY_ANSWER = {1: ReferralStage.WELCOME, 2: ReferralStage.FULL, 3: ReferralStage.CAME, 4: ReferralStage.MISSED}
"""what a clinic's answer means, by its number"""


class Referral(msgspec.Struct, frozen=True, omit_defaults=True):
    """Times are Unix seconds. `caller_token` is of purpose referral, and empty after the caller sent DELETE."""

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
    clinic_texts: tuple[str, ...] = ()
    """the clinic's words, which the caller reads in USSD"""
    is_unread: bool = False
    """the clinic answered or wrote, or stays silent, and the caller has not read that"""
    is_announced: bool = False
    """the caller was texted that something waits, and has not read it: no second text says so"""
    asks_rating: bool = False
    """the caller was texted that we ask about the visit"""
    caller_texts: tuple[str, ...] = ()
    """the caller's words, which the clinic reads by asking for the code"""
    is_turned_away: bool = False
    """the clinic reported that it cannot help now, so this visitor was answered without an answer to the code"""
    is_reminded: bool = False
    is_escalated: bool = False
    rating: str = ""
    """the caller's rating of the clinic, if the caller agreed to be asked: good, bad or not"""

    @property
    def is_open(self) -> bool:
        """Whether the clinic has not answered yet, or expects the caller."""
        return self.stage in (ReferralStage.SENT, ReferralStage.WELCOME)


def check_digit(digits: str) -> str:
    """Return Luhn's check digit: it detects one wrong digit, and nearly all swapped neighbours (ISO/IEC 7812-1)."""
    total = sum(_DOUBLED_DIGIT_SUMS[int(d)] if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def new_referral_code(open_count: int = 0) -> str:
    """Return five digits, more while many referrals are open; the last is a check digit."""
    digits = draw_code(open_count)
    return digits + check_digit(digits)


def is_referral_code(text: str) -> bool:
    return is_code(text[:-1]) and check_digit(text[:-1]) == text[-1]
