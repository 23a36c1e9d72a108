"""The application of a web process, with the settings of the environment. `mwavuli web` serves it within limits."""

import os
import sys

from gateway import logs, settings
from gateway.errors import KeyWiped
from gateway.process_start import protect_memory, watch_for_wipe
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS
from gateway.web import create_app
from gateway.web.heartbeat import watch_event_loop

logs.set_up("web")
protect_memory()
_settings = settings.load(os.environ)
try:
    watch_for_wipe("web", _settings.data_dir, lambda: _settings)
except KeyWiped:
    sys.exit(WIPED_EXIT_STATUS)
app = create_app(_settings, watch_event_loop(_settings.times.stall_limit))
