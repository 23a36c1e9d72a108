"""Needs: the reasons to go to a clinic, and the services for each. They are listed in `needs.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Need:
    """A reason to look for a clinic. `services` are the groups that can help, the best first.

    `label` is the key of its neutral words in a text to a clinic. `within_hours` is the time within which help is
    needed, None when the need can wait. `stage_of` is the need that the menu lists in place of this one.
    """

    id: str
    services: tuple[str, ...]
    label: str
    within_hours: int | None = None
    stage_of: str = ""

    @property
    def urgent(self) -> bool:
        return self.within_hours is not None

    def service_rank(self, services: frozenset[str]) -> int | None:
        """Return the rank of these services for the need: 0 is best, None: they do not help."""
        return next((rank for rank, service in enumerate(self.services) if service in services), None)


def _read_needs() -> dict[str, Need]:
    table = tomllib.loads(files("gateway.model").joinpath("needs.toml").read_text(encoding="utf-8"))
    return {id_: Need(id_, tuple(row.pop("services")), **row) for id_, row in table.items()}


NEEDS: Final[Mapping[str, Need]] = MappingProxyType(_read_needs())
LISTED_NEEDS: Final = tuple(need.id for need in NEEDS.values() if not need.stage_of)
"""the needs that people choose from, in order"""
SERVICES: Final = frozenset(service for need in NEEDS.values() for service in need.services)
