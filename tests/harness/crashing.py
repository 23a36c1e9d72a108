"""A connection to Redis that crashes at its nth command, for code that must survive a crash anywhere."""

from typing import Any

from gateway.store.connection import Connection


class Dies(Exception):
    pass


class CrashingConnection(Connection):
    """Crashes at its nth command; set `left`."""

    left = 0

    def _execute_all(self, commands: Any, may_retry: bool = False) -> list[Any]:
        self.left -= 1
        if self.left == 0:
            raise Dies
        return super()._execute_all(commands, may_retry)
