"""The settings of one simulated network."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

is_number = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII).fullmatch
"""Matches an MSISDN in international form, E.164 with its plus."""


class BadConfig(ValueError):
    """A setting with which the simulator does not start; its text is for the operator."""


@dataclass(frozen=True)
class Config:
    """Settings, each checked when the object is created."""

    gateway: str = "http://127.0.0.1:8000"
    """URL for webhooks: plain http on loopback, no path."""
    token: str = ""
    """The secret part of the webhook paths."""
    api_key: str = "simulator"
    """The `apiKey` header that a sender must have."""
    service_code: str = "*384*2024#"
    shortcode: str = "20240"
    phones: tuple[tuple[str, str], ...] = ()
    """Number and label of each phone shown at the start."""
    max_screen_septets: int = 160
    """Most GSM-7 septets of a whole USSD body, `CON ` included (a screen of Safaricom)."""
    max_screen_ucs2_units: int = 70
    """Most UCS-2 units of a whole USSD body with any character outside GSM-7."""
    max_input_chars: int = 80
    """Most characters that a caller can type at one prompt (Safaricom)."""
    ussd_timeout_s: float = 10.0
    """Seconds for which the network waits for a screen."""
    sms_retry_seconds: float = 3.0
    """Seconds between two attempts to post an inbound text; the real network waits 60."""
    sms_retry_limit: int = 40
    """Attempts to post an inbound text; the real network stops after 12 hours."""
    report_workers: int = 4
    """Delivery reports posted at once. httpx posts about 500 a second with 4, fewer with 16 (measured)."""
    keep_messages: int = 2000
    """Most accepted messages kept for `GET /api/messages`."""
    seed: int | None = None
    """Seed of the random choices, which makes the shares of faults repeatable."""

    def __post_init__(self) -> None:
        check_gateway_url(self.gateway)
        if not self.token or "/" in self.token:
            raise BadConfig("the token must be the one in the gateway's webhook paths, without a slash")
        if not (self.service_code.startswith("*") and self.service_code.endswith("#")):
            raise BadConfig("a service code starts with * and ends with #, for example *384*2024#")
        if not all(is_number(msisdn) for msisdn, _ in self.phones):
            raise BadConfig("a phone's number looks like +254711000001")


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_gateway_url(url: str) -> None:
    """Refuse a gateway on another machine: simulated calls must not reach a live service. Raises BadConfig."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        raise BadConfig("the simulator talks to this machine only: --gateway must be http://127.0.0.1:PORT")
    if parts.path.strip("/") or parts.query:
        raise BadConfig("--gateway is a scheme, a host and a port; the webhooks' paths are added to it")
