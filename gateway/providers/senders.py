"""The provider that the settings ask for: one network, or several behind one router."""

from importlib import import_module

from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.base import Provider
from gateway.providers.registry import NETWORKS
from gateway.providers.routing import ProviderRouter, Route
from gateway.settings import Settings


def build_provider(settings: Settings) -> Provider:
    """Return the configured network, a router over several, or Africa's Talking where none is configured."""
    routes = [route for network in NETWORKS if (route := _build_route(network.send_module, settings))]
    if not routes:
        return AfricasTalking(settings)
    return routes[0].provider if len(routes) == 1 else ProviderRouter(routes, settings.tuning.failover)


def _build_route(send_module: str, settings: Settings) -> Route | None:
    if not send_module:
        return None
    route: Route | None = import_module(send_module).build_route(settings)
    return route
