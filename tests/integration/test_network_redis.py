"""Redis on a network socket: TLS for both clients, passwords, versions, replicas (rows 42 to 44 of FAULTS)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from gateway import settings
from gateway.cli.checks import redis as redis_checks
from gateway.cli.checks.finding import Level
from gateway.cli.redis_server import build_command, unix_url, wait_until_ready
from gateway.deployment import open_deployment
from gateway.errors import BadInput, StoreUnavailable
from gateway.store import Connection, server_version
from gateway.store.admin import RedisAdmin
from gateway.store.async_connection import AsyncConnection
from gateway.store.connected_processes import connect
from gateway.store.health import read_durability
from gateway.store.redis_url import RedisUrl
from tests.harness.child import child_process
from tests.harness.network_redis import network_redis, tls_in_front, write_certificates

PASSWORD = "a-password-of-this-test"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    write_certificates(folder)
    return folder


@pytest.fixture(scope="module")
def open_port() -> Iterator[int]:
    with network_redis("--protected-mode", "no") as port:
        yield port


@pytest.fixture(scope="module")
def tls_port(papers: Path, open_port: int) -> Iterator[int]:
    with tls_in_front(open_port, papers) as port:
        yield port


def ask_all(url: str) -> set[object]:
    """Ask by each client that a process opens; return the answers, and `refused` in place of an error."""
    connection = Connection(url)

    async def ask_as_web() -> object:
        def commands() -> Any:
            return (yield [("PING",)])[0] == b"PONG"

        return await AsyncConnection(connection).run_commands(commands())

    answers = set[object]()
    for ask in (
        lambda: connection.execute("PING") == b"PONG",
        lambda: asyncio.run(ask_as_web()),
        lambda: connection.create_rq_client().ping(),
        lambda: connection.create_worker_client().ping(),
        lambda: connect(url, "web").execute("PING") == b"PONG",  # the monitor of a wipe
    ):
        try:
            answers.add(ask())
        except (StoreUnavailable, RedisConnectionError):
            answers.add("refused")
    return answers


def test_all_clients_read_the_options_of_tls_alike(papers: Path, tls_port: int) -> None:
    """An authority of our own and a client's certificate: never may commands work while callers read an apology."""
    ca = f"ssl_ca_certs={papers}/ca.pem"
    client = f"ssl_certfile={papers}/client.pem&ssl_keyfile={papers}/client.key"
    for host in ("localhost", "127.0.0.1"):
        assert ask_all(f"rediss://{host}:{tls_port}/0?{ca}&{client}") == {True}
    assert ask_all(f"rediss://localhost:{tls_port}/0?ssl_cert_reqs=none&{client}") == {True}


@pytest.mark.parametrize("query", ["", "{ca}", "{client}", "{other}&{client}", "{ca}&{client}&wrong_host"])
def test_all_clients_refuse_alike(papers: Path, tls_port: int, query: str, tmp_path: Path) -> None:
    """An adversary in between has another certificate, or we lack our own: no client goes on."""
    write_certificates(tmp_path)
    host = "localhost"
    if query.endswith("&wrong_host"):
        query, host = query.removesuffix("&wrong_host"), "localhost.localdomain"
    filled = query.format(
        ca=f"ssl_ca_certs={papers}/ca.pem",
        other=f"ssl_ca_certs={tmp_path}/ca.pem",
        client=f"ssl_certfile={papers}/client.pem&ssl_keyfile={papers}/client.key",
    )
    assert ask_all(f"rediss://{host}:{tls_port}/0?{filled}") == {"refused"}


def test_a_server_that_cannot_prove_who_it_is_is_named(papers: Path, tls_port: int, tmp_path: Path) -> None:
    """An operator who reads only that Redis does not answer would turn the proof off."""
    write_certificates(tmp_path)
    client = f"ssl_certfile={papers}/client.pem&ssl_keyfile={papers}/client.key"
    url = f"rediss://localhost:{tls_port}/0?ssl_ca_certs={tmp_path}/ca.pem&{client}"
    assert "SSLCertVerificationError" in findings(url, Level.MUST)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ssl_ca_cert=/x", "ssl_ca_cert is not known"), ("ssl_cert_reqs=maybe", "required or none"),
        ("ssl_ca_certs=/nowhere.pem", "cannot be used"), ("socket_timeout=99", "socket_timeout is not known"),
        ("ssl_check_hostname=perhaps", "true or false"),
    ],
)  # fmt: skip
def test_an_option_that_one_client_would_not_read_is_refused(query: str, words: str) -> None:
    for scheme in ("rediss://h:1/0", "rediss+sentinel://h:1/m/0"):
        with pytest.raises(BadInput, match=words):
            RedisUrl(f"{scheme}?{query}")


