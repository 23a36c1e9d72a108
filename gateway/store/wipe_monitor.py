"""End this process at once when everything was wiped, on this machine or on another one.

A process that goes on would keep the keys in its memory, where they survive the destruction of the keyring.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gateway.crypto.keyring import WIPED_FLAG
from gateway.settings import Settings
from gateway.store.access_state import WIPED, read_state
from gateway.store.connected_processes import connect

POLL_INTERVAL_S = 0.25
WIPED_EXIT_STATUS = 79
"""A supervisor does not restart a process that ended with this status."""


class WipeMonitor(threading.Thread):
    """Asks again and again, and ends the process by `os._exit`: no handler, no buffer and no thread is waited for."""

    def __init__(self, is_wiped: Callable[[], bool]):
        super().__init__(name="wipe-monitor", daemon=True)
        self._is_wiped = is_wiped

    def run(self) -> None:
        while not self._ask():
            time.sleep(POLL_INTERVAL_S)
        os._exit(WIPED_EXIT_STATUS)

    def _ask(self) -> bool:
        try:
            return self._is_wiped()
        except Exception:  # noqa: BLE001  Redis is away, or answers what nobody foresaw: the thread must go on
            return False


def start_monitors(kind: str, data_dir: Path, read_settings: Callable[[], Settings]) -> None:
    """Watch the wiped flag of this machine and the access state in Redis, which may hang, in a thread each.

    Do nothing where this process watches already: `web` is a command and an application, in one process or in two.
    Raises BadInput for wrong settings; the flag is watched all the same.
    """
    if any(isinstance(thread, WipeMonitor) for thread in threading.enumerate()):
        return
    WipeMonitor((data_dir / WIPED_FLAG).exists).start()
    connection = connect(read_settings().redis_url, kind)
    WipeMonitor(lambda: read_state(connection) == WIPED).start()
