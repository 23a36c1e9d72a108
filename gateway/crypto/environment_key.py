"""MWAVULI_KEY of this process, taken out of its environment.

A child would inherit the variable. And `/proc/PID/environ` shows the block in which the kernel passed it, whatever the
process does to its variables afterwards, so the key is overwritten there.
"""

import ctypes
import os
import sys
from pathlib import Path

VARIABLE = "MWAVULI_KEY"
_ENV_START, _ENV_END = 47, 48
"""env_start and env_end in /proc/PID/stat, counted from the field after the command's name"""
_taken = ""


def take() -> None:
    """Remember the key, and erase it from the environment. Do nothing where the environment has no key."""
    global _taken
    key = os.environ.get(VARIABLE)
    if not key:
        return
    _taken = key
    os.environ[VARIABLE] = ""  # still set, so that nobody takes the environment for one without a deployment
    if sys.platform == "linux":
        _erase_initial_block()


def taken_key() -> str:
    """Return the key that `take` remembers; empty where there was none."""
    return _taken


def give_to_children() -> None:
    """Put the key back, for a parent whose children are started by a library. Each child takes it out again."""
    if _taken:
        os.environ[VARIABLE] = _taken


def _erase_initial_block() -> None:
    fields = Path("/proc/self/stat").read_text().rpartition(") ")[2].split()
    start, end = int(fields[_ENV_START]), int(fields[_ENV_END])
    name = f"{VARIABLE}=".encode()
    at = 0
    for entry in ctypes.string_at(start, end - start).split(b"\0"):
        if entry.startswith(name):
            ctypes.memset(start + at + len(name), 0, len(entry) - len(name))
        at += len(entry) + 1
