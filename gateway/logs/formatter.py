"""A record as it may be read by anybody.

Our own records say what we let them say. Of others' only what stands literally in the source that logged it is told,
without arguments: libraries put exceptions' texts there, and with them numbers and words. An exception is its type and
its places. Last of all, whatever looks like a number is blanked.

Not python-json-logger: it writes a record out whole (RQ hangs a job's arguments on it), and here most is left away.
"""

import errno
import linecache
import logging
import re
import traceback
from datetime import UTC, datetime

import msgspec

from gateway.errors import MwavuliError
from gateway.logs.context import ALERT_NUMBER, REQUEST_ID

OWN_LOGGER = "mwavuli"
NUMBER_PATTERN = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){6,}")
"""seven digits or more, however they are set apart"""
REDACTED_NUMBER = "(number)"
NOT_SHOWN = "(not shown)"
MAX_FRAMES = 8


class RedactingFormatter(logging.Formatter):
    """One line of JSON; or, for a terminal, of plain words. `lane`: of a worker."""

    def __init__(self, process: str, lane: str = "", plain: bool = False):
        super().__init__()
        self._process_fields = {"process": process, "lane": lane}
        self._plain = plain

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"time": time, "level": record.levelname, "logger": record.name, **self._process_fields}
        line |= {"turn": REQUEST_ID.get(), "alert": ALERT_NUMBER.get()}
        line |= {name: NUMBER_PATTERN.sub(REDACTED_NUMBER, told) for name, told in _record_fields(record).items()}
        said = {name: told for name, told in line.items() if told}
        if self._plain:
            return " ".join(said.values())
        return msgspec.json.encode(said).decode()


def _record_fields(record: logging.LogRecord) -> dict[str, str]:
    ours = record.name.split(".")[0] == OWN_LOGGER
    told = {"message": _own_message(record) if ours else _library_message(record)}
    if not ours:
        told["at"] = _format_location(record.pathname, record.lineno)
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        told |= {"error": error_name(error), "where": describe_frames(error)}
    return told


def _own_message(record: logging.LogRecord) -> str:
    """In one line; an error among the arguments is named only."""
    if isinstance(record.msg, BaseException):
        return error_name(record.msg)
    given = record.args if isinstance(record.args, tuple) else ()
    args = tuple(error_name(arg) if isinstance(arg, BaseException) else arg for arg in given)
    try:
        return " ".join((str(record.msg) % args if args else str(record.msg)).splitlines())
    except (TypeError, ValueError):  # they do not fit
        return str(record.msg)


def _library_message(record: logging.LogRecord) -> str:
    """The first line of the template, where the source has it so; an exception in its place is named."""
    if isinstance(record.msg, BaseException):
        return error_name(record.msg)
    first = str(record.msg).partition("\n")[0]
    source = "".join(linecache.getlines(record.pathname))
    return first if first and (f"'{first}" in source or f'"{first}' in source) else NOT_SHOWN


def error_name(error: BaseException) -> str:
    """Its type; of our own errors the text too, which is fit for a log; of the system's the name of its code."""
    kind = type(error).__name__
    if isinstance(error, MwavuliError):
        return f"{kind}: {error}"
    if isinstance(error, OSError) and error.errno:
        return f"{kind} {errno.errorcode.get(error.errno, error.errno)}"
    return kind


def describe_error(error: BaseException) -> str:
    """An error in our own words, for a message: never its text, unless it is one of ours."""
    return error_name(error) if isinstance(error, MwavuliError) else f"{error_name(error)} at {describe_frames(error)}"


def describe_frames(error: BaseException) -> str:
    """Where it went through, the last place first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{_format_location(f.filename, f.lineno)} {f.name}" for f in reversed(frames[-MAX_FRAMES:]))


def _format_location(file: str, line: int | None) -> str:
    return f"{'/'.join(file.split('/')[-2:])}:{line}"
