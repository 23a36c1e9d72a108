"""The worker of one lane: RQ's SimpleWorker on one queue. It forks no process that could go on sending after a kill.

Of RQ it keeps the loop, the signals and the list of workers. Everything by which Redis could name code or give orders
is left out: functions, callbacks, webhooks, retries and dependents of jobs (`execute_job`), jobs of RQ's registries
(`run_maintenance_tasks`), commands by pubsub (`subscribe`), and `rq suspend` (`check_for_suspension`).
"""

import logging
from typing import Any

from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.utils import now
from rq.worker.base import WorkerStatus
from rq.worker_registration import clean_worker_registry

from gateway.logs import describe_error
from jobs.context import JobContext, wait_for_context
from jobs.dispatch import work_lane
from jobs.lane_queue import LaneQueue
from jobs.monitoring.foreign_entries import record_foreign_entry
from jobs.notify import LANES

log = logging.getLogger("mwavuli.jobs")

JOB_TIMEOUT_S = 120


class LaneWorker(SimpleWorker):
    """Serves one lane. It looks for the new master every two seconds after a failover, not once a minute."""

    max_connection_wait_time = 2.0
    queue_class = LaneQueue  # type: ignore[assignment]

    def __init__(self, lane: str, context: JobContext):
        connection = context.store.create_worker_client()
        super().__init__(
            [LaneQueue(lane, connection)],
            connection=connection,
            serializer=JSONSerializer,
            log_job_description=False,
        )
        self._lane, self._context = lane, context

    def execute_job(self, job: Any, queue: Any) -> None:
        """Handle what is due in this worker's lane, whatever the entry says; drop an entry that is no wake-up."""
        self.set_state(WorkerStatus.BUSY)
        try:
            with self.death_penalty_class(JOB_TIMEOUT_S, JobTimeoutException):
                if job.is_wake_up:
                    work_lane(self._lane)
                else:
                    record_foreign_entry(self._context, self._lane)
        except Exception as error:  # noqa: BLE001  one failure must not end the worker
            log.error("a job failed: %s", describe_error(error))
        self.set_state(WorkerStatus.IDLE)

    def run_maintenance_tasks(self) -> None:
        for queue in self.queues:
            clean_worker_registry(queue)
        self.last_cleaned_at = now()  # type: ignore[assignment]

    def subscribe(self) -> None:
        """Subscribe to nothing: systemd ends a worker, not a message in Redis."""

    def check_for_suspension(self, burst: bool) -> None:
        """Do not ask: no key in Redis suspends a worker."""


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
    client = context.store.create_rq_client()
    if LaneQueue(lane, client).drop_foreign_keys(client):
        record_foreign_entry(context, lane)
    context.notifier.enqueue(lane)
    LaneWorker(lane, context).work(logging_level="WARNING")
