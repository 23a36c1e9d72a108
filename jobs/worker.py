"""One lane's worker: RQ's SimpleWorker on one queue. It forks nothing, so nothing goes on sending when it is killed."""

import logging
from typing import Any

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from gateway.logs import what
from jobs.context import opened
from jobs.ring import LANES, queue

log = logging.getLogger("mwavuli.jobs")


class Worker(SimpleWorker):
    """After a failover it looks for the new master often, not once a minute."""

    max_connection_wait_time = 2.0


def work(lane: str) -> None:
    """Serve one lane until told to stop (SIGINT, SIGTERM: after the job at hand); waits while there is no key."""
    if lane not in LANES:
        raise ValueError(lane)
    logging.getLogger("rq").setLevel(logging.WARNING)
    context = opened()
    if context is None:
        return
    connection = context.store.connection.for_worker()
    context.bell.toll(lane)
    Worker(
        [queue(lane, connection)],
        connection=connection,
        serializer=JSONSerializer,
        log_job_description=False,
        default_result_ttl=0,
        exception_handlers=[_say],
    ).work(logging_level="WARNING")


def _say(job: Any, kind: type[BaseException], error: BaseException, trace: object) -> bool:
    """RQ's own words of a failure hold the error's text, and are not told."""
    log.error("a job failed: %s", what(error))
    return True
