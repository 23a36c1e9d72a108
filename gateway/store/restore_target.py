"""The empty Redis that a backup is restored into."""

from collections.abc import Iterable

from gateway.errors import BadInput
from gateway.store import access_state, schema, wipe
from gateway.store.commands import Command
from gateway.store.records.service import BACKUPS
from gateway.store.store import Store


class RestoreTarget:
    def __init__(self, store: Store):
        self._connection, self._key_id = store.connection, store.vault.key_id

    def check_empty(self) -> None:
        """Raises BadInput for a Redis that holds records, unless a restore was interrupted there."""
        state = access_state.read_state(self._connection)
        if state not in ("", self._key_id, access_state.RESTORING):
            raise BadInput(f"nothing was restored: {access_state.describe_state(state)}")
        if schema.holds_records(self._connection) and state != access_state.RESTORING:
            raise BadInput("Redis is not empty, and a backup overwrites nothing: stop all processes and empty Redis")

    def begin(self) -> None:
        """Empty Redis and turn maintenance mode on, in one step. The layout lets every command say what is going on."""
        layout = ("SET", schema.KEY, schema.CURRENT_LAYOUT)
        wipe.flush(self._connection, access_state.RESTORING, layout)

    def execute_all(self, commands: Iterable[Command]) -> None:
        self._connection.batch([self._connection.unguarded_write(command) for command in commands])

    def read_rows(self, table: str) -> dict[bytes, bytes]:
        """Return the sealed records of a table."""
        return self._connection.hgetall(table)

    def finish(self, backup_at: int) -> None:
        """Write the time of the backup (Unix seconds), and end maintenance mode."""
        self._connection.execute("SET", BACKUPS.name, backup_at)
        access_state.open_access(self._connection, self._key_id)
