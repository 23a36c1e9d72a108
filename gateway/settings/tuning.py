"""What is set in a file rather than in the environment."""

from pydantic import BaseModel, ConfigDict, Field

from gateway.settings.networks import HandOver, KannelBox, Network
from gateway.settings.pace import Pace
from gateway.settings.times import Times
from gateway.settings.web import Web


class Tuning(BaseModel):
    """The TOML file of MWAVULI_SETTINGS."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    times: Times = Times()
    pace: Pace = Pace()
    web: Web = Web()
    networks: dict[str, Network] = Field(default_factory=dict, description="by network code or name")
    kannel: KannelBox | None = Field(None, description="alone, or beside Africa's Talking where AT_API_KEY is set")
    hand_over: HandOver = HandOver()
    price_per_segment: float = Field(0.8, ge=0, description="in the currency below")
    currency: str = "KES"
    proposal_audience: int = Field(500, ge=1, description="above this many people an alert needs a second person")
    free_to_dial: bool = Field(False, description="callers pay nothing for the service code")
    follow_alert_end: bool = Field(True, description="people hear when a warning ends by its own hour")
