"""`python -m gateway.cli` is `mwavuli`."""

from gateway.cli import run

run()
