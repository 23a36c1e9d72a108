"""Whether a phone is known: what a known phone reports or calls for ranks before what a forger can send."""

from typing import Any, Protocol

from gateway.model.subscription import Channel, Subscription, week_number


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
