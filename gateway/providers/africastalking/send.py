"""Send through Africa's Talking, by its own SDK (2.0.3). Facts: developers.africastalking.com, bulk SMS, status codes.

The SDK looks at no recipient's status, hides the HTTP status, follows redirects, and raises a bad number in clear.
Therefore its transport is replaced, numbers are valid before they come here, and every error becomes one of ours.
The request stays the same as the stock SDK's. Bulk SMS takes neither a deadline (`retryDurationInHours` is for
premium texts, in whole hours) nor a reference of ours: the words of a text carry its hour.
"""

import re
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import requests
from africastalking.Application import ApplicationService
from africastalking.SMS import SMSService
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.africastalking.inbound import PROVIDER_NAME
from gateway.providers.base import (
    AccountBalance,
    ProviderError,
    ProviderErrorKind,
    Recipient,
    SendOutcome,
    SendStatus,
    SingleProvider,
)
from gateway.providers.request_errors import REFUSED_TEXT_STATUSES, TIMEOUT_STATUSES, was_not_sent
from gateway.providers.routing import Route
from gateway.settings import LOOPBACK_USERS, Settings

MAX_IDLE_S = 3.0
"""seconds after which a connection is not used again"""
TIMEOUTS_S = (3.05, 9.05)
"""connect and read, seconds; together less than a worker's lease"""

STATUS_BY_CODE = {
    100: SendStatus.ACCEPTED,
    101: SendStatus.ACCEPTED,
    102: SendStatus.ACCEPTED,
    401: SendStatus.REFUSED,
    403: SendStatus.DEAD_NUMBER,
    404: SendStatus.DEAD_NUMBER,
    406: SendStatus.OPTED_OUT,
    407: SendStatus.REFUSED,
    409: SendStatus.REFUSED,
    500: SendStatus.RETRY,
    501: SendStatus.RETRY,
    502: SendStatus.RETRY,
}
ERROR_BY_CODE = {402: ProviderErrorKind.REJECTED_SENDER, 405: ProviderErrorKind.OUT_OF_CREDIT}
ERROR_BY_MESSAGE = {
    "InvalidSenderId": ProviderErrorKind.REJECTED_SENDER,
    "InsufficientBalance": ProviderErrorKind.OUT_OF_CREDIT,
}
MIN_NUMBERS_FOR_OUTAGE = 10
"""numbers in one call; if all of them are to be tried later, the network is at fault and not the numbers"""
UNAUTHORISED = 401
_BALANCE_PATTERN = re.compile(r"([A-Z]{3}) (-?[0-9]{1,12}(?:\.[0-9]{1,8})?)")
UNKNOWN_OUTCOME = SendOutcome(SendStatus.UNKNOWN)
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})


class _RawResponseService:
    """A service of the SDK at another base URL that returns the whole HTTP response."""

    def __init__(self, username: str, api_key: str, url: str):
        self._url = url.rstrip("/")
        self._thread_local = threading.local()
        super().__init__(username, api_key)  # type: ignore[call-arg]
        self._proxies = requests.utils.get_environ_proxies(self._baseUrl)

    def _init_service(self) -> None:
        super()._init_service()  # type: ignore[misc]
        if self._url:
            self._baseUrl = self._url + "/version1"

    def _make_request(
        self, url: str, method: str, headers: dict[str, str], data: dict[str, str] | None,
        timeout: tuple[float, float], params: dict[str, str] | None = None, **unused: object,
    ) -> requests.Response:  # fmt: skip
        return self._reusable_session().request(
            method, url, headers=headers, data=data, params=params, timeout=timeout, allow_redirects=False
        )

    def _reusable_session(self) -> requests.Session:
        """Return this thread's connection, kept open between calls: the SDK alone makes a TLS handshake for each.

        It is kept for a short time only: if the network closes it just as we write, the outcome is unknown.
        """
        session: requests.Session | None = getattr(self._thread_local, "session", None)
        now = time.monotonic()
        if session is None or now - self._thread_local.used > MAX_IDLE_S:
            if session is not None:
                session.close()
            session = self._thread_local.session = requests.Session()
            session.trust_env, session.proxies = False, self._proxies
        self._thread_local.used = now
        return session


class _SmsService(_RawResponseService, SMSService):  # type: ignore[misc]
    pass


class _AccountService(_RawResponseService, ApplicationService):  # type: ignore[misc]
    pass


