"""Carry USSD sessions between phones and the gateway."""

import asyncio
import time
from datetime import UTC, datetime

from gateway.simulator.background import Background
from gateway.simulator.config import Config
from gateway.simulator.dialogue import Dialogue, WebhookAnswer
from gateway.simulator.faults import Faults
from gateway.simulator.phone import Phone, Phones
from gateway.simulator.stats import Stats
from gateway.simulator.webhooks import GatewayWebhooks


class PhoneStateError(Exception):
    """An action that the phone cannot do now; the text says why."""


class Ussd:
    """Dials, sends inputs and hangs up."""

    def __init__(
        self,
        config: Config,
        faults: Faults,
        stats: Stats,
        phones: Phones,
        webhooks: GatewayWebhooks,
        background: Background,
    ) -> None:
        self.config, self.faults, self.stats = config, faults, stats
        self.phones, self.webhooks, self.background = phones, webhooks, background

    async def dial(self, phone: Phone, code: str) -> Dialogue:
        """Start a dialogue; an open dialogue on this phone ends first."""
        self.hang_up(phone)
        dialogue = phone.dialogue = Dialogue(self.config.service_code)
        self.stats.ussd["sessions"] += 1
        inputs = parse_dialled_inputs(code, self.config.service_code)
        if inputs is None:
            dialogue.fail("no service has this code")
            self.phones.record_change(phone)
            return dialogue
        dialogue.inputs = inputs
        return await self.run_turn(phone, dialogue)

    async def send_input(self, phone: Phone, text: str) -> Dialogue:
        """Send the text that was typed at the prompt. Raises PhoneStateError."""
        dialogue = phone.dialogue
        if dialogue is None or not dialogue.open:
            raise PhoneStateError("no dialogue is open on this phone: dial first")
        if dialogue.waiting:
            raise PhoneStateError("the phone is still waiting for an answer")
        if len(text) > self.config.max_input_chars:
            raise PhoneStateError(f"more than {self.config.max_input_chars} characters")
        dialogue.inputs.append(text)
        return await self.run_turn(phone, dialogue)

    def hang_up(self, phone: Phone) -> Dialogue | None:
        """End the dialogue from the phone."""
        dialogue = phone.dialogue
        if dialogue is not None and dialogue.open:
            dialogue.open, dialogue.waiting = False, False
            self.report_end(phone, dialogue, "Incomplete")
        return dialogue

    async def run_turn(self, phone: Phone, dialogue: Dialogue) -> Dialogue:
        """Post the inputs and show the answer, unless the caller has hung up meanwhile."""
        dialogue.waiting, dialogue.hops = True, dialogue.hops + 1
        self.stats.ussd["turns"] += 1
        dropped = self.should_drop()
        self.phones.record_change(phone)
        answer = await self.post_turn(turn_form(phone, dialogue))
        if not dialogue.open:
            return dialogue
        if dropped:
            dialogue.fail("the connection was lost")
        else:
            dialogue.show_answer(answer, self.config)
        self.stats.ussd["overlong"] += dialogue.error.startswith("screen too long")
        self.phones.record_change(phone)
        if not dialogue.open:
            self.report_end(phone, dialogue, "Failed" if dialogue.failed else "Success")
        return dialogue

    def should_drop(self) -> bool:
        every = self.faults.drop_session_every
        return every > 0 and self.stats.ussd["turns"] % every == 0

    async def post_turn(self, form: dict[str, str]) -> WebhookAnswer:
        """Post a turn, or twice at once where that fault is set. Return the first answer."""
        if not self.faults.repeat_requests:
            return await self.webhooks.post("ussd", form)
        first, second = await asyncio.gather(*(self.webhooks.post("ussd", form) for _ in range(2)))
        self.stats.ussd["repeats_differed"] += first != second
        return first

    def report_end(self, phone: Phone, dialogue: Dialogue, status: str) -> None:
        """Report the end of the session to the gateway, once and without waiting."""
        self.phones.record_change(phone)
        self.stats.ussd["errors"] += status == "Failed"
        self.background.start(self.webhooks.post("ussd/ended", ended_form(phone, dialogue, status)))


def parse_dialled_inputs(code: str, service_code: str) -> list[str] | None:
    """Return the inputs behind the service code (`*384*2024*1*2#`); None for a code of another service."""
    stem, dialled = service_code.rstrip("#"), code.strip().rstrip("#")
    if not code.strip().endswith("#"):
        return None
    if dialled == stem:
        return []
    return dialled[len(stem) + 1 :].split("*") if dialled.startswith(f"{stem}*") else None


def turn_form(phone: Phone, dialogue: Dialogue) -> dict[str, str]:
    return {
        "sessionId": dialogue.session_id,
        "phoneNumber": phone.msisdn,
        "networkCode": phone.network_code,
        "serviceCode": dialogue.service_code,
        "text": dialogue.input,
    }


def ended_form(phone: Phone, dialogue: Dialogue, status: str) -> dict[str, str]:
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "sessionId": dialogue.session_id,
        "serviceCode": dialogue.service_code,
        "networkCode": phone.network_code,
        "phoneNumber": phone.msisdn,
        "status": status,
        "cost": "KES 1.0000",
        "durationInMillis": str(round((time.monotonic() - dialogue.started_at) * 1000)),
        "hopsCount": str(dialogue.hops),
        "input": dialogue.input,
        "lastAppResponse": dialogue.body,
        "errorMessage": dialogue.error if status == "Failed" else "",
    }
