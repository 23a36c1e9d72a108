"""The application of a web process, with the settings of the environment. `mwavuli web` serves it within limits."""

import os

from gateway import logs, settings
from gateway.web import create_app
from gateway.web.heartbeat import watch_event_loop

logs.set_up("web")
_settings = settings.load(os.environ)
app = create_app(_settings, watch_event_loop(_settings.times.stall_limit))
