"""The handlers of tasks: how one is registered, and the decorator for a handler that commits once."""

from collections.abc import Callable
from functools import partial, wraps

from gateway.model.task import Task
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from jobs.context import JobContext

Handler = Callable[[JobContext, WorkItem], None]
CommitStep = Callable[[JobContext, WorkItem, World, Transaction, int], int | None]
"""takes the snapshot of the world, the transaction to fill and the time in Unix seconds;
returns the seconds until the item is due again, or 0 or None where the item is done"""
HANDLERS: dict[Task, Handler] = {}


def handles(task: Task) -> Callable[[Handler], Handler]:
    """Register the function that handles items of this task."""

    def register(handler: Handler) -> Handler:
        HANDLERS[task] = handler
        return handler

    return register


def transactional(step: CommitStep) -> Handler:
    """Return a handler that commits the writes of `step` together with the end of its item.

    A worker that dies repeats nothing. `step` runs again where another commit changed a record that it read.
    """

    @wraps(step)
    def handle(context: JobContext, item: WorkItem) -> None:
        context.store.transact_and_finish(item, partial(step, context, item))

    return handle
