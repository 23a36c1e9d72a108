"""What a record is about: the turn or the alert at hand, carried along into threads."""

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
    """A request from the network: what is said until it is answered bears one random id, that of nobody."""
    REQUEST_ID.set(secrets.token_hex(4))


@contextmanager
def alert_context(alert_number: str) -> Iterator[None]:
    """What is said meanwhile bears the case's number (or nothing)."""
    before = ALERT_NUMBER.set(alert_number)
    try:
        yield
    finally:
        ALERT_NUMBER.reset(before)


class ContextThreadPool(ThreadPoolExecutor):
    """Threads in which a record still knows what it is about."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return super().submit(copy_context().run, partial(fn, *args, **kwargs))
