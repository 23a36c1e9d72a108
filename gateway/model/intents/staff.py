"""Staff at work."""

from gateway.model.intents.intent import Intent


class SetDuty(Intent, frozen=True):
    is_on_duty: bool


class RecordPinAttempt(Intent, frozen=True):
    """A staff PIN or one-use code was typed."""

    is_correct: bool
    code: str = ""


class ActivateStaff(Intent, frozen=True):
    """A staff phone answered its code."""


class UnlockStaff(Intent, frozen=True):
    staff_id: str


class SuspendStaff(Intent, frozen=True):
    """STOP from a staff phone: its role rests and the organisation hears."""
