"""`python -m tests.bench NAME [--quick] [--write]`; `peers` also needs `--work FOLDER`, where it installs them."""

import argparse

from tests.bench import behind, broadcast, during, saturation, ussd

RUNS = {
    "ussd": ussd.run,
    "broadcast": broadcast.run,
    "during": during.run,
    "behind": behind.run,
    "saturation": saturation.run,
}


def main() -> None:
    given = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    given.add_argument("what", choices=list(RUNS))
    given.add_argument("--quick", action="store_true", help="smaller numbers, for trying")
    given.add_argument("--write", action="store_true", help="put the results into tests/bench/RESULTS.md")
    args = given.parse_args()
    RUNS[args.what](args.quick, args.write)


if __name__ == "__main__":
    main()
