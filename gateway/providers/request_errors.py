"""Whether a call that failed can have been taken all the same."""

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

TIMEOUT_STATUSES = frozenset({408, 504, 524})
"""somebody between us and the network gave up waiting: it may have taken the call"""


def was_not_sent(error: requests.RequestException) -> bool:
    """Nothing was at the other end to take it."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    unreached = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
    return unreached or isinstance(reason, NewConnectionError | ConnectTimeoutError)
