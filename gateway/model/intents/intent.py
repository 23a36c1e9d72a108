"""What every intent is, and the rule that says which person may have it done."""

from enum import Enum, auto
from typing import ClassVar, Final

import msgspec

from gateway.model.staff import SENDER_ROLES, VERIFIER_ROLES, Role


class Scope(Enum):
    """What has to belong to the person who acts. `gateway.model.policy` says how each is decided."""

    ANYWHERE = auto()
    OWN_REPORT = auto()
    """a case that this phone reported"""
    AREA = auto()
    """the intent's area lies in the person's"""
    ALERT = auto()
    """the area of the case lies in the person's"""
    DECISION = auto()
    """a case that waits for a decision: the person was asked, or its area lies in theirs and it is theirs to decide"""
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


class Rule(msgspec.Struct, frozen=True):
    """Which person may have something done, and to what."""

    roles: frozenset[Role] = frozenset()
    """the person has one of these; empty: everybody, member of staff or not"""
    scope: Scope = Scope.ANYWHERE
    excludes_own: bool = False
    """nobody does it to what they reported, proposed or wrote themselves"""
    must_be_active: bool = True
    """of staff: a suspended person has no role"""
    operator_may: bool = False
    """the operator at the server's command line may, without any role"""


EVERYBODY: Final = Rule()
SENDERS: Final = Rule(SENDER_ROLES)
VERIFIERS: Final = Rule(VERIFIER_ROLES)
ALL_ROLES: Final = frozenset(Role)


class Durability(Enum):
    """What a replica must hold before the change counts as done."""

    LOCAL = auto()
    REPLICATED = auto()
    """a failover must not undo it: a replica is waited for, for a moment"""
    CONFIRMED = auto()
    """the caller leaves: without a replica's word the request fails, and the network repeats it"""


class Intent(msgspec.Struct, frozen=True):
    """Base of all intents. Each names its rule; without one, nothing is applied."""

    rule: ClassVar[Rule]
    durability: ClassVar[Durability] = Durability.LOCAL
    adds_data: ClassVar[bool] = False
    """refused while Redis has no room"""
    is_dropped_in_decoy: ClassVar[bool] = False
    """silently not applied after a wrong own PIN: the screens look as ever"""
