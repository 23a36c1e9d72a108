"""Kannel, through the HTTP interface of its smsbox (1.4.5). Facts: kannel.org, user guide, "SMS push"; its source.

One number a request: several get one answer, which speaks for the first alone, and share one id in Kannel's store.
POST, so that number, words and password stand in headers and body: a proxy's log holds none of them.
"""

import secrets
import time
from collections.abc import Mapping, Sequence

import requests

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.base import (
    AccountBalance,
    ProviderError,
    ProviderErrorKind,
    SendOutcome,
    SendStatus,
    SingleProvider,
)
from gateway.providers.request_errors import TIMEOUT_STATUSES, was_not_sent
from gateway.settings import KannelBox, Settings
from gateway.text.gsm import is_gsm

TIMEOUTS_S = (2.05, 6.05)
"""connect and read, seconds"""
MAX_SEND_DURATION_S = 5.0
"""seconds in which a call begins numbers; with the last one's time-outs less than a worker's lease"""
FINAL_REPORTS_MASK = 1 | 2 | 16
"""the delivery reports we ask for: delivered, not delivered, refused by the operator"""
UCS2_CODING = "2"
ACCEPTED_PREFIXES = (b"0:", b"3:", b"Sent.")
"""accepted · queued until an operator's line is there · not waited for (immediate-sendsms-reply)"""
DENIED_PREFIX = b"Number(s) has/have been denied"
NO_ROUTE_PREFIX = b"Not routable"
BAD_GATEWAY = 502
"""of a proxy: Kannel says no such thing"""
NO_ROUTE_CODE = 407
"""as Africa's Talking calls it"""
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
        self._report_url = _build_report_url(box, settings)
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": box.username,
            "X-Kannel-Password": settings.kannel_password,
            "X-Kannel-From": box.sender or settings.shortcode,
            "X-Kannel-Validity": str(box.validity),
        }
        self._headers = {name: value.encode() for name, value in headers.items() if value}

    def fetch_balance(self) -> AccountBalance | None:
        """There is no account."""
        return None

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, SendOutcome]:
        outcomes: dict[Number, SendOutcome] = {}
        until = time.monotonic() + MAX_SEND_DURATION_S
        with requests.Session() as session:
            session.trust_env = False  # no proxy, and no password out of a .netrc
            for number in numbers:
                try:
                    outcomes[number] = self._send_one(session, text, number)
                except ProviderError:
                    if not outcomes:
                        raise
                    break
                if outcomes[number] == UNKNOWN_OUTCOME or time.monotonic() > until:
                    break  # the others need not wait, nor become unknown too
        return {number: outcomes.get(number, NOT_STARTED) for number in numbers}

    def _send_one(self, session: requests.Session, text: str, number: Number) -> SendOutcome:
        message_id = secrets.token_hex(12)
        headers = self._headers | {"X-Kannel-To": number.e164.encode()}
        if not is_gsm(text):
            headers["X-Kannel-Coding"] = UCS2_CODING.encode()
        if self._report_url:
            headers["X-Kannel-DLR-Mask"] = str(FINAL_REPORTS_MASK).encode()
            url = f"{self._report_url}?id={message_id}&status=%d&phoneNumber={number.e164.removeprefix('+')}"
            headers["X-Kannel-DLR-URL"] = url.encode()
        body = text.encode("utf-8", "replace")
        try:
            answer = session.post(self._url, body, headers=headers, timeout=TIMEOUTS_S, allow_redirects=False)
        except requests.RequestException as error:
            if was_not_sent(error):
                raise ProviderError(ProviderErrorKind.BUSY) from None
            return UNKNOWN_OUTCOME
        return _parse_response(answer, message_id)


def _build_report_url(box: KannelBox, settings: Settings) -> str:
    """Where Kannel brings delivery reports: under the newest secret, for they may come hours later."""
    if not settings.webhook_tokens:
        return ""
    base = box.reports.rstrip("/") or f"http://127.0.0.1:{settings.port}"
    return f"{base}/kannel/{settings.webhook_tokens[-1]}/delivery"


def _parse_response(answer: requests.Response, message_id: str) -> SendOutcome:
    """Raises ProviderTrouble where it surely was not taken, and the next number would not be either."""
    status, said = answer.status_code, answer.content
    if answer.ok and not answer.is_redirect:
        return (
            SendOutcome(SendStatus.ACCEPTED, status, message_id)
            if said.startswith(ACCEPTED_PREFIXES)
            else UNKNOWN_OUTCOME
        )
    if status in TIMEOUT_STATUSES or status == BAD_GATEWAY:
        return UNKNOWN_OUTCOME
    if said.startswith(NO_ROUTE_PREFIX):
        return SendOutcome(SendStatus.REFUSED, NO_ROUTE_CODE)
    if said.startswith(DENIED_PREFIX):
        return SendOutcome(SendStatus.REFUSED, status)
    raise ProviderError(ProviderErrorKind.REJECTED_SENDER if status in (400, 401, 403) else ProviderErrorKind.BUSY)
