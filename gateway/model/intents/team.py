"""Staff at work."""

from gateway.model.intents.intent import Intent


class Duty(Intent, frozen=True):
    on: bool


class PinTried(Intent, frozen=True):
    """A staff PIN or one-use code was typed."""

    right: bool
    code: str = ""


class Activate(Intent, frozen=True):
    """A staff phone answered its code."""


class Unlock(Intent, frozen=True):
    staff_id: str


class Suspend(Intent, frozen=True):
    """STOP from a staff phone: its role rests and the organisation hears."""
