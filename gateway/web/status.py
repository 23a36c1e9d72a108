"""The status pages `/ready` and `/metrics`, on a port of their own, for a monitor that has their token."""

import asyncio
import hmac

from msgspec import to_builtins
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.web.health import VERSION, HealthChecker
from gateway.web.metrics import MetricsCollector
from gateway.web.responses import not_found
from gateway.web.service_loader import ServiceLoader

SCHEME = "Bearer "


class StatusPages:
    """Answers a request with the token, wherever it comes from; any other is a 404, also from this machine."""

    def __init__(self, loader: ServiceLoader):
        self._token = loader.settings.status_token.encode()
        self._checker = HealthChecker(loader)
        self._metrics = MetricsCollector(self._checker)

    def _has_token(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        is_equal = hmac.compare_digest(given.removeprefix(SCHEME).encode(), self._token)
        return is_equal and given.startswith(SCHEME) and bool(self._token)

    async def ready(self, request: Request) -> Response:
        """Answer with 503 where there is a problem. A proxy that chooses a web process asks `/health`."""
        if not self._has_token(request):
            return not_found()
        snapshot = await asyncio.to_thread(self._checker.check)
        problems = snapshot.problems()
        return JSONResponse(
            {"ready": not problems, "problems": problems, "version": VERSION} | to_builtins(snapshot, str_keys=True),
            status_code=503 if problems else 200,
        )

    async def metrics(self, request: Request) -> Response:
        if not self._has_token(request):
            return not_found()
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(await asyncio.to_thread(encode, self._metrics), media_type=media_type)
