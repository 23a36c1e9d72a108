"""What a turn wants done. Screens and keywords say it; the store's `writes_*` write it, all or nothing."""

import msgspec

from gateway.model.alert import Kind
from gateway.model.client import Harm
from gateway.model.sos import Answer
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


class AskContact(Intent, frozen=True):
    """Ask somebody whether they may be told about this caller. `number` in E.164."""

    number: str
    name: str
    called: str
    words: str


class DropContact(Intent, frozen=True):
    """`token` of purpose contact."""

    token: bytes


class Agree(Intent, frozen=True):
    """This phone's owner agrees to whoever asked."""


class Decline(Intent, frozen=True):
    """This phone's owner says no to who asked and has no answer yet."""


class SetDuress(Intent, frozen=True):
    """A second code; empty takes it away."""

    code: str


class SetCheck(Intent, frozen=True):
    """The word by which who comes is known."""

    word: str


class SetArrest(Intent, frozen=True):
    """What her circle is told if she is held."""

    words: str


class Held(Intent, frozen=True):
    """Tell her circle, unless it is taken back in time."""


class NotHeld(Intent, frozen=True):
    """Take that back."""


class GoOut(Intent, frozen=True):
    """A note is left, and an hour (Unix seconds) by which she is back."""

    until: int
    note: str
    colleagues: bool = False
    """responders read the note too if she is not back"""


class Later(Intent, frozen=True):
    """She is out for so many seconds more. `code` as for `Back`."""

    seconds: int
    code: str = ""


class Back(Intent, frozen=True):
    """She is back. `code`: what was typed, where she set a second code."""

    code: str = ""


class CallHelp(Intent, frozen=True):
    """Somebody is needed now."""


class HelpPlace(Intent, frozen=True):
    """Where she is, for who comes."""

    words: str


class HelpOver(Intent, frozen=True):
    """It is taken back, or over. `code`: what was typed, where she set a second code."""

    code: str = ""


class SetRings(Intent, frozen=True):
    """Who hears her call for help (`Ring`)."""

    rings: tuple[str, ...]


class AnswerHelp(Intent, frozen=True):
    """What a responder says to a call."""

    code: str
    answer: Answer


OWNERS = (SetPin, Word, Limit, AskContact, DropContact, SetDuress, SetCheck, SetArrest, GoOut, SetRings)
"""what nobody does who typed a wrong own PIN: the screens look as ever, and nothing is written"""
