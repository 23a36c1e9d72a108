"""What a turn wants done. Screens and keywords say it; the store's `writes_*` write it, all or nothing."""

from gateway.model.intents.cases import Clear, Confirm, More, Reject, Send, Tell, Update
from gateway.model.intents.clients import (
    AskReview,
    HearNew,
    Invite,
    LookedUp,
    Met,
    Read,
    Resign,
    Reviewed,
    TakePart,
    TellOf,
    Unlist,
)
from gateway.model.intents.intent import Intent
from gateway.model.intents.people import Delete, Join, Leave, Limit, Say, SetPin, Speak, Stop, TextMe, Tonight, Word
from gateway.model.intents.safety import (
    Agree,
    AnswerHelp,
    AskContact,
    Back,
    CallHelp,
    Decline,
    DropContact,
    GoOut,
    Held,
    HelpOver,
    HelpPlace,
    Later,
    NotHeld,
    SetArrest,
    SetCheck,
    SetDuress,
    SetRings,
)
from gateway.model.intents.team import Activate, Duty, PinTried, Suspend, Unlock
from gateway.model.intents.visits import Ask, ClinicSays, Heard, Rate, Refer

__all__ = [
    "Activate", "Agree", "AnswerHelp", "Ask", "AskContact", "AskReview", "Back", "CallHelp", "Clear", "ClinicSays",
    "Confirm", "Decline", "Delete", "DropContact", "Duty", "GoOut", "HearNew", "Heard", "Held", "HelpOver",
    "HelpPlace", "Intent", "Invite", "Join", "Later", "Leave", "Limit", "LookedUp", "Met", "More", "NotHeld",
    "PinTried", "Rate", "Read", "Refer", "Reject", "Resign", "Reviewed", "Say", "Send", "SetArrest", "SetCheck",
    "SetDuress", "SetPin", "SetRings", "Speak", "Stop", "Suspend", "TakePart", "Tell", "TellOf", "TextMe", "Tonight",
    "Unlist", "Unlock", "Update", "Word",
]  # fmt: skip

OWNERS = (SetPin, Word, Limit, AskContact, DropContact, SetDuress, SetCheck, SetArrest, GoOut, SetRings)
"""what nobody does who typed a wrong own PIN: the screens look as ever, and nothing is written"""
