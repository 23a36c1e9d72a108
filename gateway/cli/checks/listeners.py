"""Where the web listens: the public port, the port of the status pages, and the addresses of the networks."""

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.errors import BadInput
from gateway.providers.registry import build_inbound_networks
from gateway.settings import Settings
from gateway.web.addresses import check_addresses, is_this_machine


def check(values: Settings) -> Findings:
    yield from or_ok(_check_public_port(values), "the web is reached through a proxy, or from this machine only")
    yield from or_ok(_check_status_port(values), "the status pages have a port on this machine and a token")
    yield from or_ok(_check_desk(values), "the desk is reached from this machine, or through what [desk] behind names")
    yield from or_ok(_check_addresses(values), "the addresses of [web.addresses] belong to networks in use")


def _check_public_port(values: Settings) -> Findings:
    if not is_this_machine(values.host) and not values.tuning.web.behind_proxy:
        yield must(
            "HOST is not on this machine: the secret, numbers and texts travel readable. Set HOST to 127.0.0.1 behind "
            "a proxy that ends TLS; or, if only such a proxy reaches HOST, [web] behind_proxy = true"
        )


def _check_status_port(values: Settings) -> Findings:
    if not values.status_token:
        yield should("MWAVULI_STATUS_TOKEN is not set: there is no /ready and no /metrics, and no monitor can warn you")
    if not is_this_machine(values.status_host):
        yield must("MWAVULI_STATUS_HOST is not on this machine: the token of the monitor travels readable")


def _check_desk(values: Settings) -> Findings:
    if not is_this_machine(values.desk_host) and not values.tuning.desk.behind:
        yield must("MWAVULI_DESK_HOST is not on this machine: say in [desk] behind what stands before it")


def _check_addresses(values: Settings) -> Findings:
    try:
        check_addresses(values.tuning.web.addresses, [network.path for network in build_inbound_networks(values)])
    except BadInput as error:
        yield must(str(error))
