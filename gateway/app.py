"""The application of a web process, with the settings of the environment. `mwavuli web` serves it within limits."""

from gateway.process_start import start_serving
from gateway.web import create_app
from gateway.web.heartbeat import watch_event_loop

_settings = start_serving("web")
app = create_app(_settings, watch_event_loop(_settings.times.stall_limit))
