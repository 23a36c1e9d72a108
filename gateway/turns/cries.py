"""What callers say in a call for help is read here, so that responders see what is wrong and whether it says where."""

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.model.area import Atlas
from gateway.model.help_kind import HelpKind
from gateway.model.intents import AddSosDetails, Intent


def read_cries(intents: tuple[Intent, ...], deployment: Deployment, lang: str, atlas: Atlas) -> tuple[Intent, ...]:
    """Return the intents, with what the words of a call for help tell."""
    return tuple(
        _read(intent, deployment, lang, atlas) if isinstance(intent, AddSosDetails) and intent.details else intent
        for intent in intents
    )


def _read(said: AddSosDetails, deployment: Deployment, lang: str, atlas: Atlas) -> AddSosDetails:
    read = deployment.lexicon.read_cry(said.details, lang, atlas)
    return replace(said, kinds=tuple(map(HelpKind, read.kinds)), tells_where=read.tells_where)
