"""What the network calls. Each answers at once with the right thing for its kind, and shows no traceback."""

import asyncio
import hmac
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.errors import BadInput, MwavuliError, StoreAway
from gateway.numbers import Number
from gateway.web import counters
from gateway.web.form import read_form
from gateway.web.service import Doors

log = logging.getLogger("mwavuli.web")
T = TypeVar("T")
THREADS = 16


class Webhooks:
    """One plain function in one thread hop for each request."""

    def __init__(self, doors: Doors):
        self._doors = doors
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="turn")
        self._tokens = [token.encode() for token in doors.settings.webhook_tokens]

    async def _hop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _known(self, request: Request) -> bool:
        """Compared in constant time, with every valid token, so that timing tells nothing."""
        given = request.path_params["token"].encode()
        matches = [hmac.compare_digest(given, token) for token in self._tokens]
        if not any(matches):
            counters.FORGED.inc()
        return any(matches)

    async def ussd(self, request: Request) -> Response:
        if not self._known(request):
            return nothing_here()
        started = time.perf_counter()
        form = await read_form(request, ("sessionId", "phoneNumber"))
        result, reply, bells = await self._hop(lambda: self._turn(form))
        counters.TURNS.labels(result).observe(time.perf_counter() - started)
        ring = BackgroundTask(self._hop, lambda: self._doors.open().bell.ring(bells)) if bells else None
        return PlainTextResponse(reply, background=ring)

    def _turn(self, form: dict[str, str] | None) -> tuple[str, str, set[str]]:
        """Always something that begins with CON or END: anything else is a network error on the phone."""
        if form is None:
            return "malformed", self._doors.apology, set()
        try:
            number = Number.parse(form["phoneNumber"])
            reply, bells = self._doors.open().ussd.turn(form["sessionId"], number, form.get("text", ""))
        except BadInput:
            return "malformed", self._doors.apology, set()
        except MwavuliError as error:
            log.error("a USSD turn failed: %s", type(error).__name__)
            return "closed", self._doors.apology, set()
        except Exception as error:  # noqa: BLE001  whatever is wrong with us, the caller reads an apology
            log.error("a USSD turn failed: %s", _place(error))
            return "failed", self._doors.apology, set()
        return "answered", reply, bells

    async def ended(self, request: Request) -> Response:
        """It repeats what the caller typed and read: read to its end, and nothing of it kept."""
        if not self._known(request):
            return nothing_here()
        await read_form(request, ())
        return Response()

    async def sms(self, request: Request) -> Response:
        """Acknowledged only once it is kept; until then the network repeats it."""
        if not self._known(request):
            return nothing_here()
        form = await read_form(request, ("from", "id", "text"))
        result, bells = await self._hop(lambda: self._receive(form))
        counters.TEXTS.labels(result).inc()
        if result == "closed":
            return Response(status_code=503)
        ring = BackgroundTask(self._hop, lambda: self._doors.open().bell.ring(bells)) if bells else None
        return Response(background=ring)

    def _receive(self, form: dict[str, str] | None) -> tuple[str, set[str]]:
        if form is None:
            return "malformed", set()
        try:
            number = Number.parse(form["from"])
        except BadInput:  # a sender's name: nobody to answer
            return "no number", set()
        try:
            return "taken", self._doors.open().sms.receive(form["id"], number, form["text"])
        except MwavuliError as error:
            log.error("an inbound text was not kept: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001  the network will repeat it, and the next release may read it
            log.error("an inbound text was not kept: %s", _place(error))
        return "closed", set()

    async def delivery(self, request: Request) -> Response:
        if not self._known(request):
            return nothing_here()
        form = await read_form(request, ("id", "status", "phoneNumber"))
        result = await self._hop(lambda: self._settle(form))
        counters.REPORTS.labels(result).inc()
        return Response(status_code=503 if result == "closed" else 200)

    def _settle(self, form: dict[str, str] | None) -> str:
        if form is None:
            return "malformed"
        try:
            number = Number.parse(form["phoneNumber"])
            return self._doors.open().reports.settle(form["id"], form["status"], number)
        except BadInput:
            return "malformed"
        except MwavuliError:
            return "closed"

    async def opt_out(self, request: Request) -> Response:
        if not self._known(request):
            return nothing_here()
        form = await read_form(request, ("phoneNumber",))
        return Response(status_code=await self._hop(lambda: self._opt_out(form)))

    def _opt_out(self, form: dict[str, str] | None) -> int:
        if form is None:
            return 200
        try:
            self._doors.open().opt_outs.opt_out(Number.parse(form["phoneNumber"]))
        except StoreAway:
            return 503
        except BadInput:
            return 200
        except MwavuliError:
            return 503
        return 200


def nothing_here() -> Response:
    """The same as for any other path."""
    return PlainTextResponse("Not Found", status_code=404)


def _place(error: Exception) -> str:
    """Where an error arose, without its text: that may hold what somebody typed."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"
