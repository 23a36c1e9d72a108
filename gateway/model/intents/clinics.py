"""What a clinic's phone says about the clinic, and a new phone for its nurse."""

from gateway.model.intents.intent import Intent, Rule, Scope, TextAuthority
from gateway.model.staff import Role


class ReportClinic(Intent, frozen=True):
    """The person's own clinic cannot meet a need, or is closed (`need` is empty), until then; 0: it can again."""

    rule = Rule(frozenset({Role.CLINIC}))
    by_text = TextAuthority.FRESH_CODE

    need: str
    until: int
    also: tuple[str, ...] = ()
    """further needs of the same report"""

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.need, *self.also)


class InviteNurse(Intent, frozen=True):
    """Another phone for an existing clinic, with its first PIN. It counts after it answered its activation code."""

    rule = Rule(frozenset({Role.ADMIN}), Scope.AREA)
    by_text = TextAuthority.USSD_ONLY

    area: str
    """the area of the clinic"""
    clinic: str
    number: str
    pin: str
