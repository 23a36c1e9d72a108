"""The transition of a recipient from one state to another, and the counts of the states."""

from collections.abc import Mapping

import msgspec

from gateway.model.broadcast import RecipientState


class Transition(msgspec.Struct, frozen=True):
    """The change of one recipient to a state, from any of the states whose letters are in `from_states`.

    `detail`: the message's hash; for a refused recipient the network's code in digits.
    """

    token: bytes
    to_state: RecipientState
    from_states: str
    detail: bytes = b""


class RecipientCounts(msgspec.Struct, frozen=True):
    """Recipients by state, and refusals by the network's code (0: the number was invalid)."""

    states: Mapping[RecipientState, int]
    refusals: Mapping[int, int]
