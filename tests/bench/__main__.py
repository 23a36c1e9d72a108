"""`python -m tests.bench ussd|broadcast [--quick] [--write]`, `soak --minutes 20 [--seed N] [--write]`."""

import argparse

from tests.bench import broadcast, soak, ussd


def main() -> None:
    given = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    given.add_argument("what", choices=["ussd", "broadcast", "soak"])
    given.add_argument("--quick", action="store_true", help="smaller numbers, for trying")
    given.add_argument("--write", action="store_true", help="put the results into tests/bench/RESULTS.md")
    given.add_argument("--minutes", type=float, default=20, help="how long to soak")
    given.add_argument("--seed", type=int, help="repeat a soak's troubles")
    args = given.parse_args()
    if args.what == "soak":
        soak.run(args.minutes, args.seed, args.write)
    else:
        {"ussd": ussd.run, "broadcast": broadcast.run}[args.what](args.quick, args.write)


if __name__ == "__main__":
    main()
