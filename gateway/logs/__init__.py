"""What the processes say of themselves: one line a record, and never a number or anybody's words."""

from gateway.logs.carried import Threads, about_alert, begin_turn
from gateway.logs.discreet import what
from gateway.logs.setup import set_up

__all__ = ["Threads", "about_alert", "begin_turn", "set_up", "what"]
"""`set_up` once in each process; the rest says what a record is about."""
