"""The networks that carry our texts and USSD sessions."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gateway.settings.prices import Prefix
from gateway.settings.times import Seconds


class Network(BaseModel):
    """What one mobile network does with our sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sender: Literal["transactional", "promotional"] = Field(description="how the network has registered our sender")
    prefixes: tuple[Prefix, ...] = Field((), description="how its numbers begin; no network reports that")
    hours: str = Field(
        "00:00-24:00",
        description="a promotional sender delivers then only: 08:00-18:00, or Mon-Sat 08:00-18:00; Sun ..",
    )
    footer: int = Field(0, ge=0, le=160, description="characters of opt-out text the network appends")


class KannelBox(BaseModel):
    """A Kannel of the organisation's own: an operator's line, or a modem."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    url: str = Field(pattern=r"^https?://[^/?#@\s]+/[^?#\s]*$", description="its smsbox's sendsms")
    username: str = Field(pattern=r"^[!-~]+$", description="of its sendsms-user; the password is KANNEL_PASSWORD")
    sender: str = Field("", alias="from", pattern=r"^[ -~]{0,15}$", description="AT_SHORTCODE unless set")
    prefixes: tuple[Prefix, ...] = Field(
        (), description="numbers with these prefixes are tried here first; none: all numbers"
    )
    reports: str = Field(
        "",
        pattern=r"^(https?://[^?#@%\s]+)?$",
        description="the URL at which it reaches our web; PORT of this machine unless set",
    )
    validity: int = Field(
        180, ge=1, description="most minutes for which it tries a text; less where the text's own deadline is nearer"
    )

    @field_validator("url", "reports")
    @classmethod
    def _check_url(cls, value: str) -> str:
        try:
            _port = urlsplit(value).port
        except ValueError:  # its text may quote the value
            raise ValueError("no URL; right is http://127.0.0.1:13013/cgi-bin/sendsms") from None
        return value


class UssdNetwork(BaseModel):
    """A USSD network that sends the last input only."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    service_code: str = Field(
        "",
        pattern=r"^(\*[0-9*]+#)?$",
        description="what callers dial there; inputs dialled behind it are taken only where it is set",
    )


class Failover(BaseModel):
    """When a network that keeps failing gives its numbers to the next network."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after_failures: int = Field(3, ge=1, description="calls in a row in which it sent nothing")
    retry_after: Seconds = Field(60, description="seconds for which it is paused, then it is tried again")
