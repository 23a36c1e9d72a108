"""Whether the verifier's text overtakes a thousand welcomes."""

import http.client
import time
from urllib.parse import urlencode

from gateway.cli.common import load_deployment
from gateway.cli.seed import STAFF
from tests.bench import people
from tests.bench.network import Network
from tests.bench.report import Report, secs, spread
from tests.bench.stage import Stage, wait_for_port

GOAL = 2.0
LATENCY_MS = 500
JOINERS_FROM, REPORTERS_FROM = 254_750_000_000, 254_760_000_000
PATIENCE = 60
REPORTS = [("1", "soko"), ("2", "kisima"), ("3", "kwa taa")]
"""kind and area: one text for each verifier and area in ten minutes, so each report is of another area"""
TEAM = {row[0] for row in STAFF}


class Gateway:
    """Posts what the network would post."""

    def __init__(self, stage: Stage):
        wait_for_port(next(child for child in stage.children if child.name == "web"), stage.port)
        self._at = f"/at/{stage.token}/"
        self._connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=20)

    def post(self, path: str, form: dict[str, str]) -> str:
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", self._at + path, urlencode(form), head)
        answer = self._connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, (path, answer.status)
        return body


def verifier(report: Report, stage: Stage, network: Network, welcomes: int) -> None:
    network.begin(LATENCY_MS)
    gateway = Gateway(stage)
    report.say("", f"### A verifier's text behind {welcomes:,} welcomes, 500 ms a call", "")
    started = time.time()
    for i in range(welcomes):
        form = {"from": f"+{JOINERS_FROM + i}", "id": f"join-{i}", "text": f"JOIN {people.WARDS[-1]}", "to": "20240"}
        gateway.post("sms", form)
    backlog = load_deployment().store.work_queue.count_items
    report.say(f"- {welcomes:,} JOIN texts taken in {secs(time.time() - started)}; {backlog('messages')} still waited")
    took, waiting = [], []
    for i, (kind, area) in enumerate(REPORTS):
        keys = f"1*5*1*{kind}*{area}*1*1"
        form = {"sessionId": f"report-{i}", "phoneNumber": f"+{REPORTERS_FROM + i}", "text": keys}
        screen = gateway.post("ussd", form)
        assert "1. Send" in screen, screen
        since = int(network.stats()["accepted"])
        reported = time.time()
        screen = gateway.post("ussd", {**form, "text": f"{keys}*1"})
        assert "checking" in screen, screen
        took.append(_accepted(network, since) - reported)
        waiting.append(backlog("messages"))
    report.table(["report to the network's accept", "min", "median", "max"], [["verifier's text", *spread(took, secs)]])
    report.say(f"- Welcomes still waiting after each: {', '.join(map(str, waiting))}")
    report.goal(f"within {GOAL:.0f} s (slowest {secs(max(took))})", max(took) <= GOAL)


def _accepted(network: Network, since: int) -> float:
    """Return when a text to the team was taken."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for message in network.messages(since):
            if message["number"] in TEAM:
                return float(message["time"])
        time.sleep(0.01)
    raise RuntimeError("the verifier's text never came")
