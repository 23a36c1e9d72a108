"""Members who warn each other of clients."""

from gateway.model.client import Harm
from gateway.model.intents.intent import Intent


class Invite(Intent, frozen=True):
    """Staff invite somebody among the members."""

    typed: str
    """a phone number as people type it, known to be one"""


class TakePart(Intent, frozen=True):
    """An invited phone said yes."""


class Resign(Intent, frozen=True):
    """No member any more."""


class HearNew(Intent, frozen=True):
    """A neutral text when members can read something new; or none."""

    on: bool


class LookedUp(Intent, frozen=True):
    """A member looked somebody up."""


class TellOf(Intent, frozen=True):
    """A member tells of a client. `marks`: keyed hash, the same under the shared key, whether of a plate."""

    marks: tuple[tuple[bytes, bytes, bool], ...]
    harm: Harm
    month: int
    district: str
    words: str
    code: str


class Met(Intent, frozen=True):
    """Whoever told it said its code to staff in person."""

    code: str


class Read(Intent, frozen=True):
    """A moderator has read what was told under this code."""

    code: str


class Unlist(Intent, frozen=True):
    """A moderator takes off what was told under this code."""

    code: str


class AskReview(Intent, frozen=True):
    """A member asks that entries be looked at again."""

    marks: tuple[bytes, ...]


class Reviewed(Intent, frozen=True):
    """A moderator looked at an entry again: it stays, or goes whole."""

    mark: bytes
    keep: bool
