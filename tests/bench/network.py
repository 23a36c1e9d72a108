"""The simulated network as the benchmarks use it: a process of its own, without delivery reports."""

import json
from typing import Any
from urllib.request import Request, urlopen

from tests.bench.stage import Child, Stage, wait_for_port


class Network:
    def __init__(self, stage: Stage, keep: int = 2000):
        self._url = f"http://127.0.0.1:{stage.network_port}/api"
        self.child: Child = stage.python(
            "network", "gateway.simulator", "--port", str(stage.network_port),
            "--gateway", f"http://127.0.0.1:{stage.port}", "--keep-messages", str(keep),
        )  # fmt: skip
        wait_for_port(self.child, stage.network_port)

    def begin(self, latency_ms: float = 0) -> None:
        """Forget all earlier texts. Answer sends after this many milliseconds."""
        self._ask("POST", "/reset")
        self._ask("PUT", "/faults", {"latency_ms": latency_ms, "reports": {"mode": "off"}})

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("GET", "/stats")
        return found

    def messages(self, since: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", f"/messages?since={since}")["messages"]
        return found

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        with urlopen(Request(self._url + path, data, method=method), timeout=20) as answer:  # noqa: S310  loopback
            return json.loads(answer.read())
