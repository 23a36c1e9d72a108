"""Members, and their client reports."""

from gateway.model.client_report import Harm
from gateway.model.intents.intent import EVERYBODY, VERIFIERS, Durability, Intent, Rule, Scope
from gateway.model.staff import VERIFIER_ROLES

MODERATION = Rule(VERIFIER_ROLES, Scope.CLIENT_REPORT, excludes_own=True)


class InviteMember(Intent, frozen=True):
    """Staff invite a person to the members."""

    rule = VERIFIERS

    typed_number: str
    """a phone number as people type it, which was checked"""


class AcceptMembership(Intent, frozen=True):
    """An invited phone accepted."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True


class EndMembership(Intent, frozen=True):
    """A member leaves."""

    rule = EVERYBODY
    durability = Durability.CONFIRMED
    needs_own_pin = True


class SetMemberNews(Intent, frozen=True):
    """Whether the member gets a neutral text when members can read a new entry."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    needs_own_pin = True

    wants_news: bool


class RecordLookup(Intent, frozen=True):
    """A member looked a client up."""

    rule = EVERYBODY
    needs_own_pin = True


class AddClientReport(Intent, frozen=True):
    """A member reports a client. `hashes`: keyed hash, hash under the shared key, whether it is a plate's."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True

    hashes: tuple[tuple[bytes, bytes, bool], ...]
    harm: Harm
    month: int
    district: str
    text: str
    code: str


class VouchForClientReport(Intent, frozen=True):
    """The author said the code of a client report to staff in person."""

    rule = MODERATION

    code: str


class MarkClientReportModerated(Intent, frozen=True):
    """A moderator has read the client report with this code."""

    rule = MODERATION

    code: str


class RemoveClientReport(Intent, frozen=True):
    """A moderator removes the client report with this code."""

    rule = MODERATION
    durability = Durability.REPLICATED

    code: str


class RequestClientReview(Intent, frozen=True):
    """A member asks for a review of entries."""

    rule = EVERYBODY

    hashes: tuple[bytes, ...]


class ResolveClientReview(Intent, frozen=True):
    """A moderator reviewed an entry, which stays or is removed whole."""

    rule = Rule(VERIFIER_ROLES, Scope.CLIENT_ENTRY, excludes_own=True)
    durability = Durability.REPLICATED

    client_hash: bytes
    keep: bool
