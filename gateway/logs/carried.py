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
TURN: ContextVar[str] = ContextVar("turn", default="")
ALERT: ContextVar[str] = ContextVar("alert", default="")


def begin_turn() -> None:
    """A request from the network: what is said until it is answered bears one random id, that of nobody."""
    TURN.set(secrets.token_hex(4))


@contextmanager
def about_alert(case: str) -> Iterator[None]:
    """What is said meanwhile bears the case's number (or nothing)."""
    before = ALERT.set(case)
    try:
        yield
    finally:
        ALERT.reset(before)


class Threads(ThreadPoolExecutor):
    """Threads in which a record still knows what it is about."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return super().submit(copy_context().run, partial(fn, *args, **kwargs))
