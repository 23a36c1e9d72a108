"""A keyword in, a reply out: ours, and RapidSMS with its Kannel backend, from the first text to the last reply."""

import http.client
import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.bench import people
from tests.bench.network import Network
from tests.bench.peers import install
from tests.bench.peers.carrier import until
from tests.bench.report import Report, spread, two, whole
from tests.bench.stage import Stage, free_port, wait_for_port

FROM = 254_780_000_000
AT_ONCE = 8


class Carrier(BaseHTTPRequestHandler):
    """Takes what Kannel's sendsms would take."""

    taken = 0

    def do_GET(self) -> None:
        Carrier.taken += 1
        self.send_response(202)
        self.end_headers()
        self.wfile.write(b"0: Accepted for delivery")

    def log_message(self, *words: object) -> None:
        """Log nothing."""


def compare(report: Report, work: Path, quick: bool) -> None:
    count, times = (60, 1) if quick else (1000, 3)
    with Stage() as stage:
        people.country()
        network = Network(stage)
        for command in (("web",), ("clock",), ("worker", "messages"), ("worker", "alerts")):
            child = stage.mwavuli(*command)
            if command == ("web",):
                wait_for_port(child, stage.port)
        ours = _rounds(
            stage.port, f"/at/{stage.token}/sms", ours_form, lambda: int(network.stats()["accepted"]), count, times
        )
        port = _rapidsms(stage, work)
        theirs = _rounds(port, "/sms", their_form, lambda: Carrier.taken, count, times)
    report.say("", f"### {count:,} keywords in, replies out", "")
    report.say(
        "- RapidSMS: BlockingRouter, KeywordHandler, Kannel backend, SQLite (synchronous=FULL) as its tutorial has it; "
        "gunicorn, 5 workers. Ours: web, worker, Redis with appendfsync always.",
        "- Same: texts, eight at once, each from a phone not seen before; a carrier that takes replies at once. Not "
        "same: RapidSMS replies before it acknowledges, so a slow carrier holds the webhook; ours has a worker.",
    )
    rows = [["Mwavuli", *spread(ours, whole)], ["RapidSMS", *spread(theirs, whole)]]
    report.table(["keywords answered a second", "min", "median", "max"], rows)
    ratio = median(ours) / median(theirs)
    report.goal(f"ahead of RapidSMS: {two(ratio)}", ratio >= 1)


def ours_form(number: int) -> dict[str, str]:
    return {"from": f"+{number}", "id": f"in-{number}", "text": f"JOIN {people.WARDS[-1]}", "to": "20240"}


def their_form(number: int) -> dict[str, str]:
    return {"identity": f"+{number}", "text": f"JOIN {people.WARDS[-1]}"}


def _rapidsms(stage: Stage, work: Path) -> int:
    sink, port = ThreadingHTTPServer(("127.0.0.1", 0), Carrier), free_port()
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    bin_, here = install.python(work, "rapidsms", install.RAPIDSMS), Path(__file__).parent / "rapid"
    environ = {
        "PEER_DB": str(stage.folder / "rapid.sqlite"), "DJANGO_SETTINGS_MODULE": "rapid_settings",
        "PEER_CARRIER": f"http://127.0.0.1:{sink.server_port}/cgi-bin/sendsms", "PYTHONPATH": str(here),
    }  # fmt: skip
    subprocess.run([str(bin_ / "django-admin"), "migrate", "--verbosity", "0"], env=os.environ | environ, check=True)
    child = stage.start(
        "rapidsms", [str(bin_ / "gunicorn"), "--workers", "5", "--bind", f"127.0.0.1:{port}",
                     "django.core.wsgi:get_wsgi_application()"], environ,
    )  # fmt: skip
    wait_for_port(child, port)
    return port


def _rounds(
    port: int, path: str, form: Callable[[int], dict[str, str]], replied: Callable[[], int], count: int, times: int
) -> list[float]:
    """Return texts answered a second; the first round warms up and does not count."""
    rates = []
    for i in range(times + 1):
        before, started = replied(), time.perf_counter()
        numbers = range(FROM + i * count, FROM + (i + 1) * count)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda number: _post(port, path, form(number)), numbers))
        until(lambda before=before: replied() - before >= count)  # type: ignore[misc]
        rates.append(count / (time.perf_counter() - started))
    return rates[1:]


def _post(port: int, path: str, form: dict[str, str]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    assert line.getresponse().status == 200
    line.close()
