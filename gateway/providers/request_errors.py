"""Whether the network can have taken a call that failed."""

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

TIMEOUT_STATUSES = frozenset({408, 504, 524})
"""a proxy between us and the network gave up waiting: the network may have taken the call"""

REFUSED_TEXT_STATUSES = frozenset({400, 413, 414, 415, 422, 431})
"""the network cannot take this one text, for its words, its coding or its length: the next text may pass"""


def was_not_sent(error: requests.RequestException) -> bool:
    """Whether no connection was made, so that the network took nothing."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    unreached = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
    return unreached or isinstance(reason, NewConnectionError | ConnectTimeoutError)
