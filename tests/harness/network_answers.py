"""Faults of the simulated network, and a network that gives one answer to everything."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

HTTP = httpx.Client()


def set_faults(network_url: str, **faults: object) -> None:
    assert HTTP.put(f"{network_url}/api/faults", json=faults).status_code == 200


@contextmanager
def answering(status: int, body: bytes, kind: str, location: str = "") -> Iterator[str]:
    """Run a network that gives one answer to everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
