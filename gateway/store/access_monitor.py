"""Poll the access state, so that every process drops its key soon after maintenance mode begins."""

import logging
import threading
import time
import weakref
from typing import Protocol

from gateway.errors import KeyWiped, StoreClosed, StoreUnavailable
from gateway.store.access_state import AccessState

log = logging.getLogger("mwavuli.store")
POLL_INTERVAL_S = 0.5


class AccessMonitor(threading.Thread):
    """Closes its owner when maintenance mode begins. The thread ends then, or when its owner ends."""

    def __init__(self, access_state: AccessState, owner: "KeyHolder"):
        super().__init__(name="watch", daemon=True)
        self._access_state, self._owner = access_state, weakref.ref(owner)

    def run(self) -> None:
        while (owner := self._owner()) is not None:
            if reason := self._closed_reason():
                log.error("the key is put away: %s", reason)
                owner.close()
                return
            del owner
            time.sleep(POLL_INTERVAL_S)

    def _closed_reason(self) -> Exception | None:
        try:
            self._access_state.check()
        except (KeyWiped, StoreClosed) as reason:
            return reason
        except StoreUnavailable:
            return None
        return None


class KeyHolder(Protocol):
    """An object that was opened with the key."""

    def close(self) -> None:
        """Drop the key and all records that were opened with it."""
