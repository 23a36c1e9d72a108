"""What speaks for a real call for help, and from how many calls on most of them are forged."""

from enum import IntEnum

FLOOD_SOS = 10
"""calls within ten minutes above which strangers' texts are announced together; a raid brings fewer"""
MAX_ANSWERED_SOS = 100
"""calls within ten minutes above which strangers' texts get no answer, because each answer costs money"""


class SosEvidence(IntEnum):
    """What speaks for a real call where many are forged. The lowest value is listed first."""

    KNOWN = 0
    """the phone has records from before: a subscription, safety settings, a referral, a membership, a role"""
    DIALLED = 1
    """a stranger dialled: the network vouches for the number"""
    TEXT_ONLY = 2
    """a stranger texted: the sender of a text can be forged"""
