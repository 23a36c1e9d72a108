"""How much one web process takes on at once."""

from pydantic import BaseModel, ConfigDict, Field


class Web(BaseModel):
    """The web process."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    turns_at_once: int = Field(
        400, ge=1, le=10_000, description="USSD turns under way in one web process; who comes then reads an apology"
    )