class AfricasTalking(SingleProvider):
    """Sends one text to many numbers in one call."""

    provider_name = PROVIDER_NAME

    def __init__(self, settings: Settings):
        require_loopback_for_test_account(settings.at_username, settings.at_api_url)
        self._sms = _SmsService(settings.at_username, settings.at_api_key, settings.at_api_url)
        self._account = _AccountService(settings.at_username, settings.at_api_key, settings.at_api_url)
        self._sender = settings.sender or settings.shortcode or None

    def fetch_balance(self) -> AccountBalance | None:
        """Return the balance that `/user` gives: `{"UserData": {"balance": "KES 1785.50"}}`."""
        try:
            answer = self._account.fetch_application_data(timeout=TIMEOUTS_S)
            return _parse_balance(answer.json()) if answer.ok else None
        except (requests.RequestException, ValueError, RecursionError):
            return None

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> Mapping[Number, SendOutcome]:
        numbers = [recipient.number for recipient in recipients]
        by_e164 = {number.e164: number for number in numbers}
        outcomes = _parse_outcomes(self._request_send(text, list(by_e164)), by_e164)
        _raise_account_error(numbers, outcomes)
        said = {number: outcomes.get(number, UNKNOWN_OUTCOME) for number in numbers}
        if len(said) >= MIN_NUMBERS_FOR_OUTAGE and all(outcome.status is SendStatus.RETRY for outcome in said.values()):
            raise ProviderError(ProviderErrorKind.BUSY)
        return said

    def _request_send(self, text: str, numbers: list[str]) -> Any:
        """Return the data of the answer; None where the network may have taken the call."""
        try:
            answer = self._sms.send(text, numbers, self._sender, timeout=TIMEOUTS_S)
        except requests.RequestException as error:
            if was_not_sent(error):
                raise ProviderError(ProviderErrorKind.BUSY) from None
            return None
        except ValueError:
            raise BadInput("the SDK takes none of these numbers") from None
        if answer.status_code in TIMEOUT_STATUSES:
            return None
        if not answer.ok or answer.is_redirect:
            is_about_us = answer.status_code == UNAUTHORISED
            kind = ProviderErrorKind.REJECTED_SENDER if is_about_us else ProviderErrorKind.BUSY
            raise ProviderError(kind, is_about_text=answer.status_code in REFUSED_TEXT_STATUSES)
        try:  # whatever the content type says: JSON, or a page of some proxy
            data = answer.json()
        except (ValueError, RecursionError):
            return None
        return data.get("SMSMessageData") if isinstance(data, dict) else None


def build_route(settings: Settings) -> Route | None:
    """Return the route through Africa's Talking, for all numbers; None without an API key."""
    return Route(AfricasTalking(settings)) if settings.at_api_key else None


def require_loopback_for_test_account(username: str, url: str) -> None:
    """Refuse a made-up account at a URL on another machine: no test may text a real phone. Raises BadInput."""
    if username in LOOPBACK_USERS and _host_of_url(url) not in LOOPBACK_HOSTS:
        raise BadInput(f"AT_USERNAME={username} is for a simulated network: AT_API_URL must be on this machine")


def _host_of_url(url: str) -> str | None:
    """Return the host as the library that sends reads it: two parsers of one address could differ."""
    try:
        return parse_url(url).host
    except LocationParseError:
        return None


def _parse_outcomes(data: Any, requested: Mapping[str, Number]) -> dict[Number, SendOutcome]:
    """Return outcomes by number, never by position. An empty list may carry its reason in words: ProviderError."""
    rows = data.get("Recipients") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return {}
    if not rows:
        said = str(data.get("Message", ""))
        for word, trouble in ERROR_BY_MESSAGE.items():
            if word in said:
                raise ProviderError(trouble)
    outcomes: dict[Number, SendOutcome] = {}
    for row in rows:
        if isinstance(row, dict):
            said = str(row.get("number"))
            with suppress(BadInput):
                outcomes[requested.get(said) or Number.parse(said)] = _parse_recipient(row)
    return outcomes


def _raise_account_error(numbers: Sequence[Number], outcomes: Mapping[Number, SendOutcome]) -> None:
    """Raise ProviderError where every number was refused for a reason that concerns the account."""
    kinds = {ERROR_BY_CODE.get(outcomes[number].code) if number in outcomes else None for number in numbers}
    if kinds and None not in kinds:
        is_sender = ProviderErrorKind.REJECTED_SENDER in kinds
        raise ProviderError(ProviderErrorKind.REJECTED_SENDER if is_sender else ProviderErrorKind.OUT_OF_CREDIT)


def _parse_balance(data: Any) -> AccountBalance | None:
    user = data.get("UserData") if isinstance(data, dict) else None
    said = _BALANCE_PATTERN.fullmatch(str(user.get("balance"))) if isinstance(user, dict) else None
    return AccountBalance(float(said[2]), said[1]) if said else None


def _parse_recipient(row: Mapping[str, Any]) -> SendOutcome:
    said = str(row.get("statusCode"))
    code = int(said) if said.isascii() and said.isdigit() and len(said) == 3 else 0
    fate = SendStatus.RETRY if code in ERROR_BY_CODE else STATUS_BY_CODE.get(code, SendStatus.UNKNOWN)
    return SendOutcome(fate, code, str(row.get("messageId") or ""))
