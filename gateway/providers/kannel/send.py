"""Send through Kannel, by the HTTP interface of its smsbox (1.4.5). Facts: kannel.org, user guide, "SMS push".

One number a request: several numbers get one answer, which is true of the first alone, and share one id.
POST, because number, words and password then stand in headers and body, which no proxy logs.
"""

import time
from collections.abc import Mapping, Sequence

import requests

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.base import (
    AccountBalance,
    ProviderError,
    ProviderErrorKind,
    Recipient,
    SendOutcome,
    SendStatus,
    SingleProvider,
)
from gateway.providers.kannel.inbound import DELIVERY_HOOK, PATH
from gateway.providers.request_errors import REFUSED_TEXT_STATUSES, TIMEOUT_STATUSES, was_not_sent
from gateway.providers.routing import NO_ROUTE_CODE, Route
from gateway.settings import KannelBox, Settings
from gateway.text.gsm import is_gsm

TIMEOUTS_S = (2.05, 6.05)
"""connect and read, seconds"""
MAX_SEND_DURATION_S = 5.0
"""seconds in which a call begins numbers; with the time-outs of the last number less than a worker's lease"""
FINAL_REPORTS_MASK = 1 | 2 | 16
"""the delivery reports that we ask for: delivered, not delivered, refused by the operator"""
GSM_HEADERS = {"Content-Type": b"text/plain; charset=UTF-8"}
UCS2_HEADERS = {"Content-Type": b"application/octet-stream", "X-Kannel-Coding": b"2"}
"""as octets and without a charset, because a Kannel that cannot recode refuses a UCS-2 text with one"""
ACCEPTED_PREFIXES = (b"0:", b"3:", b"Sent.")
"""accepted · queued until the operator is connected · answered at once (immediate-sendsms-reply)"""
NO_SENDER_PREFIX = b"Sender missing"
DENIED_PREFIX = b"Number(s) has/have been denied"
NO_ROUTE_PREFIX = b"Not routable"
BAD_GATEWAY = 502
"""from a proxy: Kannel itself never answers so"""
UNKNOWN_OUTCOME = SendOutcome(SendStatus.UNKNOWN)
NOT_STARTED = SendOutcome(SendStatus.RETRY)


class Kannel(SingleProvider):
    """Sends one text to many numbers, one after another."""

    provider_name = "kannel"

    def __init__(self, settings: Settings):
        box = settings.tuning.kannel
        if box is None:
            raise BadInput("there is no [kannel] in the file of MWAVULI_SETTINGS")
        self._url = box.url
        self._max_validity_min = box.validity
        self._report_url = _build_report_url(box, settings)
        headers = {
            "X-Kannel-Username": box.username,
            "X-Kannel-Password": settings.kannel_password,
            "X-Kannel-From": box.sender or settings.shortcode,
        }
        self._headers = {name: value.encode() for name, value in headers.items() if value}

    def fetch_balance(self) -> AccountBalance | None:
        """Return None: there is no account."""
        return None

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> Mapping[Number, SendOutcome]:
        outcomes: dict[Number, SendOutcome] = {}
        stop_at = time.monotonic() + MAX_SEND_DURATION_S
        with requests.Session() as session:
            session.trust_env = False  # no proxy, and no password out of a .netrc
            for recipient in recipients:
                try:
                    outcome = outcomes[recipient.number] = self._send_one(session, text, recipient, until)
                except ProviderError:
                    if not outcomes:
                        raise
                    break
                if outcome == UNKNOWN_OUTCOME or time.monotonic() > stop_at:
                    break  # the numbers behind it need not wait, nor become unknown too
        return {r.number: outcomes.get(r.number, NOT_STARTED) for r in recipients}

    def _send_one(self, session: requests.Session, text: str, recipient: Recipient, until: float) -> SendOutcome:
        validity = str(self._validity_min(until - time.time())).encode()
        headers = self._headers | {"X-Kannel-To": recipient.number.e164.encode(), "X-Kannel-Validity": validity}
        encoded, body = _encode(text)
        headers |= encoded
        if self._report_url:
            headers["X-Kannel-DLR-Mask"] = str(FINAL_REPORTS_MASK).encode()
            headers["X-Kannel-DLR-URL"] = f"{self._report_url}?id={recipient.reference}&status=%d".encode()
        try:
            answer = session.post(self._url, body, headers=headers, timeout=TIMEOUTS_S, allow_redirects=False)
        except requests.RequestException as error:
            if was_not_sent(error):
                raise ProviderError(ProviderErrorKind.BUSY) from None
            return UNKNOWN_OUTCOME
        return _parse_response(answer, recipient.reference)

    def _validity_min(self, remaining_s: float) -> int:
        """Return the minutes for which Kannel may try a text, rounded down; its shortest validity is one minute."""
        return max(1, min(self._max_validity_min, int(remaining_s // 60)))


def build_route(settings: Settings) -> Route | None:
    """Return the route through Kannel; None where the settings have no [kannel]."""
    box = settings.tuning.kannel
    return Route(Kannel(settings), box.prefixes) if box else None


def _build_report_url(box: KannelBox, settings: Settings) -> str:
    """Return the URL for delivery reports, under the newest token: a report may come hours later."""
    if not settings.webhook_tokens:
        return ""
    base = box.reports.rstrip("/") or f"http://127.0.0.1:{settings.port}"
    return f"{base}/{PATH}/{settings.webhook_tokens[-1]}/{DELIVERY_HOOK}"


def _parse_response(answer: requests.Response, reference: str) -> SendOutcome:
    """Return the outcome. Raises ProviderError where Kannel took nothing and would not take the next number either."""
    status, said = answer.status_code, answer.content
    if answer.ok and not answer.is_redirect:
        return (
            SendOutcome(SendStatus.ACCEPTED, status, reference)
            if said.startswith(ACCEPTED_PREFIXES)
            else UNKNOWN_OUTCOME
        )
    if status in TIMEOUT_STATUSES or status == BAD_GATEWAY:
        return UNKNOWN_OUTCOME
    if said.startswith(NO_ROUTE_PREFIX):
        return SendOutcome(SendStatus.REFUSED, NO_ROUTE_CODE)
    if said.startswith(NO_SENDER_PREFIX):
        raise ProviderError(ProviderErrorKind.REJECTED_SENDER)
    if said.startswith(DENIED_PREFIX) or status in REFUSED_TEXT_STATUSES:
        return SendOutcome(SendStatus.REFUSED, status)
    raise ProviderError(ProviderErrorKind.REJECTED_SENDER if status in (401, 403) else ProviderErrorKind.BUSY)


def _encode(text: str) -> tuple[dict[str, bytes], bytes]:
    """Return the headers that name the coding, and the body."""
    if is_gsm(text):
        return GSM_HEADERS, text.encode("utf-8", "replace")
    return UCS2_HEADERS, text.encode("utf-16-be", "replace")
