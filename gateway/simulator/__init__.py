"""A simulated Africa's Talking network with basic phones, for tests, demonstrations and benchmarks.

It runs as a process of its own and imports nothing else of ours. It knows the gateway by the network's HTTP alone, so
that it checks the gateway independently. It uses loopback only, and keeps nothing when it stops.
"""

from gateway.simulator.app import create_app
from gateway.simulator.config import Config

__all__ = ["Config", "create_app"]
