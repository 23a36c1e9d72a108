"""What speaks for a real call for help, and from how many calls on most of them are forged."""

from enum import IntEnum
from typing import Any, Protocol

from gateway.model.subscription import Channel, Subscription, week_number

FLOOD_SOS = 10
"""calls within ten minutes above which strangers' texts are announced together; a raid brings fewer"""
MAX_ANSWERED_SOS = 100
"""calls within ten minutes above which strangers' texts get no answer, because each answer costs money"""


class SosEvidence(IntEnum):
    """What speaks for a real call where many are forged. The lowest value is listed first."""

    KNOWN = 0
    """the phone has records from before: a subscription, safety settings, a referral, a membership, a role"""
    DIALLED = 1
    """a stranger dialled: the network vouches for the number"""
    TEXT_ONLY = 2
    """a stranger texted: the sender of a text can be forged"""


class PhoneRecords(Protocol):
    """What is stored of a phone, as a turn reads it or a screen sees it."""

    @property
    def now(self) -> int: ...
    @property
    def subscription(self) -> Subscription | None: ...
    @property
    def safety_profile(self) -> Any: ...
    @property
    def safe_call(self) -> Any: ...
    @property
    def member(self) -> Any: ...
    @property
    def referrals(self) -> Any: ...
    @property
    def staff(self) -> Any: ...


def is_known(phone: PhoneRecords) -> bool:
    """Whether a phone has a record that no forged text of this week can have made."""
    joined = phone.subscription
    is_subscriber = joined is not None and (
        joined.channel is Channel.USSD or joined.consent_week < week_number(phone.now)
    )
    others = (phone.safety_profile, phone.safe_call, phone.member, phone.referrals, phone.staff)
    return is_subscriber or any(others)
