"""Connections to Redis with short timeouts. No write is repeated, and every failure raises StoreUnavailable.

Each thread has one connection and uses it directly, because redis-py's client around it (pool, retries, metrics)
costs as much CPU as the rest of a turn.
"""

import hashlib
import re
import threading
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, TypeVar

import hiredis
from redis.exceptions import ConnectionError as Broken, NoPermissionError, NoScriptError, RedisError, ResponseError

from gateway.store.commands import Command, Commands
from gateway.store.redis_errors import is_readonly_error, scripts_missing, store_error
from gateway.store.redis_url import RedisUrl

__all__ = ["Connection", "RedisError"]

UNGUARDED_SCRIPTS = frozenset(
    {
        "transition_recipients",
        "finish_item",
        "renew_lease",
        "reserve_rate",
        "trip_breaker",
        "reserve_spend",
        "commit_unguarded",
        "expire_keys",
    }
)
"""Scripts that only finish work from before maintenance mode, and scripts of a rotation or restore itself.

A rotation waits for the former.
"""
_EXPIRY = re.compile(r"\b(boundary|end_of|expire_in|expire_at)\(")
"""A script that calls a function of `expire.lua`."""
T = TypeVar("T")


class Connection:
    """Connections for our own records. RQ has its own clients, because its worker changes timeouts."""

    def __init__(self, url: str, timeout_s: float = 1.0, client_name: str | None = None):
        """`client_name`: how Redis lists these connections."""
        self.redis_url = RedisUrl(url)
        self._timeout_s = timeout_s
        self.redis: Any = self.redis_url.create_client(socket_timeout=timeout_s, protocol=3, client_name=client_name)
        self._thread_local = threading.local()
        folder = files("gateway.store") / "lua"
        scripts = {f.name.removesuffix(".lua"): f.read_text() for f in folder.iterdir() if f.name.endswith(".lua")}
        guard, prelude = scripts.pop("check_access"), scripts.pop("expire")
        scripts["commit_unguarded"] = scripts["commit"]
        scripts = {name: prelude + text if _EXPIRY.search(text) else text for name, text in scripts.items()}
        scripts = {name: text if name in UNGUARDED_SCRIPTS else guard + text for name, text in scripts.items()}
        self.key_id = ""
        """The id of the keys that this process uses (`store.access_state`)."""
        self._sources = scripts
        self._shas = {name: hashlib.sha1(text.encode()).hexdigest() for name, text in scripts.items()}  # noqa: S324  Redis' own name for a script

    def create_rq_client(self) -> Any:
        """Return a client to notify workers with. Its timeout keeps a hanging Redis from blocking the thread."""
        return self.redis_url.create_client(socket_timeout=self._timeout_s)

    def create_worker_client(self) -> Any:
        """Return a client without read timeout, on which RQ's worker waits."""
        return self.redis_url.create_client()

    def script_command(self, name: str, keys: Command = (), args: Command = ()) -> Command:
        """Return the command that runs one of the scripts in `lua/`."""
        key_id = () if name in UNGUARDED_SCRIPTS else (self.key_id,)
        return ("EVALSHA", self._shas[name], len(keys), *keys, *args, *key_id)

    def unguarded_write(self, command: Command) -> Command:
        """Return the command that runs a write as a commit does, but in maintenance mode: its times are rounded."""
        return self.script_command("commit_unguarded", (), (0, len(command), *command))

    def load_script_commands(self) -> list[Command]:
        """Return the commands that load every script into a restarted Redis.

        All are loaded at once: a script that is loaded at its first use makes that request differ from the next.
        """
        return [("SCRIPT", "LOAD", source) for source in self._sources.values()]

    def load_missing_scripts(self) -> None:
        """Load the scripts where Redis lacks one. The scheduler does so for processes that may not."""
        if not all(self.execute("SCRIPT", "EXISTS", *self._shas.values())):
            self.batch(self.load_script_commands())

    def run_script(self, name: str, keys: Command = (), args: Command = ()) -> Any:
        """Run one of the scripts and return its reply."""
        return self._execute_all([self.script_command(name, keys, args)])[0]

    def run_commands(self, commands: Commands[T], may_retry: bool = False) -> T:
        """Run the commands in this thread and return their result. `may_retry`: the first batch may be sent twice."""
        try:
            batch = next(commands)
            while True:
                batch, may_retry = commands.send(self._execute_all(batch, may_retry)), False
        except StopIteration as done:
            result: T = done.value
            return result

    def execute(self, *command: Any) -> Any:
        """Run one command. Replies have RESP3 types (HGETALL a dictionary, SMEMBERS a set)."""
        return self._execute_all([command])[0]

    def batch(self, commands: Sequence[Command]) -> list[Any]:
        """Run several commands in one round trip, not as a transaction."""
        return self._execute_all(commands) if commands else []

    def hgetall(self, key: str | bytes) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self.execute("HGETALL", key)
        return found

    def used_memory_bytes(self) -> int:
        return int(self._memory_info()["used_memory"])

    def _memory_info(self) -> dict[str, str]:
        lines = self.execute("INFO", "memory").decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def used_memory_share(self) -> float:
        """Return the used share of `maxmemory`, counted as Redis does before it refuses writes; 0 without a limit."""
        info = self._memory_info()
        used = int(info["used_memory"]) - int(info["mem_not_counted_for_evict"])
        most = int(info["maxmemory"])
        return used / most if most else 0.0

    def now(self) -> float:
        """Return Unix seconds by Redis' clock, which all processes share."""
        seconds, micros = self.execute("TIME")
        return int(seconds) + int(micros) / 1e6

    def _execute_all(self, commands: Sequence[Command], may_retry: bool = False, may_load: bool = True) -> list[Any]:
        """Raises StoreUnavailable. `may_retry`: the commands write nothing, so a broken connection may be replaced.

        `may_load`: missing scripts are loaded, once.
        """
        try:
            try:
                return self._round_trip(commands)
            except Broken:
                if not may_retry:
                    raise
                return self._round_trip(commands)
        except NoScriptError:
            if not may_load:
                raise scripts_missing() from None
            self._load_scripts()
            return self._execute_all(commands, may_load=False)
        except RedisError as error:
            raise store_error(error) from None

    def _load_scripts(self) -> None:
        try:
            self._round_trip(self.load_script_commands())
        except NoPermissionError:
            raise scripts_missing() from None
        except RedisError as error:
            raise store_error(error) from None

    def _round_trip(self, commands: Sequence[Command]) -> list[Any]:
        packed = b"".join(map(hiredis.pack_command, map(tuple, commands)))
        link = self._thread_link()
        try:
            link.send_packed_command([packed], check_health=False)
            answers = [self._read_reply(link) for _ in commands]
        except BaseException:  # RQ's time limit may interrupt here: no reply may remain for the next command
            link.disconnect()
            raise
        for answer in answers:
            if isinstance(answer, ResponseError):
                if is_readonly_error(answer):  # the next command finds the new master
                    link.disconnect()
                raise answer
        return answers

    def _read_reply(self, link: Any) -> Any:
        """Return one reply. An error reply is returned too, so that the replies after it are read."""
        try:
            return link.read_response()
        except ResponseError as error:
            return error

    def _thread_link(self) -> Any:
        """Return this thread's connection, connected again after a failure."""
        link = getattr(self._thread_local, "link", None)
        if link is None:
            link = self._thread_local.link = self.redis.connection_pool.make_connection()
        if link.is_connected and _is_stale(link):
            link.disconnect()
        if not link.is_connected:  # only an explicit connect asks the sentinels
            link.connect()
        return link


def _is_stale(link: Any) -> bool:
    """Whether data is pending without a request, as after a restart of Redis. Takes 3 µs."""
    try:
        return bool(link.can_read(0))
    except RedisError:
        return True
