"""What the same process could do at best: a form endpoint alone, and with one Redis round trip.

`python -m tests.bench.floors bare|awaited|hopped PORT`, served with the options of `mwavuli web`.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

import redis
import redis.asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.web.webhooks import MAX_THREADS

REPLY = "CON Info line\n1. Alerts near me\n2. Health\n3. My rights\n4. Talk to someone\n5. Tell us\n6. Settings"
Endpoint = Callable[[Request], Awaitable[Response]]


async def form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


async def bare(request: Request) -> Response:
    await form(request)
    return PlainTextResponse(REPLY)


def awaited(url: str) -> Endpoint:
    """Make the round trip with the asynchronous client."""
    connection: Any = redis.asyncio.Redis.from_url(url)

    async def endpoint(request: Request) -> Response:
        given = await form(request)
        await connection.get(given["sessionId"])
        return PlainTextResponse(REPLY)

    return endpoint


def hopped(url: str) -> Endpoint:
    """Make the round trip with the synchronous client, in one thread hop."""
    connection: Any = redis.Redis.from_url(url)
    pool = ThreadPoolExecutor(MAX_THREADS)

    async def endpoint(request: Request) -> Response:
        given = await form(request)
        await asyncio.get_running_loop().run_in_executor(pool, connection.get, given["sessionId"])
        return PlainTextResponse(REPLY)

    return endpoint


def main(which: str, port: int) -> None:
    url = os.environ["REDIS_URL"]
    endpoint = bare if which == "bare" else {"awaited": awaited, "hopped": hopped}[which](url)
    uvicorn.run(
        Starlette(routes=[Route("/ussd", endpoint, methods=["POST"])]), host="127.0.0.1", port=port, access_log=False,
        log_level="warning", server_header=False, date_header=False, proxy_headers=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
