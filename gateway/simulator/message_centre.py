"""Accept one send call: deliver the text, build the answer, schedule the reports."""

from itertools import count
from random import Random
from uuid import uuid4

from gateway.simulator.delivery_reports import DeliveryReports
from gateway.simulator.faults import Faults
from gateway.simulator.phone import Phones
from gateway.simulator.send_results import decide_codes
from gateway.simulator.septets import count_segments
from gateway.simulator.stats import Message, SendRequest, Stats
from gateway.simulator.statuses import LAST_ACCEPTED, STATUSES

PRICE_PER_SEGMENT_KES = 0.8
"""Kenya shillings a segment."""
DEFAULT_SENDER = "AFRICASTKNG"
"""Sender of a call without `from`."""

SendAnswer = dict[str, object]


class MessageCentre:
    """The message centre of the network."""

    def __init__(
        self, faults: Faults, stats: Stats, phones: Phones, delivery_reports: DeliveryReports, random: Random
    ) -> None:
        self.faults, self.stats, self.phones = faults, stats, phones
        self.delivery_reports, self.random = delivery_reports, random

    async def accept(self, request: SendRequest) -> SendAnswer:
        """Accept a call and return the answer of the provider."""
        if self.faults.invalid_sender:
            return answer_json("InvalidSenderId", [])
        codes = decide_codes(request.numbers, self.faults, self.phones.opted_out, self.random)
        ids = new_ids(len(codes))
        taken = self.stats.record(request, codes, ids)
        self.deliver(taken)
        await self.delivery_reports.schedule(taken)
        return self.build_answer(request, codes, ids, len(taken))

    def deliver(self, messages: list[Message]) -> None:
        """Put each text into the inbox of its phone, where the phone is known and switched on."""
        known, absent = self.phones.by_number, self.faults.absent
        for message in messages:
            if message.number in known and message.number not in absent:
                known[message.number].receive(message)
                self.phones.record_change(known[message.number])

    def build_answer(self, request: SendRequest, codes: list[int], ids: list[str], accepted: int) -> SendAnswer:
        """Return the JSON of the answer with status 201."""
        cost = PRICE_PER_SEGMENT_KES * count_segments(request.text)
        recipients = [
            recipient_json(number, code, message_id, cost)
            for number, code, message_id in zip(request.numbers, codes, ids, strict=True)
        ]
        shown = recipients[: max(0, len(recipients) - self.faults.missing_recipients)]
        total = f"Sent to {accepted}/{len(codes)} Total Cost: KES {cost * accepted:.4f}"
        return answer_json(total, shown)


def answer_json(message: str, recipients: list[dict[str, object]]) -> SendAnswer:
    return {"SMSMessageData": {"Message": message, "Recipients": recipients}}


def recipient_json(number: str, code: int, message_id: str, cost: float) -> dict[str, object]:
    accepted = code <= LAST_ACCEPTED
    return {
        "statusCode": code,
        "number": number,
        "status": "Success" if accepted else STATUSES[code],
        "cost": f"KES {cost:.4f}" if accepted else "0",
        "messageId": message_id if accepted else "None",
    }


serial_numbers = count(1)


def new_ids(count: int) -> list[str]:
    """Return ids in the form of the provider, with one random draw a call."""
    stem = uuid4().hex[:20]
    return [f"ATXid_{stem}{next(serial_numbers):012x}" for _ in range(count)]
