"""Sentinels and replicas: would a failover keep everything, and is there somewhere to go?"""

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.cli.checks.redis import check_durability
from gateway.errors import StoreUnavailable
from gateway.store.admin import RedisAdmin

MIN_SENTINELS, MIN_REPLICAS = 3, 2


def check(admin: RedisAdmin) -> Findings:
    """Nothing where REDIS_URL names one server."""
    if admin.redis_url.uses_sentinel:
        yield from or_ok(_check_replicas(admin), "two replicas follow the master, as careful as itself")


def _check_replicas(admin: RedisAdmin) -> Findings:
    if len(admin.redis_url.sentinels) < MIN_SENTINELS:
        yield should("REDIS_URL names fewer than three sentinels: two that disagree decide nothing")
    try:
        replicas = admin.replicas()
        if admin.read_config().get("min-replicas-to-write", "0") == "0":
            yield must("a master that was cut off goes on taking what will be lost: set min-replicas-to-write 1")
    except StoreUnavailable:
        yield must("the sentinels do not say who follows the master")
        return
    if not replicas:
        yield must("no replica follows the master: when it falls, nothing is left to go on with")
    elif len(replicas) < MIN_REPLICAS:
        yield should("one replica only: when one of the two servers falls, nothing more can be written")
    for replica in replicas:
        yield from _check_replica(replica)


def _check_replica(replica: RedisAdmin) -> Findings:
    """It may be the master any moment."""
    try:
        for finding in check_durability(replica.read_config()):
            yield finding._replace(text=f"a replica: {finding.text}")
    except StoreUnavailable:
        yield must("a replica does not answer, or not to REDIS_URL's password: set masterauth and requirepass alike")
