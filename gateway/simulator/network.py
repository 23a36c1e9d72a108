"""The whole simulated network, put together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from gateway.simulator.background import Background
from gateway.simulator.config import Config
from gateway.simulator.delivery_reports import DeliveryReports
from gateway.simulator.faults import Faults
from gateway.simulator.inbound import Inbound
from gateway.simulator.message_centre import MessageCentre
from gateway.simulator.phone import Phones
from gateway.simulator.stats import Stats
from gateway.simulator.ussd import Ussd
from gateway.simulator.webhooks import GatewayWebhooks

log = logging.getLogger(__name__)


class Network:
    """The state of one process; nothing of it outlives the process."""

    def __init__(self, config: Config, faults: Faults) -> None:
        self.config, self.faults = config, faults
        random = Random(config.seed)  # noqa: S311 - chooses which number is refused, protects nothing
        self.background = Background()
        self.stats = Stats(config.keep_messages)
        self.phones = Phones(config.phones, self.stats.recent)
        self.webhooks = GatewayWebhooks(config, faults)
        self.delivery_reports = DeliveryReports(faults, self.stats, self.webhooks, self.background, random)
        self.message_centre = MessageCentre(faults, self.stats, self.phones, self.delivery_reports, random)
        self.inbound = Inbound(config, faults, self.stats, self.webhooks, self.background)
        self.ussd = Ussd(config, faults, self.stats, self.phones, self.webhooks, self.background)

    def reset(self) -> None:
        """Return to the start: no faults, no counts, no messages, only the first phones, no waiting reports."""
        self.background.stop()
        self.faults.replace(Faults())
        self.stats.reset()
        self.phones.reset()
        self.delivery_reports.reset()
        self.start_workers()

    def start_workers(self) -> None:
        for _ in range(self.config.report_workers):
            self.background.start(self.delivery_reports.work())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers within the block; log the counts at its end."""
        self.start_workers()
        try:
            yield
        finally:
            self.background.stop()
            await asyncio.sleep(0)
            await self.webhooks.close()
            log.info("calls %d, messages taken %d", self.stats.requests, self.stats.accepted)
