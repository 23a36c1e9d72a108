"""The web process: `uvicorn gateway.app:app`, settings from the environment."""

import os

from gateway import logs, settings
from gateway.web import create_app

logs.set_up("web")
app = create_app(settings.load(os.environ))
