"""The command line, run in this process."""

import io

import pytest

from gateway.cli import main

Said = tuple[int, str, str]
"""Exit status, standard output, standard error."""


def said(*words: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str = "") -> Said:
    """Run `mwavuli` with these arguments, and `typed` on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setattr("sys.argv", ["mwavuli", *map(str, words)])
    capsys.readouterr()
    try:
        main()
    except SystemExit as end:
        status = int(end.code or 0)
    else:
        status = 0
    return status, *capsys.readouterr()
