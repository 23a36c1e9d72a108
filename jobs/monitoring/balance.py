"""The balance of the account at the network, which the scheduler reads from time to time for the metrics."""

import logging

from gateway.errors import StoreUnavailable
from gateway.logs import describe_error
from jobs.context import JobContext

log = logging.getLogger("mwavuli.jobs")


def request_balance(context: JobContext) -> None:
    """Read the balance in a thread, unless a scheduler did so in this interval. Raises StoreUnavailable."""
    pause = context.times.balance_interval
    if pause and context.store.limits.reserve_balance_request(pause):
        context.pool.submit(_store_balance, context)


def _store_balance(context: JobContext) -> None:
    try:
        if found := context.provider.fetch_balance():
            context.store.save_balance(found.amount, found.currency)
    except StoreUnavailable:
        log.error("Redis is away")
    except Exception as error:  # noqa: BLE001  the error's text comes from outside
        log.error("the balance could not be read: %s", describe_error(error))
