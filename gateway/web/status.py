"""The pages `/health`, `/ready` and `/metrics`. The last two answer this machine, or a request with the token."""

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
        """Whether the request comes from this machine or has a token. A forwarded request needs the token."""
        is_local = bool(request.client and request.client.host in LOOPBACK) and "x-forwarded-for" not in request.headers
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        matches = [hmac.compare_digest(given, token.encode()) for token in self._loader.settings.webhook_tokens]
        return is_local or any(matches)

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(self, request: Request) -> Response:
        """Answer a monitor: 503 where there is a problem. A proxy that chooses a web process asks `/health`."""
        if not self._is_allowed(request):
            return PlainTextResponse("Not Found", status_code=404)
        snapshot = await asyncio.to_thread(self._checker.check)
        problems = snapshot.problems()
        return JSONResponse(
            {"ready": not problems, "problems": problems, "version": VERSION} | to_builtins(snapshot, str_keys=True),
            status_code=503 if problems else 200,
        )

    async def metrics(self, request: Request) -> Response:
        if not self._is_allowed(request):
            return PlainTextResponse("Not Found", status_code=404)
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(await asyncio.to_thread(encode, self._metrics), media_type=media_type)
