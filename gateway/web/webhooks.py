"""What the network calls. Each answers at once with the right thing for its kind, and shows no traceback."""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.errors import BadInput, KeyLocked, MwavuliError, StoreClosed
from gateway.logs import ContextThreadPool, begin_request, describe_error
from gateway.numbers import Number
from gateway.turns.missed_calls import REJECT_XML
from gateway.web import counters
from gateway.web.form import read_form
from gateway.web.service_loader import ServiceLoader

log = logging.getLogger("mwavuli.web")
T = TypeVar("T")
MAX_THREADS = 16


class RawEndpoint:
    """An endpoint that Starlette leaves alone: the wrapper it puts around a function costs a sixth of a turn."""

    def __init__(self, handle: Callable[[Request], Awaitable[Response]]):
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin_request()
        response = await self._handle(Request(scope, receive))
        await response(scope, receive, send)


class Webhooks:
    """USSD turns run in the event loop; everything else is one plain function in one thread hop."""

    def __init__(self, loader: ServiceLoader):
        self._loader = loader
        self._pool = ContextThreadPool(MAX_THREADS, thread_name_prefix="turn")
        self._tokens = [token.encode() for token in loader.settings.webhook_tokens]
        self._running_turns, self._max_turns = 0, loader.settings.tuning.web.max_turns
        self._apology = PlainTextResponse(loader.apology)

    async def _run_in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _has_valid_token(self, request: Request) -> bool:
        """Compared in constant time, with every valid token, so that timing tells nothing."""
        given = request.path_params["token"].encode()
        matches = [hmac.compare_digest(given, token) for token in self._tokens]
        if not any(matches):
            counters.WRONG_TOKENS.inc()
        return any(matches)

    async def ussd(self, request: Request) -> Response:
        if not self._has_valid_token(request):
            return not_found()
        started = time.perf_counter()
        self._running_turns += 1
        try:
            form = await read_form(request, ("sessionId", "phoneNumber"))
            if self._running_turns > self._max_turns:  # behind so many an answer comes too late for the phone
                counters.USSD_TURN_SECONDS.labels("busy").observe(time.perf_counter() - started)
                return self._apology
            result, reply, bells = await self._handle_ussd_turn(form)
        finally:
            self._running_turns -= 1
        counters.USSD_TURN_SECONDS.labels(result).observe(time.perf_counter() - started)
        ring = (
            BackgroundTask(self._run_in_thread, lambda: self._loader.load().notifier.notify(bells)) if bells else None
        )
        return PlainTextResponse(reply, background=ring)

    async def _handle_ussd_turn(self, form: dict[str, str] | None) -> tuple[str, str, set[str]]:
        """Always something that begins with CON or END: anything else is a network error on the phone."""
        number = _parse_number(form, "phoneNumber")
        if form is None or number is None:
            return "malformed", self._loader.apology, set()
        try:
            service = self._loader.service
            if service is None:
                service = await self._run_in_thread(self._loader.load)
            reply, bells = await service.command_runner.run_commands(
                service.ussd.turn_commands(form["sessionId"], number, form.get("text", ""))
            )
        except Exception as error:  # noqa: BLE001  whatever is wrong with us, the caller reads an apology
            _log_failure("a USSD turn failed", error)
            return "closed" if isinstance(error, MwavuliError) else "failed", self._loader.apology, set()
        return "answered", reply, bells

    async def ussd_ended(self, request: Request) -> Response:
        """It repeats what the caller typed and read: read to its end, and nothing of it kept."""
        if not self._has_valid_token(request):
            return not_found()
        await read_form(request, ())
        return Response()

    async def sms(self, request: Request) -> Response:
        """Acknowledged only once it is kept; until then the network repeats it."""
        if not self._has_valid_token(request):
            return not_found()
        form = await read_form(request, ("from", "text"))
        result, bells = await self._run_in_thread(lambda: self._receive_text(form))
        counters.INBOUND_TEXTS.labels(result).inc()
        if result == "closed":
            return Response(status_code=503)
        ring = (
            BackgroundTask(self._run_in_thread, lambda: self._loader.load().notifier.notify(bells)) if bells else None
        )
        return Response(background=ring)

    def _receive_text(self, form: dict[str, str] | None) -> tuple[str, set[str]]:
        number = _parse_number(form, "from")
        if form is None or number is None:  # a sender's name: nobody to answer
            return "malformed" if form is None else "no number", set()
        try:
            return "taken", self._loader.load().sms.handle_text(_text_id(form), number, form["text"])
        except Exception as error:  # noqa: BLE001  the network will repeat it, and the next release may read it
            _log_failure("an inbound text was not kept", error)
        return "closed", set()

    async def delivery_report(self, request: Request) -> Response:
        if not self._has_valid_token(request):
            return not_found()
        form = await read_form(request, ("id", "status", "phoneNumber"))
        result = await self._run_in_thread(lambda: self._record_delivery_report(form))
        counters.DELIVERY_REPORTS.labels(result).inc()
        return Response(status_code=503 if result == "closed" else 200)

    def _record_delivery_report(self, form: dict[str, str] | None) -> str:
        number = _parse_number(form, "phoneNumber")
        if form is None or number is None:
            return "malformed"
        try:
            reason = form.get("failureReason", "")
            return self._loader.load().delivery_reports.record_report(form["id"], form["status"], number, reason)
        except Exception as error:  # noqa: BLE001  not kept, so not acknowledged
            _log_failure("a delivery report was not kept", error)
        return "closed"

    async def voice(self, request: Request) -> Response:
        """A call that rings: turned away, or told something dull. The final event of a call says nothing new."""
        if not self._has_valid_token(request):
            return not_found()
        form = await read_form(request, ("sessionId", "callerNumber"))
        said, bells = await self._run_in_thread(lambda: self._handle_missed_call(form))
        ring = (
            BackgroundTask(self._run_in_thread, lambda: self._loader.load().notifier.notify(bells)) if bells else None
        )
        return Response(said, media_type="application/xml", background=ring)

    def _handle_missed_call(self, form: dict[str, str] | None) -> tuple[str, set[str]]:
        number = _parse_number(form, "callerNumber")
        if form is None or number is None or form.get("isActive") != "1":
            return REJECT_XML, set()
        try:
            return self._loader.load().missed_calls.handle_missed_call(
                form["sessionId"], number, form.get("destinationNumber", "")
            )
        except Exception as error:  # noqa: BLE001  whatever is wrong with us, it must cost the caller nothing
            _log_failure("a call was not heard", error)
            return REJECT_XML, set()

    async def opt_out(self, request: Request) -> Response:
        if not self._has_valid_token(request):
            return not_found()
        form = await read_form(request, ("phoneNumber",))
        return Response(status_code=await self._run_in_thread(lambda: self._record_opt_out(form)))

    def _record_opt_out(self, form: dict[str, str] | None) -> int:
        number = _parse_number(form, "phoneNumber")
        if number is None:
            return 200
        try:
            self._loader.load().opt_outs.unsubscribe(number)
        except Exception as error:  # noqa: BLE001  not kept, so not acknowledged
            _log_failure("an opt-out was not kept", error)
            return 503
        return 200


def not_found() -> Response:
    """The same as for any other path."""
    return PlainTextResponse("Not Found", status_code=404)


def _parse_number(form: dict[str, str] | None, field: str) -> Number | None:
    """The number in a form, if there is one."""
    try:
        return Number.parse(form[field]) if form else None
    except BadInput:
        return None


def _text_id(form: dict[str, str]) -> str:
    """The network's id of a text; where it gave none, what makes this text this one."""
    return form.get("id") or "\0".join(form.get(name, "") for name in ("linkId", "date", "from", "text"))


def _log_failure(event: str, error: Exception) -> None:
    """Closed doors have said so once; every other failure is told."""
    if not isinstance(error, KeyLocked | StoreClosed):
        log.error("%s: %s", event, describe_error(error))
