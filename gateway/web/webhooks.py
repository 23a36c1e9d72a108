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

from gateway.errors import BadInput, Closed, Locked, MwavuliError
from gateway.logs import Threads, begin_turn, what
from gateway.numbers import Number
from gateway.turns.calls import REJECT
from gateway.web import counters
from gateway.web.form import read_form
from gateway.web.service import Doors

log = logging.getLogger("mwavuli.web")
T = TypeVar("T")
THREADS = 16


class Hook:
    """An endpoint that Starlette leaves alone: the wrapper it puts around a function costs a sixth of a turn."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]):
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin_turn()
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)


class Webhooks:
    """USSD turns run in the event loop; everything else is one plain function in one thread hop."""

    def __init__(self, doors: Doors):
        self._doors = doors
        self._pool = Threads(THREADS, thread_name_prefix="turn")
        self._tokens = [token.encode() for token in doors.settings.webhook_tokens]
        self._turns, self._most = 0, doors.settings.tuning.web.turns_at_once
        self._sorry = PlainTextResponse(doors.apology)

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
        self._turns += 1
        try:
            form = await read_form(request, ("sessionId", "phoneNumber"))
            if self._turns > self._most:  # behind so many an answer comes too late for the phone
                counters.TURNS.labels("busy").observe(time.perf_counter() - started)
                return self._sorry
            result, reply, bells = await self._turn(form)
        finally:
            self._turns -= 1
        counters.TURNS.labels(result).observe(time.perf_counter() - started)
        ring = BackgroundTask(self._hop, lambda: self._doors.open().bell.ring(bells)) if bells else None
        return PlainTextResponse(reply, background=ring)

    async def _turn(self, form: dict[str, str] | None) -> tuple[str, str, set[str]]:
        """Always something that begins with CON or END: anything else is a network error on the phone."""
        number = _number(form, "phoneNumber")
        if form is None or number is None:
            return "malformed", self._doors.apology, set()
        try:
            service = self._doors.service
            if service is None:
                service = await self._hop(self._doors.open)
            reply, bells = await service.wire.follow(
                service.ussd.steps(form["sessionId"], number, form.get("text", ""))
            )
        except Exception as error:  # noqa: BLE001  whatever is wrong with us, the caller reads an apology
            _tell("a USSD turn failed", error)
            return "closed" if isinstance(error, MwavuliError) else "failed", self._doors.apology, set()
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
        form = await read_form(request, ("from", "text"))
        result, bells = await self._hop(lambda: self._receive(form))
        counters.TEXTS.labels(result).inc()
        if result == "closed":
            return Response(status_code=503)
        ring = BackgroundTask(self._hop, lambda: self._doors.open().bell.ring(bells)) if bells else None
        return Response(background=ring)

    def _receive(self, form: dict[str, str] | None) -> tuple[str, set[str]]:
        number = _number(form, "from")
        if form is None or number is None:  # a sender's name: nobody to answer
            return "malformed" if form is None else "no number", set()
        try:
            return "taken", self._doors.open().sms.receive(_text_id(form), number, form["text"])
        except Exception as error:  # noqa: BLE001  the network will repeat it, and the next release may read it
            _tell("an inbound text was not kept", error)
        return "closed", set()

    async def delivery(self, request: Request) -> Response:
        if not self._known(request):
            return nothing_here()
        form = await read_form(request, ("id", "status", "phoneNumber"))
        result = await self._hop(lambda: self._settle(form))
        counters.REPORTS.labels(result).inc()
        return Response(status_code=503 if result == "closed" else 200)

    def _settle(self, form: dict[str, str] | None) -> str:
        number = _number(form, "phoneNumber")
        if form is None or number is None:
            return "malformed"
        try:
            reason = form.get("failureReason", "")
            return self._doors.open().reports.settle(form["id"], form["status"], number, reason)
        except Exception as error:  # noqa: BLE001  not kept, so not acknowledged
            _tell("a delivery report was not kept", error)
        return "closed"

    async def voice(self, request: Request) -> Response:
        """A call that rings: turned away, or told something dull. The final event of a call says nothing new."""
        if not self._known(request):
            return nothing_here()
        form = await read_form(request, ("sessionId", "callerNumber"))
        said, bells = await self._hop(lambda: self._rung(form))
        ring = BackgroundTask(self._hop, lambda: self._doors.open().bell.ring(bells)) if bells else None
        return Response(said, media_type="application/xml", background=ring)

    def _rung(self, form: dict[str, str] | None) -> tuple[str, set[str]]:
        number = _number(form, "callerNumber")
        if form is None or number is None or form.get("isActive") != "1":
            return REJECT, set()
        try:
            return self._doors.open().calls.rung(form["sessionId"], number, form.get("destinationNumber", ""))
        except Exception as error:  # noqa: BLE001  whatever is wrong with us, it must cost the caller nothing
            _tell("a call was not heard", error)
            return REJECT, set()

    async def opt_out(self, request: Request) -> Response:
        if not self._known(request):
            return nothing_here()
        form = await read_form(request, ("phoneNumber",))
        return Response(status_code=await self._hop(lambda: self._opt_out(form)))

    def _opt_out(self, form: dict[str, str] | None) -> int:
        number = _number(form, "phoneNumber")
        if number is None:
            return 200
        try:
            self._doors.open().opt_outs.opt_out(number)
        except Exception as error:  # noqa: BLE001  not kept, so not acknowledged
            _tell("an opt-out was not kept", error)
            return 503
        return 200


def nothing_here() -> Response:
    """The same as for any other path."""
    return PlainTextResponse("Not Found", status_code=404)


def _number(form: dict[str, str] | None, field: str) -> Number | None:
    """The number in a form, if there is one."""
    try:
        return Number.parse(form[field]) if form else None
    except BadInput:
        return None


def _text_id(form: dict[str, str]) -> str:
    """The network's id of a text; where it gave none, what makes this text this one."""
    return form.get("id") or "\0".join(form.get(name, "") for name in ("linkId", "date", "from", "text"))


def _tell(about: str, error: Exception) -> None:
    """Closed doors have said so once; every other failure is told."""
    if not isinstance(error, Locked | Closed):
        log.error("%s: %s", about, what(error))
