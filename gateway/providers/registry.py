"""Every network that the service speaks with: one line each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gateway.errors import BadInput
from gateway.providers import ussd_table
from gateway.providers.africastalking import inbound as africastalking
from gateway.providers.inbound import InboundNetwork
from gateway.providers.kannel import inbound as kannel
from gateway.settings import Settings


@dataclass(frozen=True)
class RegisteredNetwork:
    """A network's name, its inbound side, and the module that sends."""

    name: str
    build_inbound: Callable[[Settings], InboundNetwork | None]
    """None where the settings do not use the network"""
    send_module: str = ""
    """has `build_route(settings)`; by name, so that the web does not load a network's SDK. Empty: it sends no texts"""


NETWORKS = (
    RegisteredNetwork("kannel", kannel.build_inbound, "gateway.providers.kannel.send"),
    RegisteredNetwork("africastalking", africastalking.build_inbound, "gateway.providers.africastalking.send"),
    RegisteredNetwork("hubtel", partial(ussd_table.build_inbound, ussd_table.HUBTEL)),
    RegisteredNetwork("beem", partial(ussd_table.build_inbound, ussd_table.BEEM)),
    RegisteredNetwork("hollatags", partial(ussd_table.build_inbound, ussd_table.HOLLATAGS)),
)
"""in the order in which they are asked to send, unless prefixes say otherwise"""


def build_inbound_networks(settings: Settings) -> list[InboundNetwork]:
    """Return the inbound side of each network that the settings use. Raises BadInput for an unknown [ussd.NAME]."""
    if unknown := unknown_ussd_sections(settings):
        raise BadInput(f"[ussd.{unknown[0]}]: no such network; right is one of {', '.join(ussd_network_names())}")
    return [found for network in NETWORKS if (found := network.build_inbound(settings))]


def ussd_network_names() -> list[str]:
    """Return the networks that may have a section [ussd.NAME]."""
    return [n.name for n in NETWORKS if not n.send_module]


def unknown_ussd_sections(settings: Settings) -> list[str]:
    """Return the sections [ussd.NAME] of which no network has the name."""
    return sorted(set(settings.tuning.ussd).difference(ussd_network_names()))
