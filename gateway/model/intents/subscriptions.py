"""Who we are to a caller: areas, consent, language, PIN, and words to us."""

from gateway.model.intents.intent import Intent
from gateway.model.subscription import Channel, TextPreference, Wording


class Subscribe(Intent, frozen=True):
    area: str
    channel: Channel = Channel.USSD


class LeaveArea(Intent, frozen=True):
    area: str


class AddTonightArea(Intent, frozen=True):
    area: str


class Unsubscribe(Intent, frozen=True):
    """Silence at once, on every channel."""


class DeleteCaller(Intent, frozen=True):
    """Forget this phone."""


class SetLanguage(Intent, frozen=True):
    """Use this language for what is kept; remember it for the next dial only if asked."""

    lang: str
    remember: bool


class SetWording(Intent, frozen=True):
    """How plainly warnings speak."""

    wording: Wording


class SetTextPreference(Intent, frozen=True):
    """Which texts come."""

    text_preference: TextPreference


class SetOwnPin(Intent, frozen=True):
    """The caller's own PIN; empty takes it away."""

    pin: str


class SendFeedback(Intent, frozen=True):
    """A word to the service, read by its admins."""

    text: str


class TextCaller(Intent, frozen=True):
    """Texts a caller asked for, to her own phone."""

    texts: tuple[str, ...]
