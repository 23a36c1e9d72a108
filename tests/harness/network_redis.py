"""A Redis server on a TCP port of this machine, and TLS in front of it."""

import asyncio
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.cli import redis_server
from tests.harness.child import child_process
from tests.harness.stack import free_ports


@contextmanager
def network_redis(*options: str) -> Iterator[int]:
    """Run a server and return its port."""
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory(prefix="mwn") as folder:
        path = Path(folder) / "redis.sock"
        command = [*redis_server.build_command(Path(folder), path), "--appendfsync", "no", *options]
        command[command.index("--port") + 1] = str(port)
        with child_process(command, stdout=subprocess.DEVNULL) as process:
            redis_server.wait_until_ready(path, process)
            yield port


@contextmanager
def tls_in_front(port: int, papers: Path) -> Iterator[int]:
    """End TLS before a server without it, for clients with a certificate; return the port. `papers`: certificates."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(papers / "ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(papers / "server.pem", papers / "server.key")
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        redis_reader, redis_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pipe(reader, redis_writer), _pipe(redis_reader, writer), return_exceptions=True)

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    loop.set_exception_handler(lambda *_: None)  # refused handshakes are what the tests are about
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield int(server.sockets[0].getsockname()[1])
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def write_certificates(folder: Path) -> None:
    """Write a private authority, and certificates of a server on this machine and of a client."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Private CA", ca_key, "Private CA", ca_key, is_ca=True)
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    for name in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, "Private CA", ca_key)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, by_key: ec.EllipticCurvePrivateKey, is_ca: bool = False
) -> x509.Certificate:
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    return built.sign(by_key, hashes.SHA256())
