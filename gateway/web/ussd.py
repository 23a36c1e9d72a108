"""The USSD webhook: whatever fails, the phone gets a screen in the form that its network reads."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import MwavuliError
from gateway.providers.events import InboundEvent, UssdGone, UssdReply, UssdTurn
from gateway.providers.inbound import Hook, InboundNetwork, UnreadableRequest
from gateway.web import counters
from gateway.web.request import read_event
from gateway.web.responses import log_failure, to_response
from gateway.web.service_loader import ServiceLoader

RunInThread = Callable[[Callable[[], Any]], Awaitable[Any]]


class UssdWebhook:
    """Takes turns in the event loop, at most `[web] max_turns` at once."""

    def __init__(self, loader: ServiceLoader, run_in_thread: RunInThread):
        self._loader = loader
        self._run_in_thread = run_in_thread
        self._running_turns, self._max_turns = 0, loader.settings.tuning.web.max_turns

    def _apology(self) -> UssdReply:
        return UssdReply(self._loader.apology, is_final=True)

    async def handle(self, request: Request, network: InboundNetwork, hook: Hook) -> Response:
        """Answer a turn with a screen, and the end of a session with an empty 200."""
        started = time.perf_counter()
        self._running_turns += 1
        try:
            event = await self._read(request, hook)
            if isinstance(event, UssdGone):
                return Response()
            result, reply, lanes = await self._answer(event)
        finally:
            self._running_turns -= 1
        counters.USSD_TURN_SECONDS.labels(result).observe(time.perf_counter() - started)
        turn = event if isinstance(event, UssdTurn) else None
        notify = partial(self._notify, lanes)
        return to_response(
            network.format_ussd(reply, turn), BackgroundTask(self._run_in_thread, notify) if lanes else None
        )

    def _notify(self, lanes: set[str]) -> None:
        self._loader.load().notifier.notify(lanes)

    async def _read(self, request: Request, hook: Hook) -> InboundEvent | None:
        try:
            return await read_event(request, hook)
        except UnreadableRequest:
            return None

    async def _answer(self, event: InboundEvent | None) -> tuple[str, UssdReply, set[str]]:
        """Return the label of the counter, the screen, and the lanes to notify."""
        if self._running_turns > self._max_turns:  # behind this many turns the answer comes too late for the phone
            return "busy", self._apology(), set()
        if not isinstance(event, UssdTurn):
            return "malformed", self._apology(), set()
        try:
            service = self._loader.service
            if service is None:
                service = await self._run_in_thread(self._loader.load)
            reply, lanes = await service.command_runner.run_commands(service.ussd.turn_commands(event))
        except Exception as error:  # noqa: BLE001  whatever fails here, the caller reads an apology
            log_failure("a USSD turn failed", error)
            return (
                "closed" if isinstance(error, MwavuliError) else "failed",
                self._apology(),
                set(),
            )
        return "answered", reply, lanes
