"""The logs of all processes: one line a record, and never a number or a caller's words."""

from gateway.logs.context import ContextThreadPool, alert_context, begin_request
from gateway.logs.formatter import describe_error
from gateway.logs.setup import set_up

__all__ = ["ContextThreadPool", "alert_context", "begin_request", "describe_error", "set_up"]
"""`set_up` is called once in each process; the other names say what a record is about."""
