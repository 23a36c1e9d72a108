"""Code that an adversary would like a worker to run, and a socket that an adversary would like it to call."""

import os
from pathlib import Path

MARK_FILE = "adversary-was-here"


def leave_mark(*_arguments: object, **_fields: object) -> None:
    """Write a file, so that a test sees that somebody ran this."""
    (Path(os.environ["MWAVULI_DATA_DIR"]) / MARK_FILE).touch()


class HostileSerializer:
    """A serializer that runs code when it reads."""

    @staticmethod
    def dumps(value: object) -> bytes:
        return repr(value).encode()

    @staticmethod
    def loads(_data: bytes) -> object:
        leave_mark()
        return None
