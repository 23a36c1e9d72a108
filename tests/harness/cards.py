"""Settings that cards are printed from."""

from typing import Any

from gateway import settings
from gateway.settings import Settings
from tests.harness.languages import SHIPPED

HOTLINE, SHORTCODE = "0711000099", "20240"


def made(code: str = "en", **changed: Any) -> Settings:
    environ = {"MWAVULI_LANGUAGES": ",".join(SHIPPED), "MWAVULI_HOTLINE": HOTLINE, "AT_SHORTCODE": SHORTCODE}
    return settings.load(environ).model_copy(update=changed)
