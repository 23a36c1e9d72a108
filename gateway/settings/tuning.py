"""The settings that stand in a file and not in the environment."""

import re

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.settings.forget import Forget
from gateway.settings.networks import Failover, KannelBox, Network, UssdNetwork
from gateway.settings.prices import PREFIX, Prices, Spend
from gateway.settings.quiet import Quiet
from gateway.settings.sections import Clients, Desk, Floods, Voice, Web
from gateway.settings.sending import Sending
from gateway.settings.times import Times


class Tuning(BaseModel):
    """The TOML file of MWAVULI_SETTINGS."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    times: Times = Times()
    sending: Sending = Sending()
    quiet: Quiet = Quiet()
    clients: Clients = Clients()
    forget: Forget = Forget()
    web: Web = Web()
    desk: Desk = Desk()
    floods: Floods = Floods()
    networks: dict[str, Network] = Field(
        default_factory=dict, description="what each mobile network does with our sender, by name"
    )
    kannel: KannelBox | None = Field(None, description="alone, or beside Africa's Talking where AT_API_KEY is set")
    ussd: dict[str, UssdNetwork] = Field(
        default_factory=dict, description="USSD networks beside Africa's Talking, by name"
    )
    failover: Failover = Failover()
    prices: Prices = Prices()
    spend: Spend = Spend()
    police: str = Field(
        "", description="number that responders may call where a caller asks for police; '': not offered"
    )
    voice: Voice = Voice()
    proposal_audience: int = Field(500, ge=1, description="above this many people an alert needs a second person")
    free_to_dial: bool = Field(False, description="callers pay nothing for the service code")
    announces_alert_end: bool = Field(True, description="subscribers get a text when a warning ends by its own hour")

    @model_validator(mode="after")
    def _check_price_targets(self) -> "Tuning":
        for name in self.prices.to:
            network = self.networks.get(name)
            if not re.match(PREFIX, name) and not (network and network.prefixes):
                raise ValueError(
                    f"[prices.to] {name}: right is the beginning of a number as '+256', or a network of "
                    "[networks] that has prefixes"
                )
        return self
