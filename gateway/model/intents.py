"""What a turn wants done. Screens and keywords say it; the store's `writes_*` write it, all or nothing."""

import msgspec

from gateway.model.alert import Kind
from gateway.model.client import Harm
from gateway.model.subscription import Channel, Texts, Wording


class Intent(msgspec.Struct, frozen=True):
    """Base of all intents."""


class Join(Intent, frozen=True):
    area: str
    channel: Channel = Channel.USSD


class Leave(Intent, frozen=True):
    area: str


class Tonight(Intent, frozen=True):
    area: str


class Stop(Intent, frozen=True):
    """Silence at once, on every channel."""


class Delete(Intent, frozen=True):
    """Forget this phone."""


class Speak(Intent, frozen=True):
    """Use this language for what is kept; remember it for the next dial only if asked."""

    lang: str
    remember: bool


class Word(Intent, frozen=True):
    """How plainly warnings speak."""

    wording: Wording


class Limit(Intent, frozen=True):
    """Which texts come."""

    texts: Texts


class SetPin(Intent, frozen=True):
    """The caller's own PIN; empty takes it away."""

    pin: str


class Tell(Intent, frozen=True):
    """A report for the verifiers."""

    kind: Kind
    area: str
    place: str


class More(Intent, frozen=True):
    """More on a case this caller reported: free of the limit on new reports."""

    number: int
    place: str


class Say(Intent, frozen=True):
    """A word to the service, read by its admins."""

    words: str


class TextMe(Intent, frozen=True):
    """Texts a caller asked for, to her own phone."""

    texts: tuple[str, ...]


class Refer(Intent, frozen=True):
    code: str
    need: str
    clinic: str
    area: str
    may_text: bool
    may_ask: bool


class Ask(Intent, frozen=True):
    """The caller's words to the clinic she was sent to."""

    code: str
    words: str


class Heard(Intent, frozen=True):
    """The caller has read what the clinic left for her."""

    code: str


class Rate(Intent, frozen=True):
    """How the visit went: good, bad or not."""

    code: str
    answer: str


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


class ClinicSays(Intent, frozen=True):
    """A clinic's answer to a code: 1 welcome, 2 full, 3 came, 4 did not come, 5 words."""

    code: str
    answer: int
    words: str = ""


class Send(Intent, frozen=True):
    """A new warning by staff; becomes a proposal where a second person is asked."""

    kind: Kind
    area: str
    place: str
    text: str
    until: int
    drill: bool = False
    propose: bool = False


class Confirm(Intent, frozen=True):
    """Turn a report or proposal into a warning, with the verifier's own place and words."""

    number: int
    place: str
    text: str
    until: int
    propose: bool = False


class Reject(Intent, frozen=True):
    number: int


class Update(Intent, frozen=True):
    """New words, a new place or a later hour for a live warning."""

    number: int
    place: str
    text: str
    until: int


class Clear(Intent, frozen=True):
    number: int


class Duty(Intent, frozen=True):
    on: bool


class PinTried(Intent, frozen=True):
    """A staff PIN or one-use code was typed."""

    right: bool
    code: str = ""


class Activate(Intent, frozen=True):
    """A staff phone answered its code."""


class Unlock(Intent, frozen=True):
    staff_id: str


class Suspend(Intent, frozen=True):
    """STOP from a staff phone: its role rests and the organisation hears."""
