"""The simulator as an ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.simulator import api, messaging
from gateway.simulator.config import Config
from gateway.simulator.faults import Faults
from gateway.simulator.network import Network

PAGE_FOLDER = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Another site whose name resolves to 127.0.0.1 must not reach the phones.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "::1", "[::1]"]


async def page(request: Request) -> Response:
    return FileResponse(PAGE_FOLDER / "index.html", headers=HEADERS)


def create_app(config: Config, faults: Faults | None = None) -> Starlette:
    """Return one network, not yet running: its workers start and end with the application."""
    network = Network(config, faults or Faults())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with network.running():
            yield

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/version1/messaging", messaging.send, methods=["POST"]),
            Route("/version1/user", messaging.user, methods=["GET"]),
            Mount("/api", routes=api.ROUTES),
            Mount("/page", StaticFiles(directory=PAGE_FOLDER)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=ALLOWED_HOSTS, www_redirect=False)],
        exception_handlers=api.ERROR_HANDLERS,
        lifespan=lifespan,
    )
    app.state.network = network
    return app
