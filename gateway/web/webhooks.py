"""The webhooks: each answers at once with what its kind needs, and shows no traceback.

The adapter decides the paths, reads a request and writes a reply. This module handles HTTP alone.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from secrets import token_bytes
from typing import TypeVar

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.logs import ContextThreadPool, begin_request
from gateway.model.counted_event import CountedEvent
from gateway.providers.events import CallAnswer, DeliveryReport, InboundEvent, InboundText, MissedCall, OptOut
from gateway.providers.inbound import CutOffRequest, Hook, HookKind, InboundNetwork, NoPhoneNumber, UnreadableRequest
from gateway.store.event_counts import count_event
from gateway.web import counters
from gateway.web.addresses import AddressLock
from gateway.web.request import read_event
from gateway.web.responses import log_failure, not_found, to_response
from gateway.web.service_loader import ServiceLoader
from gateway.web.ussd import UssdWebhook

T = TypeVar("T")
MAX_THREADS = 16
Handler = Callable[[Request], Awaitable[Response]]


class RawEndpoint:
    """An endpoint that Starlette does not wrap: its wrapper around a function costs a sixth of a turn."""

    def __init__(self, handle: Handler):
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin_request()
        response = await self._handle(Request(scope, receive))
        await response(scope, receive, send)


class Webhooks:
    """USSD turns run in the event loop; each other webhook is one plain function in one thread."""

    def __init__(self, loader: ServiceLoader):
        self._loader = loader
        self._pool = ContextThreadPool(MAX_THREADS, thread_name_prefix="turn")
        self._tokens = [token.encode() for token in loader.settings.webhook_tokens]
        self._ussd = UssdWebhook(loader, self._run_in_thread)

    def endpoint(self, network: InboundNetwork, hook: Hook) -> RawEndpoint:
        """Return the endpoint of one path of a network."""
        handlers: dict[HookKind, Callable[[Request], Awaitable[Response]]] = {
            HookKind.USSD: lambda request: self._ussd.handle(request, network, hook),
            HookKind.USSD_END: lambda request: self._receive_session_end(request, hook),
            HookKind.TEXT: lambda request: self._receive_text(request, hook),
            HookKind.REPORT: lambda request: self._receive_report(request, hook),
            HookKind.OPT_OUT: lambda request: self._receive_opt_out(request, hook),
            HookKind.CALL: lambda request: self._receive_call(request, network, hook),
        }
        return RawEndpoint(
            self._guard(handlers[hook.kind], AddressLock(self._loader.settings.tuning.web, network.path))
        )

    def _guard(self, handle: Handler, lock: AddressLock) -> Handler:
        """Answer a request without the token, or from another address than the network's, as an unknown path."""

        async def checked(request: Request) -> Response:
            if not self._has_valid_token(request):
                return not_found()
            if not lock.is_open_to(request):
                counters.REFUSED_ADDRESSES.inc()
                return not_found()
            return await handle(request)

        return checked

    def _has_valid_token(self, request: Request) -> bool:
        """Compare in constant time with every valid token, so that the time taken reveals nothing."""
        given = request.path_params["token"].encode()
        matches = [hmac.compare_digest(given, token) for token in self._tokens]
        if not any(matches):
            counters.WRONG_TOKENS.inc()
        return any(matches)

    async def _run_in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _notify_later(self, lanes: set[str]) -> BackgroundTask | None:
        """Notify the workers of these lanes once the reply is out."""
        if not lanes:
            return None
        return BackgroundTask(self._run_in_thread, lambda: self._loader.load().notifier.notify(lanes))

    async def _receive_session_end(self, request: Request, hook: Hook) -> Response:
        """Read the request to its end; it changes nothing, for a caller who dials again may resume the session."""
        with suppress(UnreadableRequest):
            await read_event(request, hook)
        return Response()

    async def _receive_text(self, request: Request, hook: Hook) -> Response:
        """Acknowledge a text only once it is stored: until then the network repeats it."""
        try:
            event = await read_event(request, hook)
        except NoPhoneNumber:
            counters.INBOUND_TEXTS.labels("no number").inc()
            return Response()
        except UnreadableRequest as error:
            counters.INBOUND_TEXTS.labels("malformed").inc()
            return await self._refuse_unreadable(error)
        result, lanes = await self._run_in_thread(lambda: self._store_text(event))
        counters.INBOUND_TEXTS.labels(result).inc()
        return Response(status_code=503) if result == "closed" else Response(background=self._notify_later(lanes))

    async def _refuse_unreadable(self, error: UnreadableRequest) -> Response:
        """Refuse what may be a STOP or a call for help that cannot be read, so that the network does not call it
        delivered, and count it for an alarm."""
        if not isinstance(error, CutOffRequest):
            await self._run_in_thread(self._count_unreadable)
        return Response(status_code=400)

    def _count_unreadable(self) -> None:
        try:
            store, event = self._loader.load().deployment.store, CountedEvent.UNREADABLE_TEXT
            store.transact(lambda _world, done, now: count_event(done, store.vault, event, token_bytes(16), now))
        except Exception as error:  # noqa: BLE001  it is refused all the same
            log_failure("an unreadable text was not counted", error)

    def _store_text(self, event: InboundEvent | None) -> tuple[str, set[str]]:
        if not isinstance(event, InboundText):
            return "malformed", set()
        try:
            return "taken", self._loader.load().sms.handle_text(event.text_id, event.number, event.text)
        except Exception as error:  # noqa: BLE001  the network repeats it, and a corrected release may read it
            log_failure("an inbound text was not stored", error)
        return "closed", set()

    async def _receive_report(self, request: Request, hook: Hook) -> Response:
        try:
            event = await read_event(request, hook)
        except UnreadableRequest:
            event = None
        result = await self._run_in_thread(lambda: self._record_report(event))
        counters.DELIVERY_REPORTS.labels(result).inc()
        return Response(status_code={"closed": 503, "malformed": 400}.get(result, 200))

    def _record_report(self, event: InboundEvent | None) -> str:
        if not isinstance(event, DeliveryReport):
            return "malformed"
        try:
            return self._loader.load().delivery_reports.record_report(event)
        except Exception as error:  # noqa: BLE001  not stored, so not acknowledged
            log_failure("a delivery report was not stored", error)
        return "closed"

    async def _receive_call(self, request: Request, network: InboundNetwork, hook: Hook) -> Response:
        """Reject a call, or let the network say the neutral message."""
        try:
            event = await read_event(request, hook)
        except UnreadableRequest:
            event = None
        answer, lanes = await self._run_in_thread(lambda: self._handle_call(event))
        return to_response(network.format_call(answer), self._notify_later(lanes))

    def _handle_call(self, event: InboundEvent | None) -> tuple[CallAnswer, set[str]]:
        if not isinstance(event, MissedCall):
            return CallAnswer.REJECT, set()
        try:
            return self._loader.load().missed_calls.handle_missed_call(event)
        except Exception as error:  # noqa: BLE001  whatever fails here, the call must cost its caller nothing
            log_failure("a missed call was not handled", error)
            return CallAnswer.REJECT, set()

    async def _receive_opt_out(self, request: Request, hook: Hook) -> Response:
        try:
            event = await read_event(request, hook)
        except UnreadableRequest as error:
            return await self._refuse_unreadable(error)
        return Response(status_code=await self._run_in_thread(lambda: self._record_opt_out(event)))

    def _record_opt_out(self, event: InboundEvent | None) -> int:
        if not isinstance(event, OptOut):
            return 200
        try:
            self._loader.load().opt_outs.unsubscribe(event.number)
        except Exception as error:  # noqa: BLE001  not stored, so not acknowledged
            log_failure("an opt-out was not stored", error)
            return 503
        return 200
