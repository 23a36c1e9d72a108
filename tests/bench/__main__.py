"""`python -m tests.bench NAME [--quick] [--write]`; some take more, as `--help` says."""

import argparse
from pathlib import Path

from tests.bench import behind, broadcast, during, memory, peers, saturation, soak, sos, texts, timers, ussd

RUNS = {
    "ussd": ussd.run,
    "broadcast": broadcast.run,
    "during": during.run,
    "behind": behind.run,
    "saturation": saturation.run,
    "sos": sos.run,
    "texts": texts.run,
    "timers": timers.run,
}


def main() -> None:
    given = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    given.add_argument("what", choices=[*RUNS, "memory", "peers", "soak"])
    given.add_argument("--quick", action="store_true", help="smaller numbers, for trying")
    given.add_argument("--write", action="store_true", help="put the results into tests/bench/RESULTS.md")
    given.add_argument("--people", type=int, default=0, help="memory: how many subscribers (1,000,000)")
    given.add_argument("--server", default="", help="memory: another redis-server's path")
    given.add_argument("--work", type=Path, help="peers: a folder into which what it compares with is installed")
    given.add_argument("--minutes", type=float, default=20, help="soak: how long")
    given.add_argument("--seed", type=int, help="soak: repeats the choices of an earlier one")
    args = given.parse_args()
    if args.what == "memory":
        memory.run(args.quick, args.write, args.people, args.server)
    elif args.what == "soak":
        soak.run(args.minutes, args.seed, args.write)
    elif args.what != "peers":
        RUNS[args.what](args.quick, args.write)
    elif args.work:
        peers.run(args.quick, args.write, args.work.resolve())
    else:
        given.error("peers needs --work FOLDER")


if __name__ == "__main__":
    main()
