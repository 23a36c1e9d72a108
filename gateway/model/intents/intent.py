"""The base of all intents, and the rule that determines which person may request one."""

from enum import Enum, auto
from typing import ClassVar, Final

import msgspec

from gateway.model.staff import SENDER_ROLES, VERIFIER_ROLES, Role


class Scope(Enum):
    """The scope within which the person may act. `gateway.model.policy` decides each."""

    ANYWHERE = auto()
    OWN_REPORT = auto()
    """an alert that this phone reported"""
    AREA = auto()
    """the intent's area is in the person's area"""
    ALERT = auto()
    """the alert's area is in the person's area"""
    DECISION = auto()
    """an alert that waits for a decision: the person was asked, or its area is the person's and the role permits it"""
    CLIENT_REPORT = auto()
    """a client report of a district in or around the person's area"""
    CLIENT_ENTRY = auto()
    """a client entry with such a report"""
    CLINIC = auto()
    """a referral to the person's clinic"""
    SOS = auto()
    """a call for help that the person may read"""
    COLLEAGUE = auto()
    """another member of staff"""
    COLLEAGUE_HERE = auto()
    """another member of staff, whose area, before and after, is in the person's area"""


class Rule(msgspec.Struct, frozen=True):
    """Which person may request an intent, and in which scope."""

    roles: frozenset[Role] = frozenset()
    """the person has one of these roles; empty: every person, with or without a role"""
    scope: Scope = Scope.ANYWHERE
    excludes_own: bool = False
    """a person may not apply it to their own report, proposal or record"""
    must_be_active: bool = True
    """whether the roles of a suspended person do not count"""
    operator_may: bool = False
    """the operator at the server's command line may request it without a role"""


EVERYBODY: Final = Rule()
SENDERS: Final = Rule(SENDER_ROLES)
VERIFIERS: Final = Rule(VERIFIER_ROLES)
ALL_ROLES: Final = frozenset(Role)


class TextAuthority(Enum):
    """What a text or a missed call may do. Its sender can be forged, so it is a claim and proves nothing."""

    ACTS = "acts at once"
    """harmless if forged"""
    FRESH_CODE = "fresh code"
    """needs a number that we texted to this phone a moment ago"""
    CODE_WITHOUT_PIN = "fresh code; by USSD only where a PIN is set"
    """ends what protects the caller"""
    USSD_ONLY = "by USSD only"


class SecondVoice(Enum):
    """Whether a second person must agree, because the intent sends to others or removes what protects them."""

    NONE = "nobody"
    """concerns the person's own things, or adds to what protects others"""
    TOLD = "nobody; its sender and colleagues are texted at once, and can send it again by one key"
    BEYOND_FEW = (
        "nobody for three phones a day, and colleagues are texted at once; a second verifier for more, "
        "and for the last one with a role"
    )
    WHERE_SET = "a second sender or verifier, where the organisation set that and the area has one"
    IF_ANY = "a second verifier, of any area, where the team has one who is active"


class Durability(Enum):
    """Whether a replica must have the change before it counts as done."""

    LOCAL = auto()
    REPLICATED = auto()
    """a failover must not undo it, so the commit waits for a replica for a moment"""
    CONFIRMED = auto()
    """the caller leaves: without a replica's confirmation the request fails, and the network repeats it"""


class Intent(msgspec.Struct, frozen=True):
    """The base of all intents. Each has a rule, and says what a text may do: neither has a default."""

    rule: ClassVar[Rule]
    by_text: ClassVar[TextAuthority]
    second_voice: ClassVar[SecondVoice] = SecondVoice.NONE
    durability: ClassVar[Durability] = Durability.LOCAL
    adds_data: ClassVar[bool] = False
    """refused while Redis has no memory for more people"""
    needs_own_pin: ClassVar[bool] = False
    """where an own PIN is set and was not given, it is not applied, while the screens look as usual"""
