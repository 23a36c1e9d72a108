"""Taking one send call: who gets the text, what the provider answers, which reports follow."""

from itertools import count
from random import Random
from uuid import uuid4

from gateway.simulator.faults import Faults
from gateway.simulator.phone import Phones
from gateway.simulator.reports import Reports
from gateway.simulator.septets import segments
from gateway.simulator.stats import Call, Message, Stats
from gateway.simulator.statuses import LAST_ACCEPTED, STATUSES
from gateway.simulator.verdict import decide

PRICE = 0.8
"""Kenya shillings a message part."""
DEFAULT_SENDER = "AFRICASTKNG"
"""Who a text comes from when the call names nobody."""

Answer = dict[str, object]


class Exchange:
    """The network's message centre."""

    def __init__(self, faults: Faults, stats: Stats, phones: Phones, reports: Reports, random: Random) -> None:
        self.faults, self.stats, self.phones = faults, stats, phones
        self.reports, self.random = reports, random

    async def take(self, call: Call) -> Answer:
        """Take a call and say what the provider says."""
        if self.faults.invalid_sender:
            return envelope("InvalidSenderId", [])
        codes = decide(call.numbers, self.faults, self.phones.opted_out, self.random)
        ids = new_ids(len(codes))
        taken = self.stats.take(call, codes, ids)
        self.deliver(taken)
        await self.reports.plan(taken)
        return self.answer(call, codes, ids, len(taken))

    def deliver(self, taken: list[Message]) -> None:
        """Put a text into the inbox of each phone that is known and switched on."""
        known, absent = self.phones.known, self.faults.absent
        for message in taken:
            if message.number in known and message.number not in absent:
                known[message.number].receive(message)
                self.phones.touch(known[message.number])

    def answer(self, call: Call, codes: list[int], ids: list[str], accepted: int) -> Answer:
        """The 201's JSON."""
        cost = PRICE * segments(call.text)
        recipients = [
            recipient(number, code, message_id, cost)
            for number, code, message_id in zip(call.numbers, codes, ids, strict=True)
        ]
        shown = recipients[: max(0, len(recipients) - self.faults.missing_recipients)]
        total = f"Sent to {accepted}/{len(codes)} Total Cost: KES {cost * accepted:.4f}"
        return envelope(total, shown)


def envelope(message: str, recipients: list[dict[str, object]]) -> Answer:
    return {"SMSMessageData": {"Message": message, "Recipients": recipients}}


def recipient(number: str, code: int, message_id: str, cost: float) -> dict[str, object]:
    accepted = code <= LAST_ACCEPTED
    return {
        "statusCode": code,
        "number": number,
        "status": "Success" if accepted else STATUSES[code],
        "cost": f"KES {cost:.4f}" if accepted else "0",
        "messageId": message_id if accepted else "None",
    }


serial = count(1)


def new_ids(amount: int) -> list[str]:
    """Ids as the provider's look; one random draw a call is enough to keep them apart."""
    stem = uuid4().hex[:20]
    return [f"ATXid_{stem}{next(serial):012x}" for _ in range(amount)]
