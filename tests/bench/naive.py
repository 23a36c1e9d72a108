"""One RQ job for each recipient. `python -m tests.bench.naive` is its worker, of the same class as ours."""

import logging
from functools import cache
from typing import Any

from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from gateway.cli.common import load_deployment
from tests.bench import sdk

QUEUE = "naive"
JOB = "tests.bench.naive.send_one"
_ready = cache(sdk.ready)


def send_one(token: str, record: str) -> None:
    sdk.send(_ready(), [bytes.fromhex(token)], record)


def queue(connection: Any) -> Queue:
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def enqueue(connection: Any, tokens: list[bytes], record: str) -> None:
    """Queue all jobs in one round trip, with as little work as possible."""
    jobs = [Queue.prepare_data(JOB, (t.hex(), record), description="", result_ttl=0, failure_ttl=60) for t in tokens]
    queue(connection).enqueue_many(jobs)


def main() -> None:
    logging.getLogger("rq").setLevel(logging.WARNING)
    connection = load_deployment().store.connection.create_rq_client()
    worker = SimpleWorker(
        [queue(connection)], connection=connection, serializer=JSONSerializer, log_job_description=False,
        default_result_ttl=0,
    )  # fmt: skip
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
