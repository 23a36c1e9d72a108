"""Alive, ready, metrics. The last two only for this machine, or with the webhook's secret."""

import asyncio
import hmac

from prometheus_client import generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gateway.errors import MwavuliError
from gateway.web.counters import counted
from gateway.web.service import Doors

LOOPBACK = ("127.0.0.1", "::1")


class Status:
    def __init__(self, doors: Doors):
        self._doors = doors

    def _allowed(self, request: Request) -> bool:
        """A proxy on this machine forwards strangers too, so a forwarded request needs the secret."""
        near = bool(request.client and request.client.host in LOOPBACK) and "x-forwarded-for" not in request.headers
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        matches = [hmac.compare_digest(given, token.encode()) for token in self._doors.settings.webhook_tokens]
        return near or any(matches)

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(self, request: Request) -> Response:
        if not self._allowed(request):
            return PlainTextResponse("Not Found", status_code=404)
        state = await asyncio.to_thread(self._state)
        return JSONResponse(state, status_code=200 if state["ready"] else 503)

    def _state(self) -> dict[str, object]:
        try:
            store = self._doors.open().deployment.store
            lanes = {lane: store.due.backlog(lane) for lane in ("alerts", "messages", "bulk")}
        except MwavuliError as error:
            return {"ready": False, "why": type(error).__name__}
        return {"ready": True, "backlog": lanes, "alarms": len(store.world().alarms)}

    async def metrics(self, request: Request) -> Response:
        if not self._allowed(request):
            return PlainTextResponse("Not Found", status_code=404)
        return Response(generate_latest(counted()), media_type="text/plain; version=0.0.4")
