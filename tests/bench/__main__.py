"""`python -m tests.bench ussd|broadcast [--quick] [--write]`."""

import argparse

from tests.bench import broadcast, ussd


def main() -> None:
    given = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    given.add_argument("what", choices=["ussd", "broadcast"])
    given.add_argument("--quick", action="store_true", help="smaller numbers, for trying")
    given.add_argument("--write", action="store_true", help="put the results into tests/bench/RESULTS.md")
    args = given.parse_args()
    {"ussd": ussd.run, "broadcast": broadcast.run}[args.what](args.quick, args.write)


if __name__ == "__main__":
    main()
