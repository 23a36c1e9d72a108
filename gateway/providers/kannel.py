"""Kannel, through the HTTP interface of its smsbox (1.4.5). Facts: kannel.org, user guide, "SMS push"; its source.

One number a request: several get one answer, which speaks for the first alone, and share one id in Kannel's store.
POST, so that number, words and password stand in headers and body: a proxy's log holds none of them.
"""

import secrets
import time
from collections.abc import Mapping, Sequence

import requests

from gateway.errors import BadInput
from gateway.gsm import is_gsm
from gateway.numbers import Number
from gateway.providers.outcome import Balance, Fate, OneLine, Outcome, ProviderTrouble, Trouble
from gateway.providers.reach import LATE, never_left
from gateway.settings import KannelBox, Settings

TIMEOUT = (2.05, 6.05)
"""connect and read, seconds"""
BUDGET = 5.0
"""seconds in which a call begins numbers; with the last one's time-outs less than a worker's lease"""
ENDINGS = 1 | 2 | 16
"""the delivery reports we ask for: delivered, not delivered, refused by the operator"""
UCS2 = "2"
TAKEN = (b"0:", b"3:", b"Sent.")
"""accepted · queued until an operator's line is there · not waited for (immediate-sendsms-reply)"""
DENIED = b"Number(s) has/have been denied"
NO_ROUTE = b"Not routable"
BAD_GATEWAY = 502
"""of a proxy: Kannel says no such thing"""
NOT_ROUTED = 407
"""as Africa's Talking calls it"""
UNKNOWN = Outcome(Fate.UNKNOWN)
NOT_BEGUN = Outcome(Fate.RETRY)


class Kannel(OneLine):
    """Sends one text to many numbers, one after another."""

    line = "kannel"

    def __init__(self, settings: Settings):
        box = settings.tuning.kannel
        if box is None:
            raise BadInput("there is no [kannel] in the file of MWAVULI_SETTINGS")
        self._url = box.url
        self._reports = _reports(box, settings)
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": box.username,
            "X-Kannel-Password": settings.kannel_password,
            "X-Kannel-From": box.sender or settings.shortcode,
            "X-Kannel-Validity": str(box.validity),
        }
        self._headers = {name: value.encode() for name, value in headers.items() if value}

    def balance(self) -> Balance | None:
        """There is no account."""
        return None

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, Outcome]:
        outcomes: dict[Number, Outcome] = {}
        until = time.monotonic() + BUDGET
        with requests.Session() as session:
            session.trust_env = False  # no proxy, and no password out of a .netrc
            for number in numbers:
                try:
                    outcomes[number] = self._send(session, text, number)
                except ProviderTrouble:
                    if not outcomes:
                        raise
                    break
                if outcomes[number] == UNKNOWN or time.monotonic() > until:
                    break  # the others need not wait, nor become unknown too
        return {number: outcomes.get(number, NOT_BEGUN) for number in numbers}

    def _send(self, session: requests.Session, text: str, number: Number) -> Outcome:
        message_id = secrets.token_hex(12)
        headers = self._headers | {"X-Kannel-To": number.e164.encode()}
        if not is_gsm(text):
            headers["X-Kannel-Coding"] = UCS2.encode()
        if self._reports:
            headers["X-Kannel-DLR-Mask"] = str(ENDINGS).encode()
            url = f"{self._reports}?id={message_id}&status=%d&phoneNumber={number.e164.removeprefix('+')}"
            headers["X-Kannel-DLR-URL"] = url.encode()
        body = text.encode("utf-8", "replace")
        try:
            answer = session.post(self._url, body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            if never_left(error):
                raise ProviderTrouble(Trouble.BUSY) from None
            return UNKNOWN
        return _read(answer, message_id)


def _reports(box: KannelBox, settings: Settings) -> str:
    """Where Kannel brings delivery reports: under the newest secret, for they may come hours later."""
    if not settings.webhook_tokens:
        return ""
    base = box.reports.rstrip("/") or f"http://127.0.0.1:{settings.port}"
    return f"{base}/kannel/{settings.webhook_tokens[-1]}/delivery"


def _read(answer: requests.Response, message_id: str) -> Outcome:
    """Raises ProviderTrouble where it surely was not taken, and the next number would not be either."""
    status, said = answer.status_code, answer.content
    if answer.ok and not answer.is_redirect:
        return Outcome(Fate.ACCEPTED, status, message_id) if said.startswith(TAKEN) else UNKNOWN
    if status in LATE or status == BAD_GATEWAY:
        return UNKNOWN
    if said.startswith(NO_ROUTE):
        return Outcome(Fate.REFUSED, NOT_ROUTED)
    if said.startswith(DENIED):
        return Outcome(Fate.REFUSED, status)
    raise ProviderTrouble(Trouble.SHUT if status in (400, 401, 403) else Trouble.BUSY)
