"""The application: the webhooks and `/health` on the public port, the status pages on a port of their own."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from gateway.providers.registry import build_inbound_networks
from gateway.settings import Settings
from gateway.web.addresses import check_addresses
from gateway.web.responses import not_found
from gateway.web.service_loader import ServiceLoader
from gateway.web.status import StatusPages
from gateway.web.webhooks import Webhooks

__all__ = ["create_app"]


def create_app(settings: Settings, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
    """Return the web application. Without MWAVULI_WEBHOOK_TOKEN every webhook is a 404. Raises BadInput."""
    loader = ServiceLoader(settings)
    public = _create_routes(_public_routes(loader), lifespan)
    pages, has_status = StatusPages(loader), bool(settings.status_token)
    status = _create_routes([Route("/ready", pages.ready), Route("/metrics", pages.metrics)])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Choose by the port on which the kernel accepted the connection. No header has a say in it."""
        server = scope.get("server") if has_status else None
        is_status = server is not None and server[1] == settings.status_port
        await (status if is_status else public)(scope, receive, send)

    return app


def _public_routes(loader: ServiceLoader) -> list[BaseRoute]:
    webhooks, networks = Webhooks(loader), build_inbound_networks(loader.settings)
    check_addresses(loader.settings.tuning.web.addresses, [network.path for network in networks])
    return [
        *(
            Route(f"/{network.path}/{{token}}/{hook.path}", webhooks.endpoint(network, hook), methods=[hook.method])
            for network in networks
            for hook in network.hooks
        ),
        Route("/health", _health),
    ]


def _create_routes(routes: list[BaseRoute], lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    handlers = {405: _respond_not_found, 404: _respond_not_found}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False  # a redirect would reveal which paths there are
    return app


async def _health(request: Request) -> Response:
    return PlainTextResponse("alive")


async def _respond_not_found(request: Request, error: Exception) -> Response:
    return not_found()
