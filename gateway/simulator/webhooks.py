"""Post the forms of the provider to the gateway, over connections that are kept open."""

import asyncio
import logging
from collections.abc import Mapping

import httpx

from gateway.simulator.config import Config
from gateway.simulator.dialogue import WebhookAnswer
from gateway.simulator.faults import Faults

NO_ANSWER = WebhookAnswer(0, "")

# httpx logs each URL at INFO, and our URLs hold the token.
logging.getLogger("httpx").setLevel(logging.WARNING)


class GatewayWebhooks:
    """The webhooks of the gateway. Proxies and redirects are not used, because they could lead to another machine."""

    def __init__(self, config: Config, faults: Faults) -> None:
        self.faults = faults
        self.base_url = f"{config.gateway.rstrip('/')}/at/{config.token}"
        self.client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=config.ussd_timeout_s,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )
        self.timeout_s = config.ussd_timeout_s

    async def post(self, path: str, form: Mapping[str, str]) -> WebhookAnswer:
        """Post one form; every failure is an answer with status 0."""
        try:
            await asyncio.sleep(self.faults.webhook_latency_ms / 1000)
            async with asyncio.timeout(self.timeout_s):
                reply = await self.client.post(f"{self.base_url}/{path}", data=form)
        except (httpx.HTTPError, TimeoutError):
            return NO_ANSWER
        return WebhookAnswer(reply.status_code, reply.content.decode("utf-8", "replace"))

    async def close(self) -> None:
        await self.client.aclose()
