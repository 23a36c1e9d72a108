"""What this web process counts. No label ever holds a number, a text or a code.

Processes that share a port are counted together (`shared_registry`); with several ports, each port is a target of its
own. Figures of the whole deployment are in `metrics`.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS_DIR_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""names the folder where processes that share a port count; the name is of prometheus_client"""

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
USSD_TURN_SECONDS = Histogram(
    "mwavuli_ussd_turn_seconds",
    "Seconds from a USSD request to its answer, by result: answered, malformed, busy, closed (an apology), failed",
    ["result"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
INBOUND_TEXTS = Counter("mwavuli_inbound_texts", "Inbound texts by result", ["result"], registry=REGISTRY)
DELIVERY_REPORTS = Counter("mwavuli_delivery_reports", "Delivery reports by result", ["result"], registry=REGISTRY)
WRONG_TOKENS = Counter("mwavuli_wrong_token", "Webhook requests with a wrong token", registry=REGISTRY)
REFUSED_ADDRESSES = Counter(
    "mwavuli_refused_address", "Webhook requests from outside the addresses of [web.addresses]", registry=REGISTRY
)
MALFORMED_REQUESTS = Counter(
    "mwavuli_malformed_request", "Requests that are no HTTP, or too large; none has a log line", registry=REGISTRY
)
CUT_CONNECTIONS = Counter(
    "mwavuli_cut_connection",
    "Connections closed by a limit: slow (no whole request and answer in time), full (too many connections)",
    ["result"],
    registry=REGISTRY,
)
for _result in ("slow", "full"):
    CUT_CONNECTIONS.labels(_result)
for _result in ("answered", "busy", "malformed", "closed", "failed"):
    USSD_TURN_SECONDS.labels(_result)
for _result in ("taken", "malformed", "no number", "closed"):
    INBOUND_TEXTS.labels(_result)
for _result in ("known", "unknown status", "stranger", "malformed", "closed"):
    DELIVERY_REPORTS.labels(_result)


def shared_registry() -> CollectorRegistry:
    """Return the counters of all processes that share the port, whichever process is asked."""
    if MULTIPROCESS_DIR_VARIABLE not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
