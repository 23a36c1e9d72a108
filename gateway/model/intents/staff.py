"""Duty, PIN attempts and state of members of staff."""

from gateway.model.intents.intent import ALL_ROLES, Intent, Rule, Scope
from gateway.model.staff import SENDER_ROLES, Role


class SetDuty(Intent, frozen=True):
    rule = Rule(ALL_ROLES - {Role.CLINIC})

    is_on_duty: bool


class RecordPinAttempt(Intent, frozen=True):
    """A staff PIN or one-use code was typed."""

    rule = Rule(ALL_ROLES)

    is_correct: bool
    code: str = ""


class ActivateStaff(Intent, frozen=True):
    """A staff phone answered the code that it was sent."""

    rule = Rule(ALL_ROLES, must_be_active=False)

    code: str


class UnlockStaff(Intent, frozen=True):
    rule = Rule(SENDER_ROLES, Scope.COLLEAGUE, excludes_own=True)

    staff_id: str


class SuspendStaff(Intent, frozen=True):
    """STOP from a staff phone: its roles are suspended and the organisation is notified."""

    rule = Rule(ALL_ROLES, must_be_active=False)
