"""Delivery reports: one post a report, by a few workers, in the background."""

import asyncio
from random import Random

from gateway.simulator.background import Background
from gateway.simulator.faults import Faults
from gateway.simulator.stats import Message, Stats
from gateway.simulator.webhooks import Webhooks

BOUND = 1_000_000
"""Reports that may wait; more are dropped and counted."""
AT_ONCE = 4
"""Reports in flight while a send waits for them."""

Errand = tuple[str, str, tuple[str, ...]]
"""Message id, number, and the statuses to report, in order."""

REASONS = {"Failed": "DeliveryFailure", "AbsentSubscriber": "AbsentSubscriber"}


class Reports:
    """Reports waiting for their time."""

    def __init__(
        self, faults: Faults, stats: Stats, webhooks: Webhooks, background: Background, random: Random
    ) -> None:
        self.faults, self.stats, self.webhooks = faults, stats, webhooks
        self.background, self.random = background, random
        self.queue: asyncio.Queue[tuple[int, Errand]] = asyncio.Queue()
        self.generation = 0

    def reset(self) -> None:
        """Forget what waits: its generation is over."""
        self.generation += 1
        while not self.queue.empty():
            self.queue.get_nowait()

    async def plan(self, taken: list[Message]) -> None:
        """Queue the reports of one call; may post them first, if that is the fault."""
        wish = self.faults.reports
        if wish.mode == "off":
            return
        if wish.mode == "lost":
            self.stats.reports["lost"] += len(taken)
            return
        errands = [(message.id, message.number, self.statuses(message.number)) for message in taken]
        if wish.reorder:
            errands.reverse()
        errands = self.admit(errands)
        if wish.before_send_returns:
            for at in range(0, len(errands), AT_ONCE):
                batch = errands[at : at + AT_ONCE]
                await asyncio.gather(*(self.post(self.generation, errand) for errand in batch))
        elif wish.delay_ms:
            self.background.start(self.enqueue_later(errands, wish.delay_ms / 1000))
        else:
            self.enqueue(errands)

    def admit(self, errands: list[Errand]) -> list[Errand]:
        """As many as there is room for."""
        admitted = errands[: max(0, BOUND - self.stats.reports["pending"])]
        self.stats.reports.update(pending=len(admitted), dropped=len(errands) - len(admitted))
        return admitted

    def statuses(self, number: str) -> tuple[str, ...]:
        """What becomes of one message."""
        wish = self.faults.reports
        final = "Success"
        if number in self.faults.absent:
            final = "AbsentSubscriber"
        elif wish.share_failed and self.random.random() < wish.share_failed:
            final = "Failed"
        return (final,) * (2 if wish.double else 1) + (("Sent",) if wish.reorder else ())

    async def enqueue_later(self, errands: list[Errand], seconds: float) -> None:
        """One timer a call: later calls with a shorter delay are not held up."""
        await asyncio.sleep(seconds)
        self.enqueue(errands)

    def enqueue(self, errands: list[Errand]) -> None:
        for errand in errands:
            self.queue.put_nowait((self.generation, errand))

    async def work(self) -> None:
        """One worker: report after report."""
        while True:
            generation, errand = await self.queue.get()
            await self.post(generation, errand)

    async def post(self, generation: int, errand: Errand) -> None:
        """Post a message's reports one after the other; the provider does not repeat them."""
        message_id, number, statuses = errand
        for status in statuses:
            answer = await self.webhooks.post("delivery", form(message_id, number, status))
            if generation != self.generation:
                return
            self.stats.reports["posted" if answer.status == 200 else "failed"] += 1
        self.stats.reports["pending"] -= 1


def form(message_id: str, number: str, status: str) -> dict[str, str]:
    return {
        "id": message_id,
        "status": status,
        "phoneNumber": number,
        "networkCode": "63902",
        "failureReason": REASONS.get(status, ""),
        "retryCount": "0",
    }
