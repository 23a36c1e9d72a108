"""Clients whom members warn each other of: how often one may look, and the key of a list shared with others."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Clients(BaseModel):
    """How long things last is fixed (`gateway.model.client`): callers are told it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    free: int = Field(3, ge=0, description="a member's first look-ups, without a limit")
    a_day: int = Field(5, ge=1, description="after those, so many a day; used up: a wait of 1 day, then 2, 4, to 32")
    list_key: Path | None = Field(None, description="file with the key shared with other organisations' lists")
