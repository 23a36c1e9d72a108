"""A simulated Africa's Talking network with basic phones, for tests, demonstrations and benchmarks.

A process of its own that imports nothing else of ours: it knows the gateway only by the provider's HTTP, so
it is a second opinion. It binds to loopback and talks to loopback, and forgets everything when it stops.
"""

from gateway.simulator.app import create_app
from gateway.simulator.config import Config

__all__ = ["Config", "create_app"]
