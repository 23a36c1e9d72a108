"""The webhooks and the three status pages. Apps are data: a list of routes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.settings import Settings
from gateway.web.kannel import KannelWebhooks
from gateway.web.service_loader import ServiceLoader
from gateway.web.status import StatusPages
from gateway.web.webhooks import RawEndpoint, Webhooks, not_found

__all__ = ["create_app"]


def create_app(settings: Settings) -> Starlette:
    """The web application. Needs MWAVULI_WEBHOOK_TOKEN: without one every webhook is a 404."""
    doors = ServiceLoader(settings)
    hooks, status = Webhooks(doors), StatusPages(doors)
    at = "/at/{token}"
    app = Starlette(
        routes=[
            Route(f"{at}/ussd", RawEndpoint(hooks.ussd), methods=["POST"]),
            Route(f"{at}/ussd/ended", RawEndpoint(hooks.ussd_ended), methods=["POST"]),
            Route(f"{at}/sms", RawEndpoint(hooks.sms), methods=["POST"]),
            Route(f"{at}/delivery", RawEndpoint(hooks.delivery_report), methods=["POST"]),
            Route(f"{at}/opt-out", RawEndpoint(hooks.opt_out), methods=["POST"]),
            Route(f"{at}/voice", RawEndpoint(hooks.voice), methods=["POST"]),
            *(_kannel_routes(doors) if settings.tuning.kannel else ()),
            Route("/health", status.health),
            Route("/ready", status.ready),
            Route("/metrics", status.metrics),
        ],
        exception_handlers={405: _respond_not_found, 404: _respond_not_found},
    )
    app.router.redirect_slashes = False  # a redirect would tell which paths there are
    return app


def _kannel_routes(loader: ServiceLoader) -> list[Route]:
    hooks = KannelWebhooks(loader)
    return [
        Route("/kannel/{token}/sms", RawEndpoint(hooks.sms), methods=["GET"]),
        Route("/kannel/{token}/delivery", RawEndpoint(hooks.delivery_report), methods=["GET"]),
    ]


async def _respond_not_found(request: Request, error: Exception) -> Response:
    return not_found()
