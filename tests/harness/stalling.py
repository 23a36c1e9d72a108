"""A web application with routes that hold up its event loop, and a clock whose sweep stands still."""

import os
import re
import sys
import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway import logs, settings
from gateway.cli.processes import serve
from gateway.watchdog import Watchdog
from gateway.web.heartbeat import watch_event_loop

LIMIT_S = 2.0


async def spin(request: Request) -> Response:
    while True:
        pass


async def backtrack(request: Request) -> Response:
    """Keep the interpreter's lock for ever: no other thread of this process runs any more."""
    return PlainTextResponse(str(re.match("(a|a)+$", "a" * 64 + "b")))


async def block(request: Request) -> Response:
    time.sleep(3600)
    return Response()


async def be_slow(request: Request) -> Response:
    """Hold up the loop for less than the limit."""
    time.sleep(LIMIT_S * 0.6)
    return PlainTextResponse("slow")


async def health(request: Request) -> Response:
    return PlainTextResponse("alive")


app = Starlette(
    routes=[Route("/health", health), *(Route(f"/{f.__name__}", f) for f in (spin, backtrack, block, be_slow))],
    lifespan=watch_event_loop(LIMIT_S),
)


def main() -> None:
    logs.set_up("web")
    if sys.argv[1:] == ["work"]:
        with Watchdog(LIMIT_S):
            time.sleep(3600)
    serve("tests.harness.stalling:app", settings.load(os.environ), int(sys.argv[1]))


if __name__ == "__main__":
    main()
