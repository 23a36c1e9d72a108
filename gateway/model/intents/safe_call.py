"""A safe call: begun, extended, ended."""

from gateway.model.intents.intent import EVERYBODY, Intent


class StartSafeCall(Intent, frozen=True):
    """A note is left, and an hour (Unix seconds) by which she is back."""

    rule = EVERYBODY

    until: int
    note: str
    notifies_responders: bool = False
    """responders read the note too if she is not back"""


class ExtendSafeCall(Intent, frozen=True):
    """She is out for so many seconds more. `code` as for `Back`."""

    rule = EVERYBODY

    seconds: int
    code: str = ""


class EndSafeCall(Intent, frozen=True):
    """She is back. `code`: what was typed, where she set a second code."""

    rule = EVERYBODY

    code: str = ""
