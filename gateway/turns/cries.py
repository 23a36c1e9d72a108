"""What callers say in a call for help is read here, so that responders see what is wrong and whether it says where."""

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.model.area import Atlas
from gateway.model.help_kind import HelpKind
from gateway.model.intents import AddSosDetails, DeleteCaller, Intent, RaiseSos, Unsubscribe
from gateway.store import Turn
from gateway.text.gsm import clip

MAX_TEXTED_CHARS = 60
"""of a text that is passed on in silence"""
MAX_WORDS_WITH_PIN = 2
"""a text of so few words with digits, as `SAFE 2468`, may be a PIN or a code, and is passed on to nobody"""


def read_cries(intents: tuple[Intent, ...], deployment: Deployment, lang: str, atlas: Atlas) -> tuple[Intent, ...]:
    """Return the intents, with what the words of a call for help tell."""
    return tuple(
        _read(intent, deployment, lang, atlas) if isinstance(intent, AddSosDetails) and intent.details else intent
        for intent in intents
    )


def _read(said: AddSosDetails, deployment: Deployment, lang: str, atlas: Atlas) -> AddSosDetails:
    read = deployment.lexicon.read_cry(said.details, lang, atlas)
    return replace(said, kinds=tuple(map(HelpKind, read.kinds)), tells_where=read.tells_where)


def words_for_hidden_call(turn: Turn, view: Turn, words: str, intents: tuple[Intent, ...]) -> tuple[AddSosDetails, ...]:
    """Return the words of a text for a call that the phone does not show: it was raised behind the own PIN, ended
    without it, or called by the second code.

    The text is answered as on a phone without a call. So the person who holds the phone learns nothing.
    """
    is_shown = view.sos is not None and not view.sos.looks_ended
    if turn.sos is None or turn.sos.is_closed or is_shown or turn.staff:
        return ()
    parts = words.split()
    if len(parts) <= MAX_WORDS_WITH_PIN and any(part.isdecimal() for part in parts):
        return ()
    is_other = any(isinstance(one, AddSosDetails | DeleteCaller | RaiseSos | Unsubscribe) for one in intents)
    return () if is_other else (AddSosDetails(clip(words, MAX_TEXTED_CHARS), is_forgeable=True),)
