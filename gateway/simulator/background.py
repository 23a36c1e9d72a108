"""Work that continues after a request was answered."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Keeps a reference to each running task, so that none is garbage-collected; cancels all with the network."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def stop(self) -> None:
        for task in list(self.tasks):
            task.cancel()
