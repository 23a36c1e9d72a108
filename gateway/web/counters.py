"""What the web counts. No label ever holds a number, a text or a code."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own name of the folder where processes that share a port count"""

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


def counted() -> CollectorRegistry:
    """What is shown: of every process that shares the port, whichever of them is asked."""
    if TOGETHER not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
