"""Africa's Talking, through its own SDK (2.0.3). Facts: developers.africastalking.com, bulk SMS and its status codes.

The SDK looks at no recipient's status, gives no HTTP status with its error, and raises a bad number in clear:
numbers are valid before they come here, and every error is replaced by one of ours.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.outcome import Fate, Outcome, ProviderTrouble, Trouble
from gateway.settings import LOOPBACK_USERS, Settings

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
UNKNOWN = Outcome(Fate.UNKNOWN)


class _Sms(SMSService):  # type: ignore[misc]
    """The SDK's service at another base URL."""

    def __init__(self, username: str, api_key: str, url: str):
        self._url = url.rstrip("/")
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        super()._init_service()
        if self._url:
            self._baseUrl = self._url + "/version1"


class AfricasTalking:
    """Sends one text to many numbers in one call."""

    def __init__(self, settings: Settings):
        check_target(settings.at_username, settings.at_api_url)
        self._sms = _Sms(settings.at_username, settings.at_api_key, settings.at_api_url)
        self._sender = settings.sender or settings.shortcode or None

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, Outcome]:
        by_e164 = {number.e164: number for number in numbers}
        answer = self._ask(text, list(by_e164))
        if answer is None:
            return dict.fromkeys(numbers, UNKNOWN)
        outcomes = {by_e164[to]: outcome for to, outcome in _read(answer).items() if to in by_e164}
        return {number: outcomes.get(number, UNKNOWN) for number in numbers}

    def _ask(self, text: str, numbers: list[str]) -> Any:
        """The answer's data; None where the call may or may not have been taken."""
        try:
            answer = self._sms.send(text, numbers, self._sender, timeout=TIMEOUT)
        except AfricasTalkingException as error:
            raise ProviderTrouble(_trouble(str(error))) from None
        except requests.RequestException as error:
            if _never_left(error):
                raise ProviderTrouble(Trouble.BUSY) from None
            return None
        if isinstance(answer, str):  # JSON under another content type, or a page of some proxy
            try:
                answer = json.loads(answer)
            except ValueError:
                return None
        return answer.get("SMSMessageData") if isinstance(answer, dict) else None


def check_target(username: str, url: str) -> None:
    """The made-up accounts reach this machine only, so that no test can text a real phone. Raises BadInput."""
    if username in LOOPBACK_USERS and urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise BadInput(f"AT_USERNAME={username} is for a simulated network: AT_API_URL must be on this machine")


def _never_left(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _trouble(body: str) -> Trouble:
    """The SDK hides the HTTP status; a wrong key (401) says so in plain text."""
    return Trouble.SHUT if "authentication" in body.casefold() else Trouble.BUSY


def _read(data: Any) -> dict[str, Outcome]:
    """Outcomes by number, matched by number and never by position. An empty list may carry its reason in words."""
    rows = data.get("Recipients") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return {}
    if not rows:
        said = str(data.get("Message", ""))
        for word, trouble in REASONS.items():
            if word in said:
                raise ProviderTrouble(trouble)
    outcomes = {str(row.get("number")): _outcome(row) for row in rows if isinstance(row, dict)}
    troubles = {TROUBLES[o.code] for o in outcomes.values() if o.code in TROUBLES}
    if troubles and all(o.code in TROUBLES for o in outcomes.values()):
        raise ProviderTrouble(Trouble.SHUT if Trouble.SHUT in troubles else Trouble.BROKE)
    return outcomes


def _outcome(row: Mapping[str, Any]) -> Outcome:
    code = row.get("statusCode")
    code = code if isinstance(code, int) else 0
    fate = Fate.RETRY if code in TROUBLES else FATES.get(code, Fate.UNKNOWN)
    return Outcome(fate, code, str(row.get("messageId") or ""))
