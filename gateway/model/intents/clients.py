"""Members who warn each other of clients."""

from gateway.model.client_report import Harm
from gateway.model.intents.intent import Intent


class InviteMember(Intent, frozen=True):
    """Staff invite somebody among the members."""

    typed_number: str
    """a phone number as people type it, known to be one"""


class AcceptMembership(Intent, frozen=True):
    """An invited phone said yes."""


class EndMembership(Intent, frozen=True):
    """No member any more."""


class SetMemberNews(Intent, frozen=True):
    """A neutral text when members can read something new; or none."""

    wants_news: bool


class RecordLookup(Intent, frozen=True):
    """A member looked somebody up."""


class AddClientReport(Intent, frozen=True):
    """A member tells of a client. `marks`: keyed hash, the same under the shared key, whether of a plate."""

    hashes: tuple[tuple[bytes, bytes, bool], ...]
    harm: Harm
    month: int
    district: str
    text: str
    code: str


class VouchForClientReport(Intent, frozen=True):
    """Whoever told it said its code to staff in person."""

    code: str


class MarkClientReportModerated(Intent, frozen=True):
    """A moderator has read what was told under this code."""

    code: str


class RemoveClientReport(Intent, frozen=True):
    """A moderator takes off what was told under this code."""

    code: str


class RequestClientReview(Intent, frozen=True):
    """A member asks that entries be looked at again."""

    hashes: tuple[bytes, ...]


class ResolveClientReview(Intent, frozen=True):
    """A moderator looked at an entry again: it stays, or goes whole."""

    client_hash: bytes
    keep: bool
