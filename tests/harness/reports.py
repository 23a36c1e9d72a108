"""Delivery reports as Africa's Talking posts them, read by its adapter."""

from urllib.parse import urlencode

from gateway.numbers import Number
from gateway.providers.africastalking.inbound import read_report
from gateway.providers.events import DeliveryReport
from gateway.providers.inbound import InboundRequest


def at_report(message_id: str, status: str, number: Number, reason: str = "") -> DeliveryReport:
    form = {"id": message_id, "status": status, "phoneNumber": number.e164, "failureReason": reason}
    return read_report(InboundRequest(body=urlencode(form).encode()))
