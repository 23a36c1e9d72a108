"""The HTTP server: its configuration, its event loop, and the ports on which it listens."""

import asyncio
import os
import socket
from typing import Any

import uvicorn

from gateway.errors import BadInput
from gateway.os_errors import describe_os_error
from gateway.settings import Settings
from gateway.web.connections import ConnectionLimiter
from gateway.web.protocol import LimitedProtocol

BACKLOG = 2048
"""connections that the kernel keeps until they are accepted"""
MAX_ACCEPTS_PER_ROUND = 16
"""connections that are accepted before the limits are applied to them; asyncio accepts a whole backlog otherwise"""


class WebLoop(asyncio.SelectorEventLoop):
    """asyncio's own event loop, which accepts few connections in one round.

    uvloop accepts one a round (libuv since 1.45): with hundreds of open turns, new callers hung.
    """

    async def create_server(self, *args: Any, backlog: int = BACKLOG, **options: Any) -> asyncio.Server:
        server = await super().create_server(*args, backlog=MAX_ACCEPTS_PER_ROUND, **options)
        for listening in server.sockets:
            with socket.socket(fileno=os.dup(listening.fileno())) as same:
                same.listen(backlog)
        return server


class ServerConfig(uvicorn.Config):
    """What uvicorn needs to serve `app` within the limits of the settings."""

    limiter: ConnectionLimiter

    def __init__(self, app: Any, settings: Settings, processes: int = 1):
        super().__init__(
            app, http=LimitedProtocol, ws="none", interface="asgi3", loop="gateway.web.server:WebLoop",
            access_log=False, log_config=None, server_header=False, date_header=False, proxy_headers=False,
            workers=processes, backlog=BACKLOG, timeout_graceful_shutdown=settings.tuning.web.shutdown_timeout,
        )  # fmt: skip
        self._limits = settings.tuning.web

    def load(self) -> None:
        """Prepare for serving; called by uvicorn in the event loop of each process."""
        self.limiter = ConnectionLimiter(self._limits.max_connections, self._limits.request_timeout)
        super().load()


def listen(settings: Settings) -> list[socket.socket]:
    """Bind the public port. Raises BadInput where that is impossible."""
    try:
        return _bind(settings.host, settings.port)
    except OSError as error:
        where = f"HOST, PORT: cannot listen on {settings.host}:{settings.port}"
        raise BadInput(f"{where}: {describe_os_error(error)}") from None


def listen_for_monitors(settings: Settings) -> list[socket.socket]:
    """Bind the port of the status pages; none without their token. Raises OSError."""
    return _bind(settings.status_host, settings.status_port) if settings.status_token else []


def _bind(host: str, port: int) -> list[socket.socket]:
    """Bind each address of a host. `::` stands for IPv4 as well."""
    flags = socket.AI_PASSIVE
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    addresses = dict.fromkeys((family, address) for family, _type, _protocol, _name, address in found)
    return [_bind_address(family, address, host == "::") for family, address in addresses]


def _bind_address(family: int, address: Any, is_dual: bool) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it; without it packets wait 40 ms
    if family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not is_dual)
    bound.bind(address)
    return bound
