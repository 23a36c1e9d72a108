"""What one simulated network is started with."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

is_number = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII).fullmatch
"""Matches an MSISDN in international form, E.164 with its plus."""


class BadConfig(ValueError):
    """A setting the simulator will not start with; the text is for the person at the terminal."""


@dataclass(frozen=True)
class Config:
    """Settings, each checked when the object is made."""

    gateway: str = "http://127.0.0.1:8000"
    """Where webhooks go: plain http on loopback, no path."""
    token: str = ""
    """The secret part of the webhooks' path."""
    api_key: str = "simulator"
    """What senders must show in the `apiKey` header."""
    service_code: str = "*384*2024#"
    shortcode: str = "20240"
    phones: tuple[tuple[str, str], ...] = ()
    """Number and label of each phone shown at the start."""
    max_screen_septets: int = 160
    """GSM-7 septets of a whole USSD body, `CON ` included (Safaricom's screen)."""
    max_screen_ucs2_units: int = 70
    """UCS-2 units of a whole USSD body with any character outside GSM-7."""
    max_input_chars: int = 80
    """Characters a caller can type at one prompt (Safaricom)."""
    ussd_timeout_s: float = 10.0
    """How long the network waits for a screen before it gives up."""
    sms_retry_seconds: float = 3.0
    """Between two tries of an inbound text; the real network waits 60."""
    sms_retry_limit: int = 40
    """Tries before an inbound text is given up; the real network stops after 12 hours."""
    report_workers: int = 4
    """Delivery reports in flight at once. httpx posts some 500 a second with 4, fewer with 16 (measured)."""
    keep_messages: int = 2000
    """Accepted messages kept for `GET /api/messages`."""
    seed: int | None = None
    """Makes the shares in the faults repeatable."""

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
    """Refuse a gateway elsewhere: made-up calls from real-looking numbers must not reach a live service."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        raise BadConfig("the simulator talks to this machine only: --gateway must be http://127.0.0.1:PORT")
    if parts.path.strip("/") or parts.query:
        raise BadConfig("--gateway is a scheme, a host and a port; the webhooks' paths are added to it")
