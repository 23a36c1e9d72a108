"""What texts cost, and how much of it a day may cost."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PREFIX = r"^\+[1-9][0-9]{0,14}$"
Prefix = Annotated[str, Field(pattern=PREFIX)]
Price = Annotated[float, Field(ge=0, le=10**6)]


class Prices(BaseModel):
    """Of one segment, by where it goes: the longest beginning of the number wins."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    currency: str = Field("KES", pattern=r"^[A-Z]{3}$", description="of all amounts here (ISO 4217)")
    default: Price = Field(0.8, description="where nothing below says otherwise")
    to: dict[str, Price] = Field(
        default_factory=dict, description="by the beginning of the number ('+256' = 1.4), or by a name of [networks]"
    )


class Spend(BaseModel):
    """What leaves in one day, by the clock of MWAVULI_TIMEZONE."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    cap: float = Field(0, ge=0, description="in the currency of [prices]; 0: none")
    reserve: float = Field(0.3, ge=0, le=1, description="share of the cap that only alerts may use")
    alerts_over_cap: bool = Field(
        True, description="above the cap alerts leave all the same, with an alarm; else they wait and may lapse"
    )
