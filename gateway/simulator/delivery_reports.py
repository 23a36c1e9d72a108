"""Delivery reports: one post a report, by a few workers, in the background."""

import asyncio
from random import Random

from gateway.simulator.background import Background
from gateway.simulator.faults import Faults
from gateway.simulator.stats import Message, Stats
from gateway.simulator.webhooks import GatewayWebhooks

MAX_PENDING = 1_000_000
"""Reports that may wait; more are dropped and counted."""
MAX_CONCURRENT = 4
"""Reports in flight while a send waits for them."""

PendingReports = tuple[str, str, tuple[str, ...]]
"""Message id, number, and the statuses to report, in order."""

FAILURE_REASONS = {"Failed": "DeliveryFailure", "AbsentSubscriber": "AbsentSubscriber"}


class DeliveryReports:
    """Reports waiting for their time."""

    def __init__(
        self, faults: Faults, stats: Stats, webhooks: GatewayWebhooks, background: Background, random: Random
    ) -> None:
        self.faults, self.stats, self.webhooks = faults, stats, webhooks
        self.background, self.random = background, random
        self.queue: asyncio.Queue[tuple[int, PendingReports]] = asyncio.Queue()
        self.generation = 0

    def reset(self) -> None:
        """Forget what waits: its generation is over."""
        self.generation += 1
        while not self.queue.empty():
            self.queue.get_nowait()

    async def schedule(self, messages: list[Message]) -> None:
        """Queue the reports of one call; may post them first, if that is the fault."""
        wish = self.faults.reports
        if wish.mode == "off":
            return
        if wish.mode == "lost":
            self.stats.reports["lost"] += len(messages)
            return
        errands = [(message.id, message.number, self.statuses_for(message.number)) for message in messages]
        if wish.reorder:
            errands.reverse()
        errands = self.limit_pending(errands)
        if wish.before_send_returns:
            for at in range(0, len(errands), MAX_CONCURRENT):
                batch = errands[at : at + MAX_CONCURRENT]
                await asyncio.gather(*(self.post(self.generation, errand) for errand in batch))
        elif wish.delay_ms:
            self.background.start(self.enqueue_later(errands, wish.delay_ms / 1000))
        else:
            self.enqueue(errands)

    def limit_pending(self, pending: list[PendingReports]) -> list[PendingReports]:
        """As many as there is room for."""
        admitted = pending[: max(0, MAX_PENDING - self.stats.reports["pending"])]
        self.stats.reports.update(pending=len(admitted), dropped=len(pending) - len(admitted))
        return admitted

    def statuses_for(self, number: str) -> tuple[str, ...]:
        """What becomes of one message."""
        wish = self.faults.reports
        final = "Success"
        if number in self.faults.absent:
            final = "AbsentSubscriber"
        elif wish.share_failed and self.random.random() < wish.share_failed:
            final = "Failed"
        return (final,) * (2 if wish.double else 1) + (("Sent",) if wish.reorder else ())

    async def enqueue_later(self, pending: list[PendingReports], delay_s: float) -> None:
        """One timer a call: later calls with a shorter delay are not held up."""
        await asyncio.sleep(delay_s)
        self.enqueue(pending)

    def enqueue(self, pending: list[PendingReports]) -> None:
        for errand in pending:
            self.queue.put_nowait((self.generation, errand))

    async def work(self) -> None:
        """One worker: report after report."""
        while True:
            generation, errand = await self.queue.get()
            await self.post(generation, errand)

    async def post(self, generation: int, pending: PendingReports) -> None:
        """Post a message's reports one after the other; the provider does not repeat them."""
        message_id, number, statuses = pending
        for status in statuses:
            answer = await self.webhooks.post("delivery", report_form(message_id, number, status))
            if generation != self.generation:
                return
            self.stats.reports["posted" if answer.status == 200 else "failed"] += 1
        self.stats.reports["pending"] -= 1


def report_form(message_id: str, number: str, status: str) -> dict[str, str]:
    return {
        "id": message_id,
        "status": status,
        "phoneNumber": number,
        "networkCode": "63902",
        "failureReason": FAILURE_REASONS.get(status, ""),
        "retryCount": "0",
    }
