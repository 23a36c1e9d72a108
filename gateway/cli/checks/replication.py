"""Sentinels and replicas: whether a failover loses nothing, and has a replica to promote."""

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.cli.checks.redis import check_durability
from gateway.errors import StoreUnavailable
from gateway.store.admin import RedisAdmin

MIN_SENTINELS, MIN_REPLICAS = 3, 2


def check(admin: RedisAdmin) -> Findings:
    """Check the replicas; yield nothing where REDIS_URL names one server."""
    if admin.redis_url.uses_sentinel:
        yield from or_ok(_check_replicas(admin), "two replicas follow the master and are as durable as the master")


def _check_replicas(admin: RedisAdmin) -> Findings:
    if len(admin.redis_url.sentinels) < MIN_SENTINELS:
        yield should("REDIS_URL names fewer than three sentinels: two cannot decide when they disagree")
    try:
        replicas = admin.replicas()
        if admin.read_config().get("min-replicas-to-write", "0") == "0":
            yield must("a master that is cut off accepts writes that will be lost: set min-replicas-to-write 1")
    except StoreUnavailable:
        yield must("the sentinels do not name the master's replicas")
        return
    if not replicas:
        yield must("no replica follows the master: when the master fails, no copy of the records is left")
    elif len(replicas) < MIN_REPLICAS:
        yield should("one replica only: when one of the two servers fails, no write is accepted")
    for replica in replicas:
        yield from _check_replica(replica)


def _check_replica(replica: RedisAdmin) -> Findings:
    """Check a replica like a master, because a failover can make it the master."""
    try:
        for finding in check_durability(replica.read_config()):
            yield finding._replace(text=f"a replica: {finding.text}")
    except StoreUnavailable:
        yield must("a replica does not answer, or not to REDIS_URL's password: set masterauth and requirepass alike")
