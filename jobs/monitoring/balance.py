"""The account's balance at the network, asked for by the clock now and then and kept for the metrics."""

import logging

from gateway.errors import StoreUnavailable
from gateway.logs import describe_error
from jobs.context import JobContext

log = logging.getLogger("mwavuli.jobs")


def request_balance(context: JobContext) -> None:
    """Ask, beside whatever else goes on, unless some clock did in this time. Raises StoreAway."""
    pause = context.times.balance_interval
    if pause and context.store.limits.reserve_balance_request(pause):
        context.pool.submit(_store_balance, context)


def _store_balance(context: JobContext) -> None:
    try:
        if found := context.provider.fetch_balance():
            context.store.save_balance(found.amount, found.currency)
    except StoreUnavailable:
        log.error("Redis is away")
    except Exception as error:  # noqa: BLE001  its text is a stranger's
        log.error("the balance was not told: %s", describe_error(error))
