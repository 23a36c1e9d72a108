"""Redis as we use it: short time-outs, nothing repeated that writes, every failure one error.

Each thread keeps one connection and speaks to it directly: redis-py's client around it (pool, retries, metrics)
costs as much CPU as the rest of a turn.
"""

import hashlib
import threading
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, TypeVar

import hiredis
from redis.exceptions import ConnectionError as Broken
from redis.exceptions import NoScriptError, RedisError, ResponseError

from gateway.errors import StoreClosed, StoreUnavailable
from gateway.store.commands import Command, Commands
from gateway.store.redis_url import RedisUrl, is_readonly_error

__all__ = ["Connection", "RedisError"]

UNGUARDED_SCRIPTS = frozenset(
    {
        "transition_recipients",
        "finish_item",
        "renew_lease",
        "reserve_rate",
        "trip_breaker",
        "reserve_spend",
    }
)
"""scripts that only end what was begun while the door was open: a change of keys waits for them"""
T = TypeVar("T")


class Connection:
    """Connections for our own records. RQ gets clients of its own, because its worker changes time-outs."""

    def __init__(self, url: str, timeout_s: float = 1.0):
        self.redis_url = RedisUrl(url)
        self._timeout_s = timeout_s
        self.redis: Any = self.redis_url.create_client(socket_timeout=timeout_s, protocol=3)
        self._thread_local = threading.local()
        folder = files("gateway.store") / "lua"
        scripts = {f.name.removesuffix(".lua"): f.read_text() for f in folder.iterdir() if f.name.endswith(".lua")}
        door = scripts.pop("check_access")
        scripts = {name: text if name in UNGUARDED_SCRIPTS else door + text for name, text in scripts.items()}
        self.key_id = ""
        """the name of the keys that the owner of this connection holds (`store.door`)"""
        self._sources = scripts
        self._shas = {name: hashlib.sha1(text.encode()).hexdigest() for name, text in scripts.items()}  # noqa: S324  Redis' own name for a script

    def create_rq_client(self) -> Any:
        """A client to ring with: a Redis that hangs must not hold the thread that rings."""
        return self.redis_url.create_client(socket_timeout=self._timeout_s)

    def create_worker_client(self) -> Any:
        """A client without read time-out: RQ's worker waits on it."""
        return self.redis_url.create_client()

    def script_command(self, name: str, keys: Command = (), args: Command = ()) -> Command:
        """The command that runs one of the scripts in `lua/`."""
        held = () if name in UNGUARDED_SCRIPTS else (self.key_id,)
        return ("EVALSHA", self._shas[name], len(keys), *keys, *args, *held)

    def load_script_commands(self) -> list[Command]:
        """The commands that make all scripts known to a Redis that was started anew."""
        return [("SCRIPT", "LOAD", text) for text in self._sources.values()]

    def run_script(self, name: str, keys: Command = (), args: Command = ()) -> Any:
        """Run one of the scripts."""
        return self._execute_all([self.script_command(name, keys, args)])[0]

    def run_commands(self, commands: Commands[T], may_retry: bool = False) -> T:
        """Do what the steps ask for, in this thread. `again`: the first thing they ask is safe to ask twice."""
        try:
            asked = next(commands)
            while True:
                asked, may_retry = commands.send(self._execute_all(asked, may_retry)), False
        except StopIteration as done:
            result: T = done.value
            return result

    def execute(self, *command: Any) -> Any:
        """One command; answers come as RESP3 has them (HGETALL a dictionary, SMEMBERS a set)."""
        return self._execute_all([command])[0]

    def batch(self, commands: Sequence[Command]) -> list[Any]:
        """Several commands in one round trip, not as a transaction."""
        return self._execute_all(commands) if commands else []

    def hgetall(self, key: str | bytes) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self.execute("HGETALL", key)
        return found

    def used_memory_share(self) -> float:
        """The share of `maxmemory` that is used, as Redis reckons before it refuses to write; 0 where none is set."""
        lines = self.execute("INFO", "memory").decode().splitlines()
        told = dict(line.split(":", 1) for line in lines if ":" in line)
        used = int(told["used_memory"]) - int(told["mem_not_counted_for_evict"])
        most = int(told["maxmemory"])
        return used / most if most else 0.0

    def now(self) -> float:
        """Unix seconds by Redis' clock, the one that all processes share."""
        seconds, micros = self.execute("TIME")
        return int(seconds) + int(micros) / 1e6

    def _execute_all(self, commands: Sequence[Command], may_retry: bool = False) -> list[Any]:
        """Raises StoreAway. `again`: nothing is written, so a connection that turns out to be dead is replaced."""
        packed = b"".join(map(hiredis.pack_command, map(tuple, commands)))
        try:
            try:
                return self._round_trip(packed, len(commands))
            except Broken:
                if not may_retry:
                    raise
                return self._round_trip(packed, len(commands))
        except NoScriptError:
            self._execute_all(self.load_script_commands())
            return self._execute_all(commands)
        except RedisError as error:
            if str(error).startswith("CLOSED"):
                raise StoreClosed("the door is shut") from None
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from None

    def _round_trip(self, packed: bytes, count: int) -> list[Any]:
        wire = self._thread_link()
        try:
            wire.send_packed_command([packed], check_health=False)
            answers = [self._read_reply(wire) for _ in range(count)]
        except BaseException:  # RQ's time limit may strike anywhere: no answer may be left for the next question
            wire.disconnect()
            raise
        for answer in answers:
            if isinstance(answer, ResponseError):
                if is_readonly_error(answer):  # the next question goes to whoever is the master by then
                    wire.disconnect()
                raise answer
        return answers

    def _read_reply(self, link: Any) -> Any:
        """One reply; an error reply is returned, so that those behind it are read too."""
        try:
            return link.read_response()
        except ResponseError as error:
            return error

    def _thread_link(self) -> Any:
        """This thread's connection, made again after it broke."""
        wire = getattr(self._thread_local, "wire", None)
        if wire is None:
            wire = self._thread_local.wire = self.redis.connection_pool.make_connection()
        if wire.is_connected and _is_stale(wire):
            wire.disconnect()
        if not wire.is_connected:  # said aloud, for only then are sentinels asked
            wire.connect()
        return wire


def _is_stale(link: Any) -> bool:
    """Something waits to be read though nothing was asked: Redis has gone, as after a restart. 3 µs."""
    try:
        return bool(link.can_read(0))
    except RedisError:
        return True
