"""Small sections of the settings file: client reports, voice numbers and the web process."""

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

Networks = tuple[IPvAnyNetwork, ...]
"""networks in CIDR, as 192.0.2.0/24; a single address is a network too"""
PHONE_PATTERN = r"^(\+[1-9][0-9]{6,14})?$"


class Clients(BaseModel):
    """Limits on look-ups by members. How long records last is fixed in `gateway.model.client_report`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    free_lookups: int = Field(3, ge=0, description="first look-ups of a member, which have no limit")
    lookups_per_day: int = Field(
        5, ge=1, description="look-ups a day after those; when they are used up: a wait of 1 day, then 2, 4, up to 32"
    )


class Voice(BaseModel):
    """Numbers for voice calls. A call that has an effect is rejected, so the caller pays nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sos_number: str = Field(
        "",
        pattern=PHONE_PATTERN,
        description="a missed call here from a caller with safety settings is a call for help",
    )
    safe_call_number: str = Field("", pattern=PHONE_PATTERN, description="a missed call here ends a running safe call")
    neutral_message: str = Field(
        "This number takes no calls. Goodbye.", max_length=200, description="what every other caller hears"
    )


class Floods(BaseModel):
    """How often something may happen within ten minutes, before it is an alarm."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    leaving: int = Field(20, ge=1, description="alarm where this number of people leave within ten minutes")
    leaving_percent: int = Field(2, ge=0, le=100, description="and where they are this share of all subscriptions")
    leaving_percent_day: int = Field(20, ge=1, le=100, description="alarm where this share leaves within a day")
    joins_by_text: int = Field(
        60, ge=1, description="alarm at this number of phones that ask to join by text within ten minutes"
    )
    foreign_reports: int = Field(
        20, ge=1, description="alarm at this number of delivery reports on texts that we never sent"
    )
    unreadable: int = Field(1, ge=1, description="alarm at this number of texts from a network that cannot be read")


class Desk(BaseModel):
    """The web page for the organisation's staff."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    names: tuple[str, ...] = Field(
        ("localhost", "127.0.0.1"), min_length=1, description="host names under which browsers open the desk"
    )
    behind: str = Field(
        "",
        pattern="^(proxy|onion|vpn)?$",
        description="what stands before a MWAVULI_DESK_HOST that is not on this machine: 'proxy', 'onion' or 'vpn'",
    )


class Web(BaseModel):
    """Limits of one web process, and whose requests it takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    max_turns: int = Field(
        400, ge=1, le=10_000, description="most USSD turns at once in one web process; further callers read an apology"
    )
    max_connections: int = Field(
        1000, ge=16, le=100_000, description="most connections at once; above it the oldest silent one is closed"
    )
    request_timeout: float = Field(
        15, gt=0, description="seconds from connecting, or from the last answer, to the end of the next answer"
    )
    shutdown_timeout: int = Field(
        4, ge=1, description="seconds that answers under way may take once the process shall end"
    )
    behind_proxy: bool = Field(
        False, description="HOST is not on this machine, and only a proxy that ends TLS reaches it"
    )
    proxies: Networks = Field((), description="addresses of proxies whose X-Forwarded-For is believed")
    addresses: dict[str, Networks] = Field(
        default_factory=dict,
        description="addresses from which a network sends, by the first part of its callbacks' path; none: any",
    )
