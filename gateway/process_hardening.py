"""Protect the memory of this process, which holds the keys: no core file, no other reader, no swap where allowed."""

import ctypes
import resource
import sys
from pathlib import Path

_PR_SET_DUMPABLE = 4
"""of <sys/prctl.h>"""
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
"""of <sys/mman.h>; ONFAULT locks a page when it is first used, so that locking costs no memory"""
_CAP_IPC_LOCK = 1 << 14


def harden() -> None:
    """Write no core file, keep other processes of this account out of this memory, and lock it if that is allowed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if may_lock_memory():
        libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)


def may_lock_memory() -> bool:
    """Whether this account may lock as much memory as it likes. Below a limit, a locked process would fail at it."""
    if sys.platform != "linux":
        return False
    status = Path("/proc/self/status").read_text().splitlines()
    capabilities = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    return unlimited or bool(capabilities & _CAP_IPC_LOCK)
