"""`python -m tests.bench NAME [--quick] [--write]`; `peers` also needs `--work FOLDER`, where it installs them."""

import argparse
from pathlib import Path

from tests.bench import behind, broadcast, during, peers, saturation, ussd

RUNS = {
    "ussd": ussd.run,
    "broadcast": broadcast.run,
    "during": during.run,
    "behind": behind.run,
    "saturation": saturation.run,
}


def main() -> None:
    given = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    given.add_argument("what", choices=[*RUNS, "peers"])
    given.add_argument("--quick", action="store_true", help="smaller numbers, for trying")
    given.add_argument("--write", action="store_true", help="put the results into tests/bench/RESULTS.md")
    given.add_argument("--work", type=Path, help="folder into which `peers` installs what it compares with")
    args = given.parse_args()
    if args.what != "peers":
        RUNS[args.what](args.quick, args.write)
    elif args.work:
        peers.run(args.quick, args.write, args.work.resolve())
    else:
        given.error("peers needs --work FOLDER")


if __name__ == "__main__":
    main()
