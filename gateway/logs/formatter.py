"""Format a record so that anybody may read it.

Our own records are written as they are. Of a library's record only the template is written, and only where it stands
literally in the source: libraries put the texts of exceptions into arguments, and with them numbers and words. An
exception is written as its type and its frames. Last, everything that looks like a number is redacted.

python-json-logger is no choice: it writes every attribute of a record, and RQ attaches a job's arguments to records.
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
"""seven digits or more, with or without separators"""
REDACTED_NUMBER = "(number)"
NOT_SHOWN = "(not shown)"
MAX_FRAMES = 8


class RedactingFormatter(logging.Formatter):
    """Formats a record as one line of JSON, or of plain words for a terminal. `lane` is a worker's lane."""

    def __init__(self, process: str, lane: str = "", plain: bool = False):
        super().__init__()
        self._process_fields = {"process": process, "lane": lane}
        self._plain = plain

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"time": time, "level": record.levelname, "logger": record.name, **self._process_fields}
        line |= {"turn": REQUEST_ID.get(), "alert": ALERT_NUMBER.get()}
        line |= {name: NUMBER_PATTERN.sub(REDACTED_NUMBER, value) for name, value in _record_fields(record).items()}
        said = {name: value for name, value in line.items() if value}
        if self._plain:
            return " ".join(said.values())
        return msgspec.json.encode(said).decode()


def _record_fields(record: logging.LogRecord) -> dict[str, str]:
    ours = record.name.split(".")[0] == OWN_LOGGER
    fields = {"message": _own_message(record) if ours else _library_message(record)}
    if not ours:
        fields["at"] = _format_location(record.pathname, record.lineno)
    if suppressed := getattr(record, "suppressed", 0):
        fields["suppressed"] = f"{suppressed} more like this before"
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        fields |= {"error": error_name(error), "where": describe_frames(error)}
    return fields


def _own_message(record: logging.LogRecord) -> str:
    """Return the message in one line; of an error among the arguments only the name."""
    if isinstance(record.msg, BaseException):
        return error_name(record.msg)
    given = record.args if isinstance(record.args, tuple) else ()
    args = tuple(error_name(arg) if isinstance(arg, BaseException) else arg for arg in given)
    try:
        return " ".join((str(record.msg) % args if args else str(record.msg)).splitlines())
    except (TypeError, ValueError):  # the arguments do not fit the template
        return str(record.msg)


def _library_message(record: logging.LogRecord) -> str:
    """Return the first line of the template, where the source has it literally; of an exception the name."""
    if isinstance(record.msg, BaseException):
        return error_name(record.msg)
    first = str(record.msg).partition("\n")[0]
    source = "".join(linecache.getlines(record.pathname))
    return first if first and (f"'{first}" in source or f'"{first}' in source) else NOT_SHOWN


def error_name(error: BaseException) -> str:
    """Return the type; for our own errors also the text, which is fit for a log; for OSError the name of its code."""
    kind = type(error).__name__
    if isinstance(error, MwavuliError):
        return f"{kind}: {error}"
    if isinstance(error, OSError) and error.errno:
        return f"{kind} {errno.errorcode.get(error.errno, error.errno)}"
    return kind


def describe_error(error: BaseException) -> str:
    """Return an error for a message: its text only where the error is ours, otherwise its type and frames."""
    return error_name(error) if isinstance(error, MwavuliError) else f"{error_name(error)} at {describe_frames(error)}"


def describe_frames(error: BaseException) -> str:
    """Return the frames that the error passed, the last one first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{_format_location(f.filename, f.lineno)} {f.name}" for f in reversed(frames[-MAX_FRAMES:]))


def _format_location(file: str, line: int | None) -> str:
    return f"{'/'.join(file.split('/')[-2:])}:{line}"
