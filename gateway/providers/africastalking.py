"""Africa's Talking, through its own SDK (2.0.3). Facts: developers.africastalking.com, bulk SMS and its status codes.

The SDK looks at no recipient's status, hides the HTTP status, follows redirects, and raises a bad number in clear:
its request is replaced, numbers are valid before they come here, and every error becomes one of ours.
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
from gateway.providers.outcome import Balance, Fate, OneLine, Outcome, ProviderTrouble, Trouble
from gateway.providers.reach import LATE, never_left
from gateway.settings import LOOPBACK_USERS, Settings

IDLE = 3.0
"""seconds after which a connection is not used again"""
TIMEOUT = (3.05, 9.05)
"""connect and read, seconds; together less than a worker's lease"""

FATES = {
    100: Fate.ACCEPTED,
    101: Fate.ACCEPTED,
    102: Fate.ACCEPTED,
    401: Fate.REFUSED,
    403: Fate.DEAD,
    404: Fate.DEAD,
    406: Fate.BLOCKED,
    407: Fate.REFUSED,
    409: Fate.REFUSED,
    500: Fate.RETRY,
    501: Fate.RETRY,
    502: Fate.RETRY,
}
TROUBLES = {402: Trouble.SHUT, 405: Trouble.BROKE}
REASONS = {"InvalidSenderId": Trouble.SHUT, "InsufficientBalance": Trouble.BROKE}
CROWD = 10
"""so many at once that are all to be tried later: not the numbers are in trouble, but the network"""
UNAUTHORISED = 401
_BALANCE = re.compile(r"([A-Z]{3}) (-?[0-9]{1,12}(?:\.[0-9]{1,8})?)")
UNKNOWN = Outcome(Fate.UNKNOWN)
LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})


class _Own:
    """An SDK's service at another base URL, answering with the whole HTTP response."""

    def __init__(self, username: str, api_key: str, url: str):
        self._url = url.rstrip("/")
        self._kept = threading.local()
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
        return self._session().request(
            method, url, headers=headers, data=data, params=params, timeout=timeout, allow_redirects=False
        )

    def _session(self) -> requests.Session:
        """This thread's connection, kept open between calls: the SDK alone would shake hands anew for each.

        Not for long: where the far end hangs up just as we write, nobody knows whether it took the call.
        """
        session: requests.Session | None = getattr(self._kept, "session", None)
        now = time.monotonic()
        if session is None or now - self._kept.used > IDLE:
            if session is not None:
                session.close()
            session = self._kept.session = requests.Session()
            session.trust_env, session.proxies = False, self._proxies
        self._kept.used = now
        return session


class _Sms(_Own, SMSService):  # type: ignore[misc]
    pass


class _Account(_Own, ApplicationService):  # type: ignore[misc]
    pass


class AfricasTalking(OneLine):
    """Sends one text to many numbers in one call."""

    line = "africastalking"

    def __init__(self, settings: Settings):
        check_target(settings.at_username, settings.at_api_url)
        self._sms = _Sms(settings.at_username, settings.at_api_key, settings.at_api_url)
        self._account = _Account(settings.at_username, settings.at_api_key, settings.at_api_url)
        self._sender = settings.sender or settings.shortcode or None

    def balance(self) -> Balance | None:
        """As its `/user` tells: `{"UserData": {"balance": "KES 1785.50"}}`."""
        try:
            answer = self._account.fetch_application_data(timeout=TIMEOUT)
            return _balance(answer.json()) if answer.ok else None
        except (requests.RequestException, ValueError, RecursionError):
            return None

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, Outcome]:
        by_e164 = {number.e164: number for number in numbers}
        outcomes = _read(self._ask(text, list(by_e164)), by_e164)
        troubles = {TROUBLES.get(outcomes[n].code) if n in outcomes else None for n in numbers}
        if troubles and None not in troubles:  # nobody was sent to, and all for such a reason
            raise ProviderTrouble(Trouble.SHUT if Trouble.SHUT in troubles else Trouble.BROKE)
        said = {number: outcomes.get(number, UNKNOWN) for number in numbers}
        if len(said) >= CROWD and all(outcome.fate is Fate.RETRY for outcome in said.values()):
            raise ProviderTrouble(Trouble.BUSY)
        return said

    def _ask(self, text: str, numbers: list[str]) -> Any:
        """The answer's data; None where the call may or may not have been taken."""
        try:
            answer = self._sms.send(text, numbers, self._sender, timeout=TIMEOUT)
        except requests.RequestException as error:
            if never_left(error):
                raise ProviderTrouble(Trouble.BUSY) from None
            return None
        except ValueError:
            raise BadInput("the SDK takes none of these numbers") from None
        if answer.status_code in LATE:
            return None
        if not answer.ok or answer.is_redirect:
            raise ProviderTrouble(Trouble.SHUT if answer.status_code == UNAUTHORISED else Trouble.BUSY)
        try:  # whatever the content type says: JSON, or a page of some proxy
            data = answer.json()
        except (ValueError, RecursionError):
            return None
        return data.get("SMSMessageData") if isinstance(data, dict) else None


def check_target(username: str, url: str) -> None:
    """The made-up accounts reach this machine only, so that no test can text a real phone. Raises BadInput."""
    if username in LOOPBACK_USERS and _host(url) not in LOOPBACK:
        raise BadInput(f"AT_USERNAME={username} is for a simulated network: AT_API_URL must be on this machine")


def _host(url: str) -> str | None:
    """As the library that sends reads it: two readings of one address could differ."""
    try:
        return parse_url(url).host
    except LocationParseError:
        return None


def _read(data: Any, asked: Mapping[str, Number]) -> dict[Number, Outcome]:
    """Outcomes by number, however it is written, never by position. An empty list may carry its reason in words."""
    rows = data.get("Recipients") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return {}
    if not rows:
        said = str(data.get("Message", ""))
        for word, trouble in REASONS.items():
            if word in said:
                raise ProviderTrouble(trouble)
    outcomes: dict[Number, Outcome] = {}
    for row in rows:
        if isinstance(row, dict):
            said = str(row.get("number"))
            with suppress(BadInput):
                outcomes[asked.get(said) or Number.parse(said)] = _outcome(row)
    return outcomes


def _balance(data: Any) -> Balance | None:
    user = data.get("UserData") if isinstance(data, dict) else None
    said = _BALANCE.fullmatch(str(user.get("balance"))) if isinstance(user, dict) else None
    return Balance(float(said[2]), said[1]) if said else None


def _outcome(row: Mapping[str, Any]) -> Outcome:
    said = str(row.get("statusCode"))
    code = int(said) if said.isascii() and said.isdigit() and len(said) == 3 else 0
    fate = Fate.RETRY if code in TROUBLES else FATES.get(code, Fate.UNKNOWN)
    return Outcome(fate, code, str(row.get("messageId") or ""))
