"""What texts cost, and what a day may cost."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PREFIX = r"^\+[1-9][0-9]{0,14}$"
Prefix = Annotated[str, Field(pattern=PREFIX)]
Price = Annotated[float, Field(ge=0, le=10**6)]


class Prices(BaseModel):
    """The price of one segment by destination: the longest matching prefix of the number counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    currency: str = Field("KES", pattern=r"^[A-Z]{3}$", description="of all amounts in this file (ISO 4217)")
    default: Price = Field(0.8, description="where `to` has no price")
    to: dict[str, Price] = Field(
        default_factory=dict, description="by a prefix of the number ('+256' = 1.4), or by a name of [networks]"
    )


class Spend(BaseModel):
    """The most that the texts of one day may cost; a day begins at midnight in MWAVULI_TIMEZONE."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    cap: float = Field(0, ge=0, description="in the currency of [prices]; 0: none")
    reserve: float = Field(0.3, ge=0, le=1, description="share of the cap that only alerts may use")
    alerts_over_cap: bool = Field(
        True, description="alerts above the cap are sent, with an alarm; otherwise they wait and may lapse"
    )
