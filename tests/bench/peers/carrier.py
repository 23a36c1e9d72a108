"""Texts to a carrier: Kannel fed by a plain loop, ours through Kannel, and ours to the simulated network."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from gateway.cli.common import load_deployment
from tests.bench import people
from tests.bench.broadcast import Bench
from tests.bench.network import Network
from tests.bench.report import Report, spread, two, whole
from tests.bench.stage import ROOT, Stage
from tests.harness.kannel import PASSWORD, RealKannel, toml

CONNECTIONS = {
    "8 connections kept open": 8,
    "a new connection each, 1 at once": -1,
    "a new connection each, 8 at once": -8,
}
PATIENCE = 120.0
LOOP = "Kannel, a plain loop, {}"
SAME = "Kannel, a plain loop that asks for delivery reports, 8 connections kept open"
THROUGH, DIRECT = "Mwavuli through Kannel, 8 calls at once", "Mwavuli to the simulated network, calls of 100"


def compare(report: Report, quick: bool) -> None:
    count, times = (300, 1) if quick else (3000, 3)
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="mwkannel") as folder:
        box = RealKannel(Path(folder))
        try:
            box.start("http://127.0.0.1:9")
            for words, lines in CONNECTIONS.items():
                rates[LOOP.format(words)] = [_fed(box, count, lines) for _ in range(times)]
            with receiver() as reports:
                rates[SAME] = [_fed(box, count, 8, reports) for _ in range(times)]
            rates[THROUGH] = _ours(count, times, box)
        finally:
            box.stop()
    rates[DIRECT] = _ours(count, times, None)
    _tell(report, rates, count)


@contextmanager
def receiver() -> Iterator[str]:
    """Run a server that takes delivery reports and stores none."""

    class Taken(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/?status=%d"
        server.shutdown()


def _fed(box: RealKannel, count: int, lines: int, reports: str = "") -> float:
    """Return messages a second, from the start of the loop to the last at the fake carrier."""
    before = arrived(box)
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.peers.sendsms", box.url, PASSWORD, str(count), str(lines), reports],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(lambda: arrived(box) - before >= count)
    return count / (time.time() - float(said.stdout))


def _ours(count: int, times: int, box: RealKannel | None) -> list[float]:
    """Return the same of a warning, from "send"."""
    stage = Stage(toml(box.url) if box else "")
    if box:
        stage.environ |= {"AT_API_KEY": "", "KANNEL_PASSWORD": PASSWORD}
    with stage:
        people.country()
        atlas = load_deployment().store.read_world().atlas
        area = atlas.resolve(f"{people.CROWD}/{people.CROWD} 0").id
        people.subscribe(count, [child.id for child in atlas.children(area)])
        stage.mwavuli("clock")
        if box:
            stage.mwavuli("web")  # the web takes the delivery reports
        bench = Bench(stage, Network(stage), stage.mwavuli("worker", "alerts"))
        if box is None:
            bench.ours(area, count)  # everything is loaded before the measurement begins
            return [count / bench.ours(area, count).last for _ in range(times)]
        return [_warned(bench, area, count, box) for _ in range(times + 1)][1:]


def _warned(bench: Bench, area: str, count: int, box: RealKannel) -> float:
    before = arrived(box)
    started, _id = bench.send(area)
    until(lambda: arrived(box) - before >= count)
    return count / (time.time() - started)


def arrived(box: RealKannel) -> int:
    """Return the messages at the fake carrier so far."""
    return box.said("carrier").count("Got message ")


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"the carrier did not get everything in {PATIENCE:.0f} s")
        time.sleep(0.05)


def _tell(report: Report, rates: dict[str, list[float]], count: int) -> None:
    report.say("", f"### {count:,} texts to a carrier", "")
    report.say(
        "- Kannel 1.4.5 (Debian: kannel, kannel-extras): bearerbox, smsbox, fakesmsc as in "
        "tests/processes/test_kannel.py",
        "- Durability: Kannel without a store keeps what it accepted in memory only; ours claims and settles each call "
        "with appendfsync always.",
        "- Same: text and numbers; all but the last, the fake carrier and Kannel; ours asks for delivery reports and "
        "keeps them, the loop only where it says so, and keeps none. Not same: the loop has its "
        "numbers in memory and records nothing; the simulated network takes 100 numbers a call, Kannel one.",
    )
    rows = [[name, *spread(found, whole)] for name, found in rates.items()]
    report.table(["messages a second", "min", "median", "max"], rows)
    best = max((name for name in rates if name not in (THROUGH, DIRECT)), key=lambda name: median(rates[name]))
    for name, other in ((THROUGH, SAME), (THROUGH, best), (DIRECT, best)):
        ratio = median(rates[name]) / median(rates[other])
        report.goal(f"{name} ahead of {other}: {two(ratio)}", ratio >= 1)
