"""The webhooks and the three status pages. Apps are data: a list of routes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.settings import Settings
from gateway.web.kannel import KannelHooks
from gateway.web.service import Doors
from gateway.web.status import Status
from gateway.web.webhooks import Hook, Webhooks, nothing_here

__all__ = ["create_app"]


def create_app(settings: Settings) -> Starlette:
    """The web application. Needs MWAVULI_WEBHOOK_TOKEN: without one every webhook is a 404."""
    doors = Doors(settings)
    hooks, status = Webhooks(doors), Status(doors)
    at = "/at/{token}"
    app = Starlette(
        routes=[
            Route(f"{at}/ussd", Hook(hooks.ussd), methods=["POST"]),
            Route(f"{at}/ussd/ended", Hook(hooks.ended), methods=["POST"]),
            Route(f"{at}/sms", Hook(hooks.sms), methods=["POST"]),
            Route(f"{at}/delivery", Hook(hooks.delivery), methods=["POST"]),
            Route(f"{at}/opt-out", Hook(hooks.opt_out), methods=["POST"]),
            Route(f"{at}/voice", Hook(hooks.voice), methods=["POST"]),
            *(_kannel(doors) if settings.tuning.kannel else ()),
            Route("/health", status.health),
            Route("/ready", status.ready),
            Route("/metrics", status.metrics),
        ],
        exception_handlers={405: _gone, 404: _gone},
    )
    app.router.redirect_slashes = False  # a redirect would tell which paths there are
    return app


def _kannel(doors: Doors) -> list[Route]:
    hooks = KannelHooks(doors)
    return [
        Route("/kannel/{token}/sms", Hook(hooks.sms), methods=["GET"]),
        Route("/kannel/{token}/delivery", Hook(hooks.delivery), methods=["GET"]),
    ]


async def _gone(request: Request, error: Exception) -> Response:
    return nothing_here()
