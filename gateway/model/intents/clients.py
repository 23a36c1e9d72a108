"""Members, and their client reports."""

from gateway.model.client_report import Harm
from gateway.model.intents.intent import (
    EVERYBODY,
    VERIFIERS,
    Durability,
    Intent,
    Rule,
    Scope,
    SecondVoice,
    TextAuthority,
)
from gateway.model.staff import VERIFIER_ROLES

MODERATION = Rule(VERIFIER_ROLES, Scope.CLIENT_REPORT, excludes_own=True)


class InviteMember(Intent, frozen=True):
    """Staff invite a person to the members."""

    rule = VERIFIERS
    by_text = TextAuthority.USSD_ONLY

    typed_number: str
    """a phone number as people type it, which was checked"""


class AcceptMembership(Intent, frozen=True):
    """An invited phone accepted."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True


class EndMembership(Intent, frozen=True):
    """A member leaves."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.CONFIRMED
    needs_own_pin = True


class MarkNewsRead(Intent, frozen=True):
    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True


class SetMemberNews(Intent, frozen=True):
    """Whether the member gets a neutral text when members can read a new entry."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True

    wants_news: bool


class RecordLookup(Intent, frozen=True):
    """A member looked a client up."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True


class AddClientReport(Intent, frozen=True):
    """A member reports a client. `hashes`: keyed hashes of the client's number and plate."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True

    hashes: tuple[bytes, ...]
    harm: Harm
    month: int
    district: str
    text: str
    code: str


class VouchForClientReport(Intent, frozen=True):
    """The author said the code of a client report to staff in person."""

    rule = MODERATION
    by_text = TextAuthority.USSD_ONLY

    code: str


class MarkClientReportModerated(Intent, frozen=True):
    """A moderator has read the client report with this code."""

    rule = MODERATION
    by_text = TextAuthority.USSD_ONLY

    code: str


class RemoveClientReport(Intent, frozen=True):
    """A moderator removes the client report with this code. Without a second voice it waits, and stays until then."""

    rule = MODERATION
    by_text = TextAuthority.USSD_ONLY
    second_voice = SecondVoice.IF_ANY
    durability = Durability.REPLICATED

    code: str


class RequestClientReview(Intent, frozen=True):
    """A member asks for a review of entries."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY

    hashes: tuple[bytes, ...]


class ResolveClientReview(Intent, frozen=True):
    """A moderator reviewed an entry, which stays or is removed whole. To stay it needs no second voice."""

    rule = Rule(VERIFIER_ROLES, Scope.CLIENT_ENTRY, excludes_own=True)
    by_text = TextAuthority.USSD_ONLY
    second_voice = SecondVoice.IF_ANY
    durability = Durability.REPLICATED

    client_hash: bytes
    keep: bool
