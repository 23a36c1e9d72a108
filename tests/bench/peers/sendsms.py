"""The plain loop that people feed Kannel with: one request a number, on connections kept open.

`python -m tests.bench.peers.sendsms URL PASSWORD COUNT CONNECTIONS [REPORTS]` prints when it began (Unix seconds).
CONNECTIONS below 0: as many at once, but a new one for each request. REPORTS: where Kannel brings delivery reports.
"""

import http.client
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from gateway.providers.kannel.send import FINAL_REPORTS_MASK
from tests.bench.people import SUBSCRIBERS_FROM
from tests.bench.sdk import TEXT


def send(url: str, password: str, numbers: range, keep: bool, reports: str) -> None:
    place = urlsplit(url)
    more = {"dlr-mask": FINAL_REPORTS_MASK, "dlr-url": reports} if reports else {}
    line = http.client.HTTPConnection(place.netloc, timeout=20)
    for number in numbers:
        asked = urlencode(
            {"username": "mwavuli", "password": password, "from": "20240", "to": f"+{number}", "text": TEXT, **more}
        )
        line.request("GET", f"{place.path}?{asked}")
        answer = line.getresponse()
        said = answer.read()
        assert answer.status == 202, (answer.status, said)
        if not keep:
            line.close()


def main(url: str, password: str, count: int, connections: int, reports: str = "") -> None:
    print(time.time())
    keep, connections = connections > 0, abs(connections)
    with ThreadPoolExecutor(connections) as pool:
        shares = [range(SUBSCRIBERS_FROM + i, SUBSCRIBERS_FROM + count, connections) for i in range(connections)]
        list(pool.map(lambda numbers: send(url, password, numbers, keep, reports), shares))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
