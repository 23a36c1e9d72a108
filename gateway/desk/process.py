"""The application of the desk, with the settings of the environment. `mwavuli desk` serves it within limits."""

from gateway.desk.app import create_desk
from gateway.process_start import start_serving

app = create_desk(start_serving("desk"))
