"""What every process of ours does before anything else: protect its memory, hide the key, and watch for a wipe."""

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gateway import logs, process_hardening
from gateway.crypto import environment_key
from gateway.crypto.keyring import KEYRING_FILE, raise_if_wiped
from gateway.crypto.secret_file import delete_stray_drafts
from gateway.errors import BadInput, KeyWiped
from gateway.settings import Settings, load
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS, start_monitors

log = logging.getLogger("mwavuli.start")


def protect_memory() -> None:
    """Harden this process and take the key out of its environment."""
    process_hardening.harden()
    environment_key.take()


def watch_for_wipe(kind: str, data_dir: Path, read_settings: Callable[[], Settings]) -> None:
    """End this process when everything is wiped. Delete stray drafts of the keyring.

    `kind` names the process in `mwavuli wipe`. Raises KeyWiped where everything was wiped before.
    """
    keyring = data_dir / KEYRING_FILE
    raise_if_wiped(keyring)
    with suppress(OSError):  # another account's folder
        if count := delete_stray_drafts(keyring):
            log.warning("drafts of the keyring, which a killed command left, are deleted: %d", count)
    with suppress(BadInput):  # the settings are wrong; the command itself will say how
        start_monitors(kind, data_dir, read_settings)


def start_serving(kind: str) -> Settings:
    """Do all of this in a process that serves, and return the settings of its environment. End after a wipe.

    Raises BadInput for settings that cannot be read.
    """
    logs.set_up(kind)
    protect_memory()
    settings = load(os.environ)
    try:
        watch_for_wipe(kind, settings.data_dir, lambda: settings)
    except KeyWiped:
        sys.exit(WIPED_EXIT_STATUS)
    return settings
