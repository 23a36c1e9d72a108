"""The web process: `uvicorn gateway.app:app`, settings from the environment."""

import os

from gateway import logs, settings
from gateway.web import create_app
from gateway.web.heartbeat import watch_event_loop

logs.set_up("web")
_settings = settings.load(os.environ)
app = create_app(_settings, watch_event_loop(_settings.times.stall_limit))
