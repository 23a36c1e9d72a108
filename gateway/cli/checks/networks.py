"""The networks of the settings: sections without a network, and what a network cannot do."""

from gateway.cli.checks.finding import Findings, abbreviate, must, should
from gateway.errors import BadInput
from gateway.providers.inbound import HookKind, InboundNetwork
from gateway.providers.registry import build_inbound_networks, unknown_ussd_sections, ussd_network_names
from gateway.providers.senders import build_provider
from gateway.settings import Settings


def check(values: Settings) -> Findings:
    if unknown := unknown_ussd_sections(values):
        known = ", ".join(ussd_network_names())
        yield must(f"[ussd.{unknown[0]}]: no such network, so the web does not start; right is one of {known}")
        return
    if bare := [name for name, section in values.tuning.ussd.items() if not section.service_code]:
        yield should(
            f"[ussd] {abbreviate(bare)}: no service_code, so that inputs dialled behind the code are not taken"
        )
    if logged := [n.path for n in build_inbound_networks(values) if _has_inputs_in_urls(n)]:
        yield should(f"{abbreviate(logged)}: sends numbers and inputs in the URL: the proxy must not log its paths")
    yield from _check_senders(values)
    if values.at_api_key:
        yield should("Africa's Talking takes no deadline with a text: a text may arrive after its hour")


def _check_senders(values: Settings) -> Findings:
    """Check what every worker and the clock do first: a refusal there stops all of them."""
    try:
        build_provider(values)
    except BadInput as error:
        yield must(f"workers and clock do not start: {error}")


def _has_inputs_in_urls(network: InboundNetwork) -> bool:
    return any(hook.kind is HookKind.USSD and hook.method == "GET" for hook in network.hooks)