def test_sentinels_and_replicas_get_the_same_options(papers: Path) -> None:
    place = RedisUrl(f"rediss+sentinel://u:p@h:1/m/0?ssl_ca_certs={papers}/ca.pem&sentinel_password=s")
    assert place.ssl_context is not None
    for sentinel in place._sentinel().sentinels:
        options = sentinel.connection_pool.connection_kwargs
        assert (options["ssl_context"], options["password"]) == (place.ssl_context, "s")
    assert RedisUrl(place.server.url).tls_options == place.tls_options


def test_an_ipv6_address_stays_an_address() -> None:
    assert RedisUrl("redis://[::1]:6380/1").server.host == "::1"


def findings(url: str, level: Level, accepted: str = "") -> str:
    return "\n".join(f.text for f in redis_checks.check(RedisAdmin(url), accepted) if f.level is level)


def test_a_redis_without_a_password_is_named_on_loopback_too(open_port: int) -> None:
    """Any account, any program, any SSRF of this machine could write to it."""
    assert "REDIS_URL has no password" in findings(f"redis://127.0.0.1:{open_port}/0", Level.MUST)
    any_password = f"redis://:{PASSWORD}@127.0.0.1:{open_port}/0"
    assert "answers without a password as well" in findings(any_password, Level.MUST)


def test_a_password_that_the_server_does_not_ask_for_is_named(open_port: int) -> None:
    admin = Connection(f"redis://127.0.0.1:{open_port}/0")
    admin.execute("ACL", "SETUSER", "somebody", "on", f">{PASSWORD}", "~*", "+@all")
    url = f"redis://somebody:{PASSWORD}@127.0.0.1:{open_port}/0"
    assert "answers without a password as well" in findings(url, Level.MUST)
    admin.execute("ACL", "SETUSER", "default", "off")
    assert "password" not in findings(url, Level.MUST)
    Connection(url).execute("ACL", "SETUSER", "default", "on")


def test_a_socket_that_others_reach_needs_a_password(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with child_process(build_command(folder, folder / "r.sock", folder / "log")) as process:
        wait_until_ready(folder / "r.sock", process)
        assert "no password" in findings(unix_url(folder / "r.sock"), Level.MUST)
        folder.chmod(0o700)
        assert "no password" not in findings(unix_url(folder / "r.sock"), Level.MUST)


def test_trusting_any_server_is_named(papers: Path, tls_port: int) -> None:
    client = f"ssl_certfile={papers}/client.pem&ssl_keyfile={papers}/client.key"
    url = f"rediss://localhost:{tls_port}/0?ssl_cert_reqs=none&{client}"
    assert "trusts any server" in findings(url, Level.MUST)


def test_a_server_with_a_known_hole_is_refused_on_a_network(
    open_port: int, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is named by `check` everywhere, and refused at the start on a network socket; an operator may accept it."""
    newest = {"Redis": ((999, 0, 0),), "Valkey": ((999, 0, 0),)}
    monkeypatch.setattr(server_version, "FIRST_FIXED", newest)
    url = f"redis://127.0.0.1:{open_port}/0"
    number = RedisAdmin(url).read_version().number
    on_network = environ | {"REDIS_URL": url, "MWAVULI_DATA_DIR": str(tmp_path_factory.mktemp("network"))}
    with pytest.raises(BadInput, match=f"MWAVULI_REDIS_ACCEPTED={number}"):
        open_deployment(settings.load(on_network)).store.initialise_or_check_layout()
    accepting = settings.load(on_network | {"MWAVULI_REDIS_ACCEPTED": number})
    open_deployment(accepting).store.initialise_or_check_layout()
    server_version.refuse_unfixed(Connection(environ["REDIS_URL"]), "")
    assert server_version.CVE in findings(url, Level.MUST)
    assert server_version.CVE not in findings(url, Level.MUST, accepted=number)
    assert server_version.CVE in findings(environ["REDIS_URL"], Level.SHOULD)


def test_a_replica_and_eviction_are_named(open_port: int) -> None:
    """Nothing can be saved on a replica, and an evicting Redis forgets people: `check`, `/ready` and the log say so."""
    with network_redis("--protected-mode", "no", "--replicaof", f"127.0.0.1 {open_port}") as port:
        url = f"redis://127.0.0.1:{port}/0"
        connection = Connection(url)
        connection.execute("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        assert "read-only replica" in findings(url, Level.MUST)
        durability = read_durability(connection)
        assert durability is not None
        said = " ".join(durability.problems())
    assert "read-only replica" in said and "noeviction" in said
