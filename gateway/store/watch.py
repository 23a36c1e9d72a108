"""A look at the door, ever again, so that a process which holds the key lets go of it soon, idle or not."""

import logging
import threading
import time
from collections.abc import Callable

from gateway.errors import Closed, StoreAway, Wiped
from gateway.store.door import Door

log = logging.getLogger("mwavuli.store")
LOOK = 0.5
"""seconds"""


class Watch(threading.Thread):
    """Calls `shut` once, when the door is shut, and ends."""

    def __init__(self, door: Door, shut: Callable[[], None]):
        super().__init__(name="watch", daemon=True)
        self._door, self._shut = door, shut

    def run(self) -> None:
        while (why := self._why()) is None:
            time.sleep(LOOK)
        log.error("the key is put away: %s", why)
        self._shut()

    def _why(self) -> Exception | None:
        try:
            self._door.look()
        except (Wiped, Closed) as why:
            return why
        except StoreAway:
            return None
        return None
