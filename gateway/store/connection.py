"""Redis as we use it: short time-outs, nothing repeated that writes, every failure one error.

Each thread keeps one connection and speaks to it directly: redis-py's client around it (pool, retries, metrics)
costs as much CPU as the rest of a turn.
"""

import hashlib
import threading
from collections.abc import Generator, Sequence
from importlib.resources import files
from typing import Any, TypeVar

import hiredis
from redis.exceptions import ConnectionError as Broken
from redis.exceptions import NoScriptError, RedisError, ResponseError

from gateway.errors import Closed, StoreAway
from gateway.store.place import Place, demoted

__all__ = ["Connection", "RedisError"]

OUTSIDE = frozenset({"settle", "done", "renew", "pace", "rest", "spend"})
"""scripts that only end what was begun while the door was open: a change of keys waits for them"""
Words = Sequence[Any]
T = TypeVar("T")
Steps = Generator[Sequence[Words], list[Any], T]
"""Work that asks Redis by yielding commands, so that the same code runs in a thread (`Connection.follow`) and in an
event loop (`wire.Wire.follow`)."""


class Connection:
    """Connections for our own records. RQ gets clients of its own, because its worker changes time-outs."""

    def __init__(self, url: str, timeout: float = 1.0):
        self.place = Place(url)
        self._timeout = timeout
        self.redis: Any = self.place.client(socket_timeout=timeout, protocol=3)
        self._threads = threading.local()
        folder = files("gateway.store") / "lua"
        scripts = {f.name.removesuffix(".lua"): f.read_text() for f in folder.iterdir() if f.name.endswith(".lua")}
        door = scripts.pop("door")
        scripts = {name: text if name in OUTSIDE else door + text for name, text in scripts.items()}
        self.held = ""
        """the name of the keys that the owner of this connection holds (`store.door`)"""
        self._sources = scripts
        self._shas = {name: hashlib.sha1(text.encode()).hexdigest() for name, text in scripts.items()}  # noqa: S324  Redis' own name for a script

    def for_rq(self) -> Any:
        """A client to ring with: a Redis that hangs must not hold the thread that rings."""
        return self.place.client(socket_timeout=self._timeout)

    def for_worker(self) -> Any:
        """A client without read time-out: RQ's worker waits on it."""
        return self.place.client()

    def script(self, name: str, keys: Words = (), args: Words = ()) -> Words:
        """The command that runs one of the scripts in `lua/`."""
        held = () if name in OUTSIDE else (self.held,)
        return ("EVALSHA", self._shas[name], len(keys), *keys, *args, *held)

    def loading(self) -> list[Words]:
        """The commands that make all scripts known to a Redis that was started anew."""
        return [("SCRIPT", "LOAD", text) for text in self._sources.values()]

    def run(self, name: str, keys: Words = (), args: Words = ()) -> Any:
        """Run one of the scripts."""
        return self._asked([self.script(name, keys, args)])[0]

    def follow(self, steps: Steps[T], again: bool = False) -> T:
        """Do what the steps ask for, in this thread. `again`: the first thing they ask is safe to ask twice."""
        try:
            asked = next(steps)
            while True:
                asked, again = steps.send(self._asked(asked, again)), False
        except StopIteration as done:
            result: T = done.value
            return result

    def call(self, *words: Any) -> Any:
        """One command; answers come as RESP3 has them (HGETALL a dictionary, SMEMBERS a set)."""
        return self._asked([words])[0]

    def batch(self, commands: Sequence[Words]) -> list[Any]:
        """Several commands in one round trip, not as a transaction."""
        return self._asked(commands) if commands else []

    def hgetall(self, key: str) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self.call("HGETALL", key)
        return found

    def fullness(self) -> float:
        """The share of `maxmemory` that is used, as Redis reckons before it refuses to write; 0 where none is set."""
        lines = self.call("INFO", "memory").decode().splitlines()
        told = dict(line.split(":", 1) for line in lines if ":" in line)
        used = int(told["used_memory"]) - int(told["mem_not_counted_for_evict"])
        most = int(told["maxmemory"])
        return used / most if most else 0.0

    def now(self) -> float:
        """Unix seconds by Redis' clock, the one that all processes share."""
        seconds, micros = self.call("TIME")
        return int(seconds) + int(micros) / 1e6

    def _asked(self, commands: Sequence[Words], again: bool = False) -> list[Any]:
        """Raises StoreAway. `again`: nothing is written, so a connection that turns out to be dead is replaced."""
        packed = b"".join(map(hiredis.pack_command, map(tuple, commands)))
        try:
            try:
                return self._exchanged(packed, len(commands))
            except Broken:
                if not again:
                    raise
                return self._exchanged(packed, len(commands))
        except NoScriptError:
            self._asked(self.loading())
            return self._asked(commands)
        except RedisError as error:
            if str(error).startswith("CLOSED"):
                raise Closed("the door is shut") from None
            raise StoreAway(f"Redis: {type(error).__name__}") from None

    def _exchanged(self, packed: bytes, count: int) -> list[Any]:
        wire = self._wire()
        try:
            wire.send_packed_command([packed], check_health=False)
            answers = [self._answer(wire) for _ in range(count)]
        except BaseException:  # RQ's time limit may strike anywhere: no answer may be left for the next question
            wire.disconnect()
            raise
        for answer in answers:
            if isinstance(answer, ResponseError):
                if demoted(answer):  # the next question goes to whoever is the master by then
                    wire.disconnect()
                raise answer
        return answers

    def _answer(self, wire: Any) -> Any:
        """One reply; an error reply is returned, so that those behind it are read too."""
        try:
            return wire.read_response()
        except ResponseError as error:
            return error

    def _wire(self) -> Any:
        """This thread's connection, made again after it broke."""
        wire = getattr(self._threads, "wire", None)
        if wire is None:
            wire = self._threads.wire = self.redis.connection_pool.make_connection()
        if wire.is_connected and _dead(wire):
            wire.disconnect()
        if not wire.is_connected:  # said aloud, for only then are sentinels asked
            wire.connect()
        return wire


def _dead(wire: Any) -> bool:
    """Something waits to be read though nothing was asked: Redis has gone, as after a restart. 3 µs."""
    try:
        return bool(wire.can_read(0))
    except RedisError:
        return True
