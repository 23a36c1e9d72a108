"""The worker of one lane: RQ's SimpleWorker on one queue. It forks no process that could go on sending after a kill."""

import logging
from typing import Any

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from gateway.logs import describe_error
from jobs.context import wait_for_context
from jobs.notify import LANES, lane_queue

log = logging.getLogger("mwavuli.jobs")


class LaneWorker(SimpleWorker):
    """Looks for the new master every two seconds after a failover, not once a minute."""

    max_connection_wait_time = 2.0


def serve_lane(lane: str) -> None:
    """Serve one lane until SIGINT or SIGTERM, after the job at hand. Wait while there is no key.

    Raises ValueError for a lane that does not exist.
    """
    if lane not in LANES:
        raise ValueError(lane)
    logging.getLogger("rq").setLevel(logging.WARNING)
    context = wait_for_context()
    if context is None:
        return
    connection = context.store.create_worker_client()
    context.notifier.enqueue(lane)
    LaneWorker(
        [lane_queue(lane, connection)],
        connection=connection,
        serializer=JSONSerializer,
        log_job_description=False,
        default_result_ttl=0,
        exception_handlers=[_log_failure],
    ).work(logging_level="WARNING")


def _log_failure(job: Any, kind: type[BaseException], error: BaseException, trace: object) -> bool:
    """Log a failure without the error's text, which RQ would log."""
    log.error("a job failed: %s", describe_error(error))
    return True
