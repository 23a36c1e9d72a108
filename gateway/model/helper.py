"""Helpers: other services for callers, as the organisation lists them in `helpers.toml`:

[[helper]]
name = "Legal Aid Kisauni"
kind = "lawyer"
phone = "+254711000090"
hours = "Mon-Fri 08-17"
police = "no"
immigration = "unknown"
"""

import tomllib
from enum import StrEnum
from typing import Final

import msgspec

from gateway.errors import BadInput


class Cooperation(StrEnum):
    """Whether a helper works with police or with immigration. People without papers need to know before they call."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class HelperKind(StrEnum):
    """The kind of helper, in the order in which phones list them: peers and lawyers first, police last."""

    PEERS = "peers"
    LAWYER = "lawyer"
    VIOLENCE = "violence"
    SHELTER = "shelter"
    LABOUR = "labour"
    CONSULATE = "consulate"
    POLICE = "police"


ANSWERING_KINDS: Final = frozenset({HelperKind.PEERS, HelperKind.LAWYER})
"""the helpers whom a caller may ask about rights as they would ask the organisation"""


class Helper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One helper. `phone` and `hours` are shown as they were written."""

    name: str
    kind: HelperKind
    phone: str
    hours: str = ""
    police: Cooperation = Cooperation.UNKNOWN
    immigration: Cooperation = Cooperation.UNKNOWN


class _HelpersFile(msgspec.Struct, forbid_unknown_fields=True):
    helper: list[Helper] = []


def parse_helpers(text: str) -> tuple[Helper, ...]:
    """Return the helpers of a `helpers.toml`, in the order to show them. Raises BadInput with the reason."""
    try:
        found = msgspec.convert(tomllib.loads(text), _HelpersFile).helper
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"helpers.toml: {error}") from None
    kinds = list(HelperKind)
    return tuple(sorted(found, key=lambda helper: kinds.index(helper.kind)))
