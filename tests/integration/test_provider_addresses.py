"""Fault row 56: a stranger who has the webhooks' token posts forged callers from an address of their own."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import settings
from gateway.deployment import Deployment
from gateway.errors import BadInput
from gateway.settings import Settings
from gateway.web import create_app
from gateway.web.server import listen
from tests.harness.cast import NUMBERS
from tests.harness.served import Served, served, text_form, turn_form

PROVIDER, STRANGER, PROXY = "198.51.100.7", "203.0.113.9", "192.0.2.1"
REFUSED_ADDRESSES = "mwavuli_refused_address_total "


@pytest.fixture
def with_addresses(environ: dict[str, str], tmp_path: Path, deployment: Deployment) -> object:
    """Return a function that reads settings with these addresses for the path `at`, and these proxies."""

    def build(addresses: list[str], proxies: list[str], path: str = "at") -> Settings:
        lists = f"[web]\nproxies = {json.dumps(proxies)}\n[web.addresses]\n{path} = {json.dumps(addresses)}\n"
        (tmp_path / "settings.toml").write_text(lists)
        return settings.load(environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")})

    return build


def dial(web: Served, *forwarded: str, **others: str) -> bool:
    """Return whether the turn is answered; otherwise the answer must be that of an unknown path."""
    headers = [("X-Forwarded-For", hops) for hops in forwarded]
    headers += [(name.replace("_", "-"), value) for name, value in others.items()]
    answer = web.http.post(web.path("ussd"), data=turn_form(NUMBERS["Amina"]), headers=headers)
    unknown = web.http.post("/no/such/path")
    if answer.status_code == 404:
        assert (answer.content, answer.headers.raw) == (unknown.content, unknown.headers.raw)
    return answer.text.startswith("CON ")


def refused_addresses(web: Served) -> float:
    """Return how many requests this process refused for their address, those of earlier tests included."""
    [line] = [line for line in web.status.get("/metrics").text.splitlines() if line.startswith(REFUSED_ADDRESSES)]
    return float(line.removeprefix(REFUSED_ADDRESSES))


def test_the_list_is_off_at_first(deployment: Deployment, values: Settings) -> None:
    with served(values) as web:
        assert dial(web) and dial(web, STRANGER)


def test_a_stranger_beside_the_network_cannot_claim_its_address(with_addresses) -> None:  # type: ignore[no-untyped-def]
    """Without a configured proxy the peer's address alone counts, whatever the headers say."""
    with served(with_addresses([PROVIDER], [])) as web:
        before = refused_addresses(web)
        assert not dial(web)
        assert not dial(web, PROVIDER)
        assert not dial(web, X_Real_IP=PROVIDER, Forwarded=f"for={PROVIDER}", Via=PROVIDER, Host=PROVIDER)
        for hook in ("sms", "delivery", "opt-out", "voice", "ussd/ended"):
            answer = web.post(hook, text_form(NUMBERS["Vera"], "STOP"))
            assert (answer.status_code, answer.content) == (404, b"Not Found"), hook
        assert web.http.get("/health").text == "alive"
        assert refused_addresses(web) - before == 8


def test_a_stranger_behind_the_proxy_cannot_claim_its_address(with_addresses) -> None:  # type: ignore[no-untyped-def]
    """The proxy on this machine appends what it saw; what a client wrote before that is not believed."""
    with served(with_addresses(["198.51.100.0/24"], ["127.0.0.0/8"])) as web:
        assert dial(web, PROVIDER)
        assert dial(web, f"{STRANGER}, {PROVIDER}")
        assert dial(web, "203.0.113.9, garbage", PROVIDER), "several headers are one list"
        for hops in ((STRANGER,), (f"{PROVIDER}, {STRANGER}",), (PROVIDER, STRANGER), ("",), (), ("garbage",),
                     (f"{PROVIDER}, garbage",), (f"{PROVIDER},",), ("127.0.0.1",), (f"{STRANGER}, 127.0.0.1",),
                     (f"{PROVIDER}:443",), (PROVIDER.replace(".", ","),)):  # fmt: skip
            assert not dial(web, *hops), hops
        assert not dial(web, X_Real_IP=PROVIDER, Forwarded=f"for={PROVIDER}")


def test_a_second_proxy_is_passed_only_where_it_is_configured(with_addresses) -> None:  # type: ignore[no-untyped-def]
    with served(with_addresses([PROVIDER], ["127.0.0.1", PROXY])) as web:
        assert dial(web, f"{PROVIDER}, {PROXY}")
        assert not dial(web, f"{PROVIDER}, {STRANGER}, {PROXY}")
    with served(with_addresses([PROVIDER], ["127.0.0.1"])) as web:
        assert not dial(web, f"{PROVIDER}, {PROXY}")


def test_the_address_alone_opens_nothing(with_addresses) -> None:  # type: ignore[no-untyped-def]
    """The list is a lock beside the token."""
    with served(with_addresses(["127.0.0.1", "::1"], [])) as web:
        assert dial(web)
        assert web.http.post("/at/wrong-token/ussd", data=turn_form(NUMBERS["Amina"])).status_code == 404


@pytest.mark.parametrize("bad", ["198.51.100.7/24", "somewhere", "198.51.100", "::g"])
def test_an_address_that_is_none_is_refused(with_addresses, bad: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match="MWAVULI_SETTINGS"):
        with_addresses([bad], [])


def test_a_network_that_is_misspelt_is_refused(with_addresses) -> None:  # type: ignore[no-untyped-def]
    """Otherwise the operator believes in a lock that is not there."""
    with pytest.raises(BadInput, match=r"\[web.addresses\] africa: .* one of at"):
        create_app(with_addresses([PROVIDER], [], "africa"))


# Addresses on which the web listens (fault row 58)


@pytest.fixture
def dual(values: Settings) -> Iterator[list[socket.socket]]:
    bound = listen(values.model_copy(update={"host": "::", "port": 0}))
    yield bound
    for each in bound:
        each.close()


def test_host_in_ipv6_serves_ipv4_as_well(dual: list[socket.socket]) -> None:
    """Row 58: a network that has only the other family would reach nobody."""
    (bound,) = dual
    bound.listen()
    port = bound.getsockname()[1]
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as client:
            client.settimeout(5)
            client.connect((host, port))


def test_an_ipv4_provider_is_known_on_a_port_of_both_families(with_addresses) -> None:  # type: ignore[no-untyped-def]
    """Row 58: its address then reads `::ffff:127.0.0.1`."""
    with served(with_addresses(["127.0.0.0/8"], []), host="::") as web:
        assert dial(web)


def test_a_port_that_is_taken_says_so(values: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"HOST, PORT: cannot listen on 127.0.0.1:{port}"):
            listen(values.model_copy(update={"port": port}))
    with pytest.raises(BadInput, match="HOST, PORT"):
        listen(values.model_copy(update={"host": "no such host"}))
