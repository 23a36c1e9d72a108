"""Members who warn each other of clients."""

from gateway.model.client_report import Harm
from gateway.model.intents.intent import EVERYBODY, VERIFIERS, Intent, Rule, Scope
from gateway.model.staff import VERIFIER_ROLES

MODERATION = Rule(VERIFIER_ROLES, Scope.CLIENT_REPORT, excludes_own=True)


class InviteMember(Intent, frozen=True):
    """Staff invite somebody among the members."""

    rule = VERIFIERS

    typed_number: str
    """a phone number as people type it, known to be one"""


class AcceptMembership(Intent, frozen=True):
    """An invited phone said yes."""

    rule = EVERYBODY


class EndMembership(Intent, frozen=True):
    """No member any more."""

    rule = EVERYBODY


class SetMemberNews(Intent, frozen=True):
    """A neutral text when members can read something new; or none."""

    rule = EVERYBODY

    wants_news: bool


class RecordLookup(Intent, frozen=True):
    """A member looked somebody up."""

    rule = EVERYBODY


class AddClientReport(Intent, frozen=True):
    """A member tells of a client. `marks`: keyed hash, the same under the shared key, whether of a plate."""

    rule = EVERYBODY

    hashes: tuple[tuple[bytes, bytes, bool], ...]
    harm: Harm
    month: int
    district: str
    text: str
    code: str


class VouchForClientReport(Intent, frozen=True):
    """Whoever told it said its code to staff in person."""

    rule = MODERATION

    code: str


class MarkClientReportModerated(Intent, frozen=True):
    """A moderator has read what was told under this code."""

    rule = MODERATION

    code: str


class RemoveClientReport(Intent, frozen=True):
    """A moderator takes off what was told under this code."""

    rule = MODERATION

    code: str


class RequestClientReview(Intent, frozen=True):
    """A member asks that entries be looked at again."""

    rule = EVERYBODY

    hashes: tuple[bytes, ...]


class ResolveClientReview(Intent, frozen=True):
    """A moderator looked at an entry again: it stays, or goes whole."""

    rule = Rule(VERIFIER_ROLES, Scope.CLIENT_ENTRY, excludes_own=True)

    client_hash: bytes
    keep: bool
