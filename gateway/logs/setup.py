"""Send every logger of a process, and everything else that Python would print, to one stream."""

import logging
import sys
import threading
from types import TracebackType
from typing import Any

from gateway.logs.formatter import RedactingFormatter
from gateway.logs.repeats import RepeatFilter

log = logging.getLogger("mwavuli")
ACCESS_LOGGER = "uvicorn.access"
"""its records hold paths, and paths hold the webhook token"""


def set_up(process: str, lane: str = "") -> None:
    """Log to stderr: plain words where that is a terminal, otherwise JSON. A second call changes the name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(process, lane, plain=sys.stderr.isatty()))
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in list(logging.root.manager.loggerDict):
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    logging.getLogger(ACCESS_LOGGER).disabled = True
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # else a record that cannot be written is printed, arguments and all
    sys.excepthook = _log_exit
    sys.unraisablehook = lambda caught: _log_uncaught("an error that nothing caught", caught)
    threading.excepthook = lambda caught: _log_uncaught("a thread ended by an error", caught)


def _log_exit(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("ended by an error", exc_info=(kind, error, trace))


def _log_uncaught(message: str, caught: Any) -> None:
    if caught.exc_value is not None:
        log.error(message, exc_info=(caught.exc_type, caught.exc_value, caught.exc_traceback))
