"""Alive, ready, metrics. The last two only for this machine, or with the webhook's secret."""

import asyncio
import hmac

from msgspec import to_builtins
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gateway.web.health import VERSION, HealthChecker
from gateway.web.metrics import MetricsCollector
from gateway.web.service_loader import ServiceLoader

LOOPBACK = ("127.0.0.1", "::1")


class StatusPages:
    def __init__(self, loader: ServiceLoader):
        self._loader = loader
        self._checker = HealthChecker(loader)
        self._metrics = MetricsCollector(self._checker)

    def _is_allowed(self, request: Request) -> bool:
        """A proxy on this machine forwards strangers too, so a forwarded request needs the secret."""
        near = bool(request.client and request.client.host in LOOPBACK) and "x-forwarded-for" not in request.headers
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        matches = [hmac.compare_digest(given, token.encode()) for token in self._loader.settings.webhook_tokens]
        return near or any(matches)

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(self, request: Request) -> Response:
        """For a monitor: 503 when somebody must see to something. A proxy that chooses a web asks `/health`."""
        if not self._is_allowed(request):
            return PlainTextResponse("Not Found", status_code=404)
        observed = await asyncio.to_thread(self._checker.check)
        wrong = observed.problems()
        return JSONResponse(
            {"ready": not wrong, "mend": wrong, "version": VERSION} | to_builtins(observed, str_keys=True),
            status_code=503 if wrong else 200,
        )

    async def metrics(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return PlainTextResponse("Not Found", status_code=404)
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(await asyncio.to_thread(encode, self._metrics), media_type=kind)
