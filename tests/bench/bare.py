"""The bare loop: read tokens, decrypt, the SDK call in hundreds, record. No claims, no leases, no check before sending.

`python -m tests.bench.bare ours|stock FLIGHT RECORD AREA...` prints the seconds it took and those of CPU;
FLIGHT calls are under way at once.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from gateway.cli.common import load_deployment
from tests.bench import sdk

CALL = 100


def main(which: str, in_flight: int, record: str, areas: list[str]) -> None:
    service = sdk.ready(which == "stock")
    load_deployment().store.read_world()
    started, cpu = time.perf_counter(), time.process_time()
    tokens = sdk.members(areas)
    calls = [tokens[i : i + CALL] for i in range(0, len(tokens), CALL)]
    if in_flight == 1:
        for call in calls:
            sdk.send(service, call, record)
    else:
        with ThreadPoolExecutor(in_flight) as pool:
            list(pool.map(lambda call: sdk.send(service, call, record), calls))
    print(time.perf_counter() - started, time.process_time() - cpu)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
