"""What the web counts. No label ever holds a number, a text or a code."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
TURNS = Histogram(
    "mwavuli_ussd_turn_seconds",
    "USSD turns by result",
    ["result"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
TEXTS = Counter("mwavuli_inbound_texts", "Inbound texts by result", ["result"], registry=REGISTRY)
REPORTS = Counter("mwavuli_delivery_reports", "Delivery reports by result", ["result"], registry=REGISTRY)
FORGED = Counter("mwavuli_wrong_token", "Webhooks without the secret", registry=REGISTRY)
