"""The webhooks and the three status pages. Each app is a list of routes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.providers.registry import build_inbound_networks
from gateway.settings import Settings
from gateway.web.responses import not_found
from gateway.web.service_loader import ServiceLoader
from gateway.web.status import StatusPages
from gateway.web.webhooks import Webhooks

__all__ = ["create_app"]


def create_app(settings: Settings) -> Starlette:
    """Return the web application. Without MWAVULI_WEBHOOK_TOKEN every webhook is a 404. Raises BadInput."""
    loader = ServiceLoader(settings)
    webhooks, status = Webhooks(loader), StatusPages(loader)
    app = Starlette(
        routes=[
            *(
                Route(f"/{network.path}/{{token}}/{hook.path}", webhooks.endpoint(network, hook), methods=[hook.method])
                for network in build_inbound_networks(settings)
                for hook in network.hooks
            ),
            Route("/health", status.health),
            Route("/ready", status.ready),
            Route("/metrics", status.metrics),
        ],
        exception_handlers={405: _respond_not_found, 404: _respond_not_found},
    )
    app.router.redirect_slashes = False  # a redirect would reveal which paths there are
    return app


async def _respond_not_found(request: Request, error: Exception) -> Response:
    return not_found()
