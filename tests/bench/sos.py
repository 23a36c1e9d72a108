"""A thousand callers raise an SOS at once: the time until the first responder's text for each has left."""

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from gateway.cli import enrolment
from gateway.cli.common import load_deployment
from gateway.cli.feature import turn_on
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.records.callers import SAFETY_PROFILES
from tests.bench import people
from tests.bench.network import Network
from tests.bench.report import Report, machine, percentile, secs, spread
from tests.bench.stage import Stage, wait_for_port
from tests.harness.steps_sos import open_sos
from tests.harness.waiting import until

CALLERS_FROM, RESPONDERS_FROM = 254_790_000_000, 254_711_000_900
RESPONDERS, AT_ONCE, PATIENCE = 2, 32, 120
GOAL = 2.0
KEYS = "1*4*1*1"
"""language, talk to someone, I need someone now, send"""
WANTED = re.compile(r"\b\d{4,7}(?=[:,])")


def run(quick: bool, write: bool) -> None:
    report = Report("sos" + (" (quick)" if quick else ""))
    report.say(*machine())
    count, times = (50, 1) if quick else (1000, 3)
    with Stage("[quiet]\nhours = ''\n") as stage:
        people.country()
        turn_on(SOS_FEATURE, "bench")
        for i in range(RESPONDERS):
            enrolment.enrol_staff(
                Number.from_int(RESPONDERS_FROM + i), f"R{i}", Role.RESPONDER, active=True, pin="1212"
            )
        network = Network(stage, 20 * count)
        web = stage.mwavuli("web")
        for command in (("worker", "alerts"), ("worker", "messages"), ("clock",)):
            stage.mwavuli(*command)
        wait_for_port(web, stage.port)
        calls(stage, network, 10, 0)  # everything is loaded before the measurement begins
        for latency in (0.0, 100.0):
            rounds = [calls(stage, network, count, latency, 1 + i) for i in range(times)]
            _tell(report, count, latency, rounds)
    if write:
        report.write()


def calls(stage: Stage, network: Network, count: int, latency: float, batch: int = 0) -> list[float]:
    """Return the seconds from each caller's last screen to the first text about the SOS; close all SOS at the end."""
    network.begin(latency)
    numbers = [Number.from_int(CALLERS_FROM + batch * 10_000 + int(latency) * 100_000 + i) for i in range(count)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        acknowledged = dict(zip(numbers, pool.map(lambda number: _dial(stage, number), numbers), strict=True))
    store = load_deployment().store
    codes = {tag: sos.code for tag, sos in open_sos(store).items()}
    until(lambda: set(codes.values()) <= _first(network).keys(), PATIENCE, "a text about every call")
    first = _first(network)
    took = [first[codes[SAFETY_PROFILES.tag(store.vault, n)]] - at for n, at in acknowledged.items()]
    until(lambda: not any(item.startswith(b"msg:") for item in _due()), PATIENCE, "an end of these texts")
    _hang_up()
    return took


def _dial(stage: Stage, number: Number) -> float:
    """Press four keys in one request. Return when the last screen was there (Unix seconds)."""
    line = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=20)
    form = {"sessionId": f"sos-{number.to_int()}", "phoneNumber": number.e164, "text": KEYS}
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", f"/at/{stage.token}/ussd", urlencode(form), head)
    said = line.getresponse().read().decode()
    line.close()
    assert "Sent." in said, said
    return time.time()


def _first(network: Network) -> dict[str, float]:
    """Return, by code of an SOS, when its first text was taken."""
    found: dict[str, float] = {}
    for message in network.messages():
        for code in WANTED.findall(message["text"]):
            found.setdefault(code, float(message["time"]))
    return found


def _due() -> list[bytes]:
    items: list[bytes] = load_deployment().store.connection.execute("ZRANGE", "due:alerts", 0, -1)
    return items


def _hang_up() -> None:
    """Delete every SOS, so that the next round starts without any."""
    call = load_deployment().store.connection.execute
    for key in [keys.OPEN_SOS.encode(), *call("KEYS", "sos:*")]:
        call("DEL", key)
    for item in _due():
        if item.startswith(b"sos:"):
            call("ZREM", "due:alerts", item)


def _tell(report: Report, count: int, latency: float, rounds: list[list[float]]) -> None:
    report.say("", f"### {count:,} calls at once, {latency:.0f} ms a text, {len(rounds)} times", "")
    rows = [
        [words, *spread([percentile(took, share) for took in rounds], secs)]
        for words, share in (("half of them", 0.5), ("99 of 100", 0.99), ("all", 1.0))
    ]
    report.table(["first responder's text after the caller's screen, within", "min", "median", "max"], rows)
    slowest = max(max(took) for took in rounds)
    asked = len(load_deployment().store.read_world().roster.responders())
    report.say(f"- {asked} responders on duty are asked: one text tells each of the calls that came at once")
    report.goal(f"within {GOAL:.0f} s (slowest {secs(slowest)})", slowest <= GOAL)
