"""Reports and warnings."""

from gateway.model.alert import Kind
from gateway.model.intents.intent import Intent


class Tell(Intent, frozen=True):
    """A report for the verifiers."""

    kind: Kind
    area: str
    place: str


class More(Intent, frozen=True):
    """More on a case this caller reported: free of the limit on new reports."""

    number: int
    place: str


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
