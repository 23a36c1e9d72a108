"""Redis as we use it: short time-outs, nothing retried that writes, every failure one error."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from gateway.errors import StoreAway

__all__ = ["Connection", "RedisError"]

T = TypeVar("T")
Script = str


class Connection:
    """A pool for our own records. RQ gets one of its own (`for_rq`), because its worker changes time-outs."""

    def __init__(self, url: str, timeout: float = 1.0):
        self.url = url
        # redis-py would otherwise repeat commands after a time-out, and a repeated write may count twice.
        self.redis: Any = redis.Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=0.5,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            max_connections=256,
        )
        folder = files("gateway.store") / "lua"
        self._scripts = {
            f.name.removesuffix(".lua"): f.read_text() for f in folder.iterdir() if f.name.endswith(".lua")
        }
        self._shas: dict[Script, str] = {}

    def for_rq(self) -> Any:
        """A connection without read time-out: RQ's worker waits on it."""
        return redis.Redis.from_url(self.url, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0))

    def run(self, name: Script, keys: Sequence[Any] = (), args: Sequence[Any] = ()) -> Any:
        """Run one of the scripts in `lua/`."""
        return self._ask(lambda: self._evalsha(name, keys, args))

    def _evalsha(self, name: Script, keys: Sequence[Any], args: Sequence[Any]) -> Any:
        try:
            return self.redis.execute_command("EVALSHA", self._shas[name], len(keys), *keys, *args)
        except (KeyError, NoScriptError):
            self._shas[name] = self.redis.script_load(self._scripts[name])
            return self.redis.execute_command("EVALSHA", self._shas[name], len(keys), *keys, *args)

    def call(self, *words: Any) -> Any:
        """One command."""
        return self._ask(lambda: self.redis.execute_command(*words))

    def batch(self, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Several commands in one round trip, not as a transaction."""
        return self._ask(lambda: self._batch(commands))

    def _batch(self, commands: Sequence[Sequence[Any]]) -> list[Any]:
        pipe = self.redis.pipeline(transaction=False)
        for words in commands:
            pipe.execute_command(*words)
        return list(pipe.execute())

    def hgetall(self, key: str) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self._ask(lambda: self.redis.hgetall(key))
        return found

    def now(self) -> float:
        """Unix seconds by Redis' clock, the one that all processes share."""
        seconds, micros = self._ask(lambda: self.redis.time())
        return float(seconds) + float(micros) / 1e6

    def _ask(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except RedisError as error:
            raise StoreAway(f"Redis: {type(error).__name__}") from None
