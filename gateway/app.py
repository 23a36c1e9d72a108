"""The web process: `uvicorn gateway.app:app`, settings from the environment."""

import logging
import os

from gateway import settings
from gateway.web import create_app

logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
app = create_app(settings.load(os.environ))
