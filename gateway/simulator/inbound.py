"""Texts from phones: each is posted to the gateway until it answers 200."""

import asyncio
import re
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4
from xml.sax.saxutils import unescape

from gateway.simulator.background import Background
from gateway.simulator.config import Config
from gateway.simulator.faults import Faults
from gateway.simulator.phone import Phone
from gateway.simulator.stats import Stats
from gateway.simulator.webhooks import GatewayWebhooks

DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
"""The two date formats of the provider, used in turn."""


class Inbound:
    """Inbound texts and opt-outs."""

    def __init__(
        self, config: Config, faults: Faults, stats: Stats, webhooks: GatewayWebhooks, background: Background
    ) -> None:
        self.config, self.faults, self.stats = config, faults, stats
        self.webhooks, self.background = webhooks, background
        self.date_counter = count()

    async def send(self, phone: Phone, to: str, text: str) -> dict[str, object]:
        """Post a text once; without an answer 200 retry in the background."""
        form = self.text_form(phone, to, text)
        self.stats.inbound.update(taken=1, pending=1)
        status = await self.post(form)
        if status == 200:
            self.count_outcome("acknowledged")
        else:
            self.background.start(self.retry(form))
        return {"id": form["id"], "status": status, "acknowledged": status == 200}

    def text_form(self, phone: Phone, to: str, text: str) -> dict[str, str]:
        return {
            "date": datetime.now(UTC).strftime(DATE_FORMATS[next(self.date_counter) % len(DATE_FORMATS)]),
            "from": phone.msisdn,
            "id": str(uuid4()),
            "linkId": str(uuid4()),
            "text": text,
            "to": to,
            "networkCode": phone.network_code,
            "cost": "None",
        }

    async def post(self, form: dict[str, str]) -> int:
        """Post once, or twice at once where that fault is set. Return the first HTTP status; 0: no answer."""
        tries = 2 if self.faults.repeat_sms else 1
        self.stats.inbound["posted"] += tries
        answers = await asyncio.gather(*(self.webhooks.post("sms", form) for _ in range(tries)))
        return answers[0].status

    async def retry(self, form: dict[str, str]) -> None:
        for _ in range(self.config.sms_retry_limit - 1):
            await asyncio.sleep(self.config.sms_retry_seconds)
            if await self.post(form) == 200:
                return self.count_outcome("acknowledged")
        return self.count_outcome("given_up")

    def count_outcome(self, outcome: str) -> None:
        self.stats.inbound.update({outcome: 1, "pending": -1})

    async def ring(self, phone: Phone, to: str) -> dict[str, object]:
        """Call a number of the gateway. `free`: the call was rejected; `heard`: the words that were said."""
        form = {
            "isActive": "1", "sessionId": f"ATVId_{uuid4().hex}", "direction": "Inbound",
            "callerNumber": phone.msisdn, "destinationNumber": to,
        }  # fmt: skip
        answer = await self.webhooks.post("voice", form)
        self.background.start(self.webhooks.post("voice", form | {"isActive": "0", "durationInSeconds": "0"}))
        heard = re.search(r"<Say>(.*?)</Say>", answer.body)
        return {
            "status": answer.status,
            "free": "<Reject/>" in answer.body,
            "heard": unescape(heard[1]) if heard else "",
        }

    async def opt_out(self, phone: Phone, sender: str) -> int:
        """Report to the gateway that a phone opted out. Return the HTTP status; 0: no answer."""
        form = {"senderId": sender, "phoneNumber": phone.msisdn}
        return (await self.webhooks.post("opt-out", form)).status
