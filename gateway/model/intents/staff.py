"""Duty, PIN attempts and state of members of staff."""

from gateway.model.intents.intent import ALL_ROLES, Durability, Intent, Rule, Scope, SecondVoice, TextAuthority
from gateway.model.staff import SENDER_ROLES, VERIFIER_ROLES, Role

ADMINS = frozenset({Role.ADMIN})


class SetDuty(Intent, frozen=True):
    rule = Rule(ALL_ROLES - {Role.CLINIC})
    by_text = TextAuthority.USSD_ONLY

    is_on_duty: bool


class RecordPinAttempt(Intent, frozen=True):
    """A staff PIN or one-use code was typed, or a clinic texted the code of a visit that it does not have."""

    rule = Rule(ALL_ROLES)
    by_text = TextAuthority.FRESH_CODE

    is_correct: bool
    code: str = ""


class ActivateStaff(Intent, frozen=True):
    """A staff phone answered with an activation code, right or wrong. The right one proves who wrote: we texted it."""

    rule = Rule(ALL_ROLES, must_be_active=False)
    by_text = TextAuthority.ACTS

    code: str


class UnlockStaff(Intent, frozen=True):
    rule = Rule(SENDER_ROLES, Scope.COLLEAGUE, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY

    staff_id: str


class LockOutStaff(Intent, frozen=True):
    """An admin takes all rights from a colleague's phone, because it is lost or stolen."""

    rule = Rule(ADMINS, Scope.COLLEAGUE, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY
    second_voice = SecondVoice.BEYOND_FEW
    durability = Durability.REPLICATED

    staff_id: str


class LetStaffBack(Intent, frozen=True):
    """An admin gives a phone that was locked out its rights again, or a verifier says that the block is wrong."""

    rule = Rule(VERIFIER_ROLES, Scope.COLLEAGUE, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY
    second_voice = SecondVoice.IF_ANY
    durability = Durability.REPLICATED

    staff_id: str


class ChangeStaff(Intent, frozen=True):
    """An admin changes roles and area of a colleague."""

    rule = Rule(ADMINS, Scope.COLLEAGUE_HERE, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY
    second_voice = SecondVoice.IF_ANY
    durability = Durability.REPLICATED

    staff_id: str
    roles: frozenset[Role]
    area: str


class AgreeToStaffChange(Intent, frozen=True):
    """The second person agrees to what an admin wants to change about a colleague."""

    rule = Rule(VERIFIER_ROLES, Scope.COLLEAGUE, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED

    staff_id: str


class DeclineStaffChange(Intent, frozen=True):
    """A second person declines what a colleague wants to change, or that colleague takes it back."""

    rule = Rule(VERIFIER_ROLES, Scope.COLLEAGUE, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY

    staff_id: str


class SilenceStaff(Intent, frozen=True):
    """STOP from a staff phone: it gets no texts, and colleagues are notified. Its roles stay."""

    rule = Rule(ALL_ROLES, must_be_active=False)
    by_text = TextAuthority.ACTS


class ResumeStaffTexts(Intent, frozen=True):
    """Texts to a staff phone after STOP."""

    rule = Rule(ALL_ROLES)
    by_text = TextAuthority.USSD_ONLY


class LeaveTeam(Intent, frozen=True):
    """The person gives the roles up. Refused for the last person with a role in an area (`policy.sole_roles`)."""

    rule = Rule(ALL_ROLES)
    by_text = TextAuthority.USSD_ONLY
