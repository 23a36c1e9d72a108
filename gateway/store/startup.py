"""What a process asks Redis before it uses it."""

import logging

from gateway.settings import Settings
from gateway.store import schema, server_version
from gateway.store.connection import Connection
from gateway.store.health import read_durability

log = logging.getLogger("mwavuli.store")


def prepare(connection: Connection, settings: Settings) -> None:
    """Number the layout of an empty Redis, and note the keys in use.

    Raises BadInput for another layout, for keys of other software and for a server with a known hole, and StoreClosed
    for a Redis that lost its records.
    """
    server_version.refuse_unfixed(connection, settings.redis_accepted)
    schema.initialise_or_check(connection, settings.data_dir)


def log_durability(connection: Connection) -> None:
    """Log what could lose records: a replica, eviction, no append-only file."""
    durability = read_durability(connection)
    for problem in durability.problems() if durability else ():
        log.error(problem)
