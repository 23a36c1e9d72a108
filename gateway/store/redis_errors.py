"""What an error reply of Redis means to us. No text of Redis' own gets through: it may quote arguments."""

import re
import ssl
from typing import Final

from gateway.errors import RightMissing, StoreClosed, StoreUnavailable, WrongType

READONLY_ERRORS: Final = ("READONLY", "NOREPLICAS", "MASTERDOWN")
"""Errors of a server that is not the master any more; Redis 6.2 puts them inside a script's error."""
DENIED_PATTERN: Final = re.compile(r"NOPERM|[Nn]o permissions|ACL failure|executing the script can't", re.ASCII)
COMMAND_PATTERN: Final = re.compile(r"the '([a-z|._-]{1,40})' command")


def is_readonly_error(error: object) -> bool:
    """Whether this error means that another server is the master."""
    return any(word in str(error) for word in READONLY_ERRORS)


def store_error(error: object) -> StoreUnavailable:
    """Return the exception for an error reply, or for an exception of redis-py."""
    text = str(error)
    if text.startswith("CLOSED"):
        return StoreClosed("maintenance mode")
    if text.startswith("WRONGTYPE"):
        return WrongType("Redis holds a value of another type in the place of a record")
    if DENIED_PATTERN.search(text):
        command = COMMAND_PATTERN.search(text)
        what = f"the command '{command[1]}'" if command else "a command or a key"
        return RightMissing(f"Redis refuses {what} to this user: compare its rights with `mwavuli redis-acl`")
    return StoreUnavailable(f"Redis: {_name(error, text)}")


def _name(error: object, text: str) -> str:
    """Return the kind of a failure. redis-py hides a certificate that is refused behind an error of its own."""
    if not _is_of_redis_py(error):
        return text.split(" ")[0][:20]
    hidden = getattr(error, "__cause__", None) or getattr(error, "__context__", None)
    return type(hidden if isinstance(hidden, ssl.SSLError) else error).__name__


def scripts_missing() -> StoreUnavailable:
    """Return the exception for a Redis without our scripts, into which this process could not load them."""
    return StoreUnavailable("Redis lacks our scripts, and this user may not load them: is `mwavuli clock` running?")


def _is_of_redis_py(error: object) -> bool:
    return type(error).__module__.startswith("redis")
