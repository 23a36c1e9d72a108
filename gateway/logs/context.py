"""What a record is about: the current turn or alert, also in threads."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
REQUEST_ID: ContextVar[str] = ContextVar("turn", default="")
ALERT_NUMBER: ContextVar[str] = ContextVar("alert", default="")


def begin_request() -> None:
    """Give all records of one request a random id, which belongs to no person."""
    REQUEST_ID.set(secrets.token_hex(4))


@contextmanager
def alert_context(alert_number: str) -> Iterator[None]:
    """Give all records within the block the number of an alert; an empty one is left out."""
    before = ALERT_NUMBER.set(alert_number)
    try:
        yield
    finally:
        ALERT_NUMBER.reset(before)


class ContextThreadPool(ThreadPoolExecutor):
    """Threads in which records keep the context of the thread that submitted the work."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return super().submit(copy_context().run, partial(fn, *args, **kwargs))
