"""Work for Redis as commands, independent of the connection that runs it."""

from collections.abc import Generator, Sequence
from typing import Any, Protocol, TypeVar

from redis.exceptions import RedisError

__all__ = ["Command", "CommandRunner", "Commands", "RedisError"]

Command = Sequence[Any]
T = TypeVar("T")
Commands = Generator[Sequence[Command], list[Any], T]
"""A generator that yields batches of commands and is sent their replies.

The same code runs in a thread (`Connection.run_commands`) and in an event loop (`AsyncConnection.run_commands`).
"""


class CommandRunner(Protocol):
    """Runs commands in an event loop."""

    async def run_commands(self, commands: Commands[T]) -> T:
        """Return what the commands return. Raises StoreUnavailable."""
