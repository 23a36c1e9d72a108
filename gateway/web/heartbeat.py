"""Watch the event loop: where it stands still, no caller is answered, and no signal ends the process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette

from gateway.watchdog import Watchdog


def watch_event_loop(limit_s: float) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Return a lifespan that ends the process once its event loop made no progress for `limit_s` seconds.

    The watchdog goes on when the application has ended, so that nothing keeps the process for longer.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        beats = asyncio.create_task(_beat(Watchdog(limit_s)))
        yield
        beats.cancel()

    return lifespan


async def _beat(watchdog: Watchdog) -> None:
    while True:
        watchdog.beat()
        await asyncio.sleep(watchdog.beat_interval_s)
