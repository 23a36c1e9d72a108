"""How many people take part in a test that works with a crowd."""

import os


def people(full: int, fewer: int) -> int:
    """Return `full` in the long run (MWAVULI_LONG=1, set by `.ci/run --long`), and `fewer` in every other run."""
    return full if os.environ.get("MWAVULI_LONG") else fewer
