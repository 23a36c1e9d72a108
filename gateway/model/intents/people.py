"""Who we are to a caller: areas, consent, language, PIN, and words to us."""

from gateway.model.intents.intent import Intent
from gateway.model.subscription import Channel, Texts, Wording


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


class Say(Intent, frozen=True):
    """A word to the service, read by its admins."""

    words: str


class TextMe(Intent, frozen=True):
    """Texts a caller asked for, to her own phone."""

    texts: tuple[str, ...]
