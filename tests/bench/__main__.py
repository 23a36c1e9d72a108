"""`python -m tests.bench ussd|broadcast|memory [--quick] [--write]`."""

import argparse

from tests.bench import broadcast, memory, ussd


def main() -> None:
    given = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    given.add_argument("what", choices=["ussd", "broadcast", "memory"])
    given.add_argument("--quick", action="store_true", help="smaller numbers, for trying")
    given.add_argument("--write", action="store_true", help="put the results into tests/bench/RESULTS.md")
    given.add_argument("--people", type=int, default=0, help="memory: how many subscribers (1,000,000)")
    given.add_argument("--server", default="", help="memory: another redis-server's path")
    args = given.parse_args()
    if args.what == "memory":
        memory.run(args.quick, args.write, args.people, args.server)
    else:
        {"ussd": ussd.run, "broadcast": broadcast.run}[args.what](args.quick, args.write)


if __name__ == "__main__":
    main()
