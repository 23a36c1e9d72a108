"""From which addresses a network may send its webhooks: a lock beside the token, never in its place."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

from gateway.errors import BadInput
from gateway.settings import Web

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]


class AddressLock:
    """Whether a request may come from where it comes. Without addresses in the settings every request may."""

    def __init__(self, settings: Web, path: str):
        self._allowed: Networks = settings.addresses.get(path, ())
        self._proxies: Networks = settings.proxies

    def is_open_to(self, request: Request) -> bool:
        if not self._allowed:
            return True
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        sender = find_sender(request.client.host if request.client else "", forwarded, self._proxies)
        return sender is not None and _contain(self._allowed, sender)


def find_sender(peer: str, forwarded: str, proxies: Networks) -> Address | None:
    """Return the address of the peer, or of the client that a configured proxy saw; None where it is not known.

    `forwarded` is X-Forwarded-For. It is read from its end, only as far as configured proxies wrote it.
    """
    address = _parse(peer)
    hops = [hop.strip() for hop in forwarded.split(",")]
    while address is not None and _contain(proxies, address):
        address = _parse(hops.pop()) if hops else None
    return address


def check_addresses(addresses: Mapping[str, Networks], paths: Iterable[str]) -> None:
    """Raise BadInput for addresses of a network that is not in use: a misspelt name would lock nothing."""
    if unknown := sorted(set(addresses).difference(paths)):
        raise BadInput(f"[web.addresses] {unknown[0]}: no network in use has this path; right is one of "
                       f"{', '.join(paths)}")  # fmt: skip


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _contain(networks: Networks, address: Address) -> bool:
    return any(address in network for network in networks)


def is_this_machine(host: str) -> bool:
    """Whether only this machine reaches a server that listens on this host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
