"""Sentinels and replicas: would a failover keep everything, and is there somewhere to go?"""

from gateway.cli.checks.finding import Findings, must, or_fine, should
from gateway.cli.checks.redis import keeps, told
from gateway.errors import StoreAway
from gateway.store import Connection

SENTINELS, REPLICAS = 3, 2


def look(connection: Connection) -> Findings:
    """Nothing where REDIS_URL names one server."""
    if connection.place.watched:
        yield from or_fine(_copies(connection), "two replicas follow the master, as careful as itself")


def _copies(connection: Connection) -> Findings:
    if len(connection.place.sentinels) < SENTINELS:
        yield should("REDIS_URL names fewer than three sentinels: two that disagree decide nothing")
    try:
        replicas = [Connection(at.url) for at in connection.place.replicas()]
        if told(connection).get("min-replicas-to-write", "0") == "0":
            yield must("a master that was cut off goes on taking what will be lost: set min-replicas-to-write 1")
    except StoreAway:
        yield must("the sentinels do not say who follows the master")
        return
    if not replicas:
        yield must("no replica follows the master: when it falls, nothing is left to go on with")
    elif len(replicas) < REPLICAS:
        yield should("one replica only: when one of the two servers falls, nothing more can be written")
    for replica in replicas:
        yield from _careful(replica)


def _careful(replica: Connection) -> Findings:
    """It may be the master any moment."""
    try:
        for finding in keeps(told(replica)):
            yield finding._replace(text=f"a replica: {finding.text}")
    except StoreAway:
        yield must("a replica does not answer, or not to REDIS_URL's password: set masterauth and requirepass alike")
