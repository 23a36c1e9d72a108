"""Delivery reports: one request a report, posted by a few background workers."""

import asyncio
from random import Random

from gateway.simulator.background import Background
from gateway.simulator.faults import Faults
from gateway.simulator.stats import Message, Stats
from gateway.simulator.webhooks import GatewayWebhooks

MAX_PENDING = 1_000_000
"""Most reports that wait; further reports are dropped and counted."""
MAX_CONCURRENT = 4
"""Reports posted at once while a send waits for them."""

PendingReports = tuple[str, str, tuple[str, ...]]
"""Message id, number, and the statuses to report in order."""

FAILURE_REASONS = {"Failed": "DeliveryFailure", "AbsentSubscriber": "AbsentSubscriber"}


class DeliveryReports:
    """The queue of reports."""

    def __init__(
        self, faults: Faults, stats: Stats, webhooks: GatewayWebhooks, background: Background, random: Random
    ) -> None:
        self.faults, self.stats, self.webhooks = faults, stats, webhooks
        self.background, self.random = background, random
        self.queue: asyncio.Queue[tuple[int, PendingReports]] = asyncio.Queue()
        self.generation = 0

    def reset(self) -> None:
        """Drop all waiting reports and begin a new generation."""
        self.generation += 1
        while not self.queue.empty():
            self.queue.get_nowait()

    async def schedule(self, messages: list[Message]) -> None:
        """Queue the reports of one call, or post them at once where that fault is set."""
        wish = self.faults.reports
        if wish.mode == "off":
            return
        if wish.mode == "lost":
            self.stats.reports["lost"] += len(messages)
            return
        reports = [(message.id, message.number, self.statuses_for(message.number)) for message in messages]
        if wish.reorder:
            reports.reverse()
        reports = self.limit_pending(reports)
        if wish.before_send_returns:
            for at in range(0, len(reports), MAX_CONCURRENT):
                batch = reports[at : at + MAX_CONCURRENT]
                await asyncio.gather(*(self.post(self.generation, report) for report in batch))
        elif wish.delay_ms:
            self.background.start(self.enqueue_later(reports, wish.delay_ms / 1000))
        else:
            self.enqueue(reports)

    def limit_pending(self, pending: list[PendingReports]) -> list[PendingReports]:
        """Return as many reports as there is room for."""
        admitted = pending[: max(0, MAX_PENDING - self.stats.reports["pending"])]
        self.stats.reports.update(pending=len(admitted), dropped=len(pending) - len(admitted))
        return admitted

    def statuses_for(self, number: str) -> tuple[str, ...]:
        """Return the statuses that are reported of one message."""
        wish = self.faults.reports
        final = "Success"
        if number in self.faults.absent:
            final = "AbsentSubscriber"
        elif wish.share_failed and self.random.random() < wish.share_failed:
            final = "Failed"
        return (final,) * (2 if wish.double else 1) + (("Sent",) if wish.reorder else ())

    async def enqueue_later(self, pending: list[PendingReports], delay_s: float) -> None:
        """Queue the reports after a delay; one timer a call, so that a later call with a shorter delay is first."""
        await asyncio.sleep(delay_s)
        self.enqueue(pending)

    def enqueue(self, pending: list[PendingReports]) -> None:
        for report in pending:
            self.queue.put_nowait((self.generation, report))

    async def work(self) -> None:
        """Post reports one after another, without end."""
        while True:
            generation, report = await self.queue.get()
            await self.post(generation, report)

    async def post(self, generation: int, pending: PendingReports) -> None:
        """Post the reports of a message one after another; the network does not repeat them."""
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
