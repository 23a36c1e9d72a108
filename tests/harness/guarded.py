"""The production processes, each with its own Redis user, as `mwavuli redis-acl` makes them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cli import redis_server
from gateway.store.acl import RedisUser
from tests.harness.stack import Stack

UNITS = {
    "web": RedisUser.WEB,
    "alerts": RedisUser.ALERTS,
    "messages": RedisUser.MESSAGES,
    "bulk": RedisUser.BULK,
    "clock": RedisUser.CLOCK,
    "desk": RedisUser.DESK,
}
"""The user of each line of the Procfile."""


class GuardedStack(Stack):
    def __init__(self, folder: Path):
        super().__init__(folder)
        self._users = folder / "users"
        self.command("redis-acl", str(self._users))
        socket, log = folder / "redis.sock", folder / "redis.log"
        self.commands["redis"] = redis_server.build_command(folder, socket, log, self._users / "users.acl")
        self.environ["REDIS_URL"] = self.url(RedisUser.ADMIN)

    def url(self, user: RedisUser) -> str:
        return (self._users / f"{user}.env").read_text().strip().removeprefix("REDIS_URL=")

    def _spawn(self, name: str) -> None:
        admin = self.environ["REDIS_URL"]
        self.environ["REDIS_URL"] = self.url(UNITS[name]) if name in UNITS else admin
        try:
            super()._spawn(name)
        finally:
            self.environ["REDIS_URL"] = admin


@contextmanager
def guarded() -> Iterator[GuardedStack]:
    """Run a guarded stack while the block runs."""
    with tempfile.TemporaryDirectory(prefix="mwg") as folder:
        stack = GuardedStack(Path(folder))
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()
