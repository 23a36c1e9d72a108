"""Redis for commands and checks that run without the data key. They hold this object, never a connection."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from gateway.crypto.vault import Vault
from gateway.errors import RightMissing, StoreUnavailable
from gateway.store import access_state, acl, append_only, backup, health, schema, server_version, wipe
from gateway.store.async_connection import AsyncConnection
from gateway.store.commands import Commands
from gateway.store.connected_processes import ConnectedProcess, list_connected
from gateway.store.connection import Connection
from gateway.store.foreign_entries import ForeignEntries
from gateway.store.heartbeats import Heartbeats
from gateway.store.rotation import run
from gateway.store.server_version import ServerVersion

CHECKED_SETTINGS = (
    "appendonly", "appendfsync", "maxmemory-policy", "maxmemory", "slowlog-max-len", "slowlog-log-slower-than",
    "hash-max-ziplist-entries", "min-replicas-to-write", "dir", "aof-timestamp-enabled", "databases",
)  # fmt: skip


class RedisAdmin:
    """Every method raises StoreUnavailable where Redis does not answer, unless it says otherwise."""

    def __init__(self, redis_url: str):
        """Raises BadInput for a malformed URL."""
        self._connection = Connection(redis_url)
        self.redis_url = self._connection.redis_url
        self.foreign_entries = ForeignEntries(self._connection)
        self.heartbeats = Heartbeats(self._connection)

    def is_reachable(self) -> bool:
        """Whether Redis answers; raises nothing."""
        return not self.find_failure()

    def find_failure(self) -> str:
        """Return why Redis does not answer; empty where it does. Raises nothing."""
        try:
            self._connection.execute("PING")
        except StoreUnavailable as error:
            return str(error)
        return ""

    def is_reachable_by_web(self) -> bool:
        """Whether the web's own client reaches Redis too; raises nothing."""

        def ping() -> Commands[Any]:
            yield [("PING",)]

        try:
            asyncio.run(AsyncConnection(self._connection).run_commands(ping()))
        except StoreUnavailable:
            return False
        return True

    def is_open_to_anybody(self) -> bool:
        """Whether Redis answers without a password; raises nothing."""
        try:
            return bool(Connection(self.redis_url.without_login).execute("PING"))
        except StoreUnavailable:
            return False

    def users_that_may_close(self) -> list[acl.RedisUser]:
        """Return the users of processes that may write the access state, and so end every process.

        Raises RightMissing where this user may not ask.
        """
        return [user for user in acl.RedisUser if user is not acl.RedisUser.ADMIN and self._may_close(user)]

    def _may_close(self, user: acl.RedisUser) -> bool:
        try:
            return bool(self._connection.execute("ACL", "DRYRUN", user, "SET", access_state.KEY, "") == b"OK")
        except RightMissing:
            raise
        except StoreUnavailable:  # there is no such user
            return False

    def count_in_other_databases(self) -> int:
        """Return the number of keys in the databases that REDIS_URL does not name."""
        return wipe.count_in_other_databases(self._connection)

    def read_version(self) -> ServerVersion:
        return server_version.read_version(self._connection)

    def read_durability(self) -> health.Durability | None:
        return health.read_durability(self._connection)

    def shut_down(self) -> None:
        """End the server without writing a snapshot."""
        self._connection.execute("SHUTDOWN", "NOSAVE")

    def read_config(self) -> dict[str, str]:
        """Return Redis' own settings that `mwavuli check` judges. Raises StoreUnavailable where Redis hides them."""
        found: dict[str, str] = {}
        for name in CHECKED_SETTINGS:
            answer: Any = self._connection.execute("CONFIG", "GET", name)
            pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
            found |= {key.decode(): value.decode() for key, value in pairs}
        return found

    def replicas(self) -> list["RedisAdmin"]:
        """Return the replicas that the sentinels know."""
        return [RedisAdmin(address.url) for address in self.redis_url.find_replicas()]

    def create_rq_client(self) -> Any:
        """Return a client for RQ's own keys."""
        return self._connection.create_rq_client()

    def read_health(self, lanes: Sequence[str]) -> health.StoreHealth:
        return health.read_health(self._connection, lanes)

    def has_balance(self) -> bool:
        """Whether the network reported the account's balance in the last day."""
        return bool(self._connection.execute("EXISTS", health.BALANCE_KEY))

    def holds_records(self) -> bool:
        return schema.holds_records(self._connection)

    def read_layout(self) -> int:
        return schema.read_layout(self._connection)

    def initialise_or_check_layout(self) -> None:
        """Number the layout of an empty Redis. Raises BadInput for another layout."""
        schema.initialise_or_check(self._connection)

    def migrate(self, on_progress: Callable[[str], None]) -> None:
        schema.migrate(self._connection, on_progress)

    def read_access_state(self) -> str:
        return access_state.read_state(self._connection)

    def start_rotation(self, new: Vault) -> None:
        """Turn maintenance mode on for a rotation to these keys."""
        access_state.close_access(self._connection, run.rotating_state(new))

    def finish_rotation(self, key_id: str) -> None:
        """End maintenance mode, after the keyring file has the keys of this id."""
        run.finish(self._connection, key_id)

    def drain(self, lease_s: float) -> None:
        run.drain(self._connection, lease_s)

    def reencrypt_all(self, old: Vault, new: Vault, on_progress: Callable[[int], None]) -> list[str]:
        return run.reencrypt_all(self._connection, old, new, on_progress)

    def count_keys(self) -> int:
        return int(self._connection.execute("DBSIZE"))

    def rewrite_append_only_file(self) -> bool:
        return append_only.rewrite(self._connection)

    def close_for_wipe(self) -> None:
        wipe.close_access(self._connection)

    def flush(self) -> int:
        """Delete our keys; return how many keys of other software are left."""
        return wipe.flush(self._connection)

    def find_foreign_keys(self) -> list[bytes]:
        return schema.find_foreign_keys(self._connection)

    def reopen_after_wipe(self) -> bool:
        return wipe.reopen_after_wipe(self._connection)

    def list_processes(self) -> list[ConnectedProcess]:
        """Return the processes of ours, on all machines, that are connected to Redis."""
        return list_connected(self._connection)

    def last_backup_at(self) -> int:
        """Return when the last backup was made, in Unix seconds; 0 where none was."""
        return int(self._connection.execute("GET", backup.KEY) or 0)

    def now(self) -> float:
        """Return Unix seconds by Redis' clock."""
        return self._connection.now()
