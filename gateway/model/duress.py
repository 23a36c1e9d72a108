"""An account under duress: somebody else has the phone and the second code, and a copy waits for the day after."""

import msgspec
from msgspec.structs import replace

from gateway.model.client_report import Member
from gateway.model.contacts import SafetyProfile
from gateway.model.reminder import Reminder
from gateway.model.task import Task

DURESS_S = 86400
"""seconds after which the account is again as it was before the second code"""
RESTORE_STEP_S = 3600
FORGOTTEN_S = 7 * 86400
"""seconds after which DELETE without the own PIN is done, unless the PIN is given before"""
MAX_WRONG_PINS = 5
WRONG_PINS_WINDOW_S = 3600


class DuressTask(Task):
    """The tasks of an account with an own PIN."""

    CALL_UNDER_DURESS = "call-under-duress"
    RESTORE_ACCOUNT = "restore-account"
    DELETE_FORGOTTEN = "delete-forgotten"


class TrueAccount(msgspec.Struct, frozen=True, omit_defaults=True):
    """The account as it was when the second code was given. Times in Unix seconds."""

    owner: bytes
    """the caller's token of purpose safety"""
    until: int
    """the end of the day; the account is restored at `restored_at`"""
    safety_profile: SafetyProfile
    subscription: bytes = b""
    """packed; empty where there was none, or where STOP came since"""
    member: Member | None = None
    reminder: Reminder | None = None
    referral_codes: tuple[str, ...] = ()
    referrals_until: int = 0
    texted_codes: tuple[str, ...] = ()
    """of referrals about which the caller wants texts"""
    note: str = ""
    """of the safe call that ran"""

    @property
    def restored_at(self) -> int:
        """Return the next whole hour after the day. An exact due time would name who gave the second code, and when."""
        return -(-self.until // RESTORE_STEP_S) * RESTORE_STEP_S

    def with_profile(self, profile: SafetyProfile) -> "TrueAccount":
        return replace(self, safety_profile=profile)

    def without_texts(self) -> "TrueAccount":
        """Return the account after STOP: nothing that sends a text to its phone."""
        return replace(self, subscription=b"", member=None, reminder=None, texted_codes=())


class PinAttempts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The wrong PINs at the PIN line of one phone, of every caller alike."""

    wrong: int
    until: int
    """when they are forgotten (Unix seconds)"""

    def is_blocked(self, now: int) -> bool:
        """Whether even a right PIN opens nothing for now."""
        return self.wrong >= MAX_WRONG_PINS and now < self.until

    def with_wrong(self, now: int) -> "PinAttempts":
        return replace(self, wrong=self.wrong + 1) if now < self.until else first_wrong_pin(now)


def first_wrong_pin(now: int) -> PinAttempts:
    return PinAttempts(1, now + WRONG_PINS_WINDOW_S)
