"""The only package that talks to Redis. Everything it raises about it is `errors.StoreAway`."""

from gateway.store.change import Change
from gateway.store.connection import Connection
from gateway.store.due import Due, Item
from gateway.store.pace import Pace
from gateway.store.recipients import Recipients, Step, Tally
from gateway.store.store import Store
from gateway.store.turn import Turn
from gateway.store.watch import Watch

__all__ = ["Change", "Connection", "Due", "Item", "Pace", "Recipients", "Step", "Store", "Tally", "Turn", "Watch"]
