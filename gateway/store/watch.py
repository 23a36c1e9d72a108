"""A look at the door, ever again, so that a process which holds the key lets go of it soon, idle or not."""

import logging
import threading
import time
import weakref
from typing import Protocol

from gateway.errors import Closed, StoreAway, Wiped
from gateway.store.door import Door

log = logging.getLogger("mwavuli.store")
LOOK = 0.5
"""seconds"""


class Watch(threading.Thread):
    """Has its owner let go of the key once the door is shut, and ends; or ends with its owner."""

    def __init__(self, door: Door, owner: "Holder"):
        super().__init__(name="watch", daemon=True)
        self._door, self._owner = door, weakref.ref(owner)

    def run(self) -> None:
        while (owner := self._owner()) is not None:
            if why := self._why():
                log.error("the key is put away: %s", why)
                owner.close()
                return
            del owner
            time.sleep(LOOK)

    def _why(self) -> Exception | None:
        try:
            self._door.look()
        except (Wiped, Closed) as why:
            return why
        except StoreAway:
            return None
        return None


class Holder(Protocol):
    """Whatever was opened with the key."""

    def close(self) -> None:
        """Forget the key, and everything that was opened with it."""
