"""The account's balance at the network, asked for by the clock now and then and kept for the metrics."""

import logging

from gateway.errors import StoreAway
from gateway.logs import what
from gateway.store import vitals
from jobs.context import Context

log = logging.getLogger("mwavuli.jobs")
ASKED = "clock:asked"


def ask(context: Context) -> None:
    """Ask, beside whatever else goes on, unless some clock did in this time. Raises StoreAway."""
    pause = context.times.balance
    if pause and context.store.connection.call("SET", ASKED, 1, "NX", "EX", pause):
        context.pool.submit(_keep, context)


def _keep(context: Context) -> None:
    try:
        if found := context.provider.balance():
            vitals.keep_balance(context.store.connection, found.amount, found.currency)
    except StoreAway:
        log.error("Redis is away")
    except Exception as error:  # noqa: BLE001  its text is a stranger's
        log.error("the balance was not told: %s", what(error))
