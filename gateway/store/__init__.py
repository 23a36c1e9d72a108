"""The only package that talks to Redis. Every failure of Redis is `errors.StoreUnavailable`."""

from gateway.store.access_monitor import AccessMonitor
from gateway.store.connection import Connection
from gateway.store.rate_limit import RateLimiter
from gateway.store.recipients import Recipients
from gateway.store.store import Store
from gateway.store.transaction import Transaction
from gateway.store.transition import RecipientCounts, Transition
from gateway.store.turn import Turn
from gateway.store.work_queue import WorkItem, WorkQueue

__all__ = [
    "AccessMonitor",
    "Connection",
    "RateLimiter",
    "RecipientCounts",
    "Recipients",
    "Store",
    "Transaction",
    "Transition",
    "Turn",
    "WorkItem",
    "WorkQueue",
]
