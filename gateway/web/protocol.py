"""uvicorn's HTTP protocol with limits on connections, on the size of a request, and without a log line a request."""

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.web import counters
from gateway.web.connections import ConnectionLimiter

MAX_HEAD_BYTES = 32 * 1024
"""bytes of request line and headers, give or take one read of the socket; networks send less than 2 KB"""
MAX_EXCHANGE_BYTES = 2 * 1024 * 1024
"""bytes that a client may send until it has its answer; of a body only the first 16 KB are ever kept"""
MAX_PIPELINED = 8
"""requests on one connection that were sent before the answer to the first"""
SHUTDOWN_GRACE_S = 1.0
"""seconds that the rest of a half-sent request may take once the process ends"""


class TooManyRequests(Exception):
    """A connection has too many requests without answers."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection. `config` is a `ServerConfig`, whose limiter all connections of the process share."""

    def __init__(self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None):
        super().__init__(config, server_state, app_state, _loop)
        self._limiter: ConnectionLimiter = config.limiter
        self._received_bytes, self._is_in_head, self._is_ending = 0, True, False

    @property
    def waits_for_client(self) -> bool:
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def abort(self) -> None:
        self.transport.abort()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if not self._limiter.add(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._limiter.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._received_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # answered as if it had not been asked for
        except httptools.HttpParserError:
            self._refuse("Invalid HTTP request received.")
            return
        if self._received_bytes > (MAX_HEAD_BYTES if self._is_in_head else MAX_EXCHANGE_BYTES):
            self._refuse("Request too large.")

    def _refuse(self, reason: str) -> None:
        counters.MALFORMED_REQUESTS.inc()
        self.send_400_response(reason)

    def on_message_begin(self) -> None:
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        if len(self.pipeline) >= MAX_PIPELINED:
            raise TooManyRequests
        super().on_headers_complete()
        if self._is_ending:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        self._received_bytes = 0
        if not self.transport.is_closing():
            self._limiter.restart(self)
        super().on_response_complete()

    def shutdown(self) -> None:
        """Close once the answer is out; a first request that is still on its way has a moment to arrive."""
        self._is_ending = True
        if self.cycle is not None:
            super().shutdown()
        if self.waits_for_client:
            self.loop.call_later(SHUTDOWN_GRACE_S, self.transport.abort)
