"""TLS to Redis and to the sentinels, as the options of REDIS_URL say. Both of our clients use the same context."""

import ssl
from collections.abc import Mapping
from typing import Any

import msgspec
from redis.connection import SSLConnection

from gateway.errors import BadInput

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class TlsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths of PEM files, and what is verified. `ca_certs` and `ca_path` come on top of the system's authorities."""

    ca_certs: str | None = None
    ca_path: str | None = None
    certfile: str | None = None
    keyfile: str | None = None
    password: str | None = None
    cert_reqs: str = "required"
    check_hostname: bool = True

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "TlsOptions":
        """Return the options of these fields: `ssl_ca_certs` and so on, all known. Raises BadInput."""
        fields: dict[str, Any] = {name.removeprefix("ssl_"): value for name, value in query.items()}
        if fields.get("cert_reqs", "required") not in ("required", "none"):
            raise BadInput("REDIS_URL: ssl_cert_reqs is required or none")
        if "check_hostname" in fields:
            fields["check_hostname"] = _parse_flag(fields["check_hostname"])
        return cls(**fields)

    @property
    def verifies(self) -> bool:
        """Whether the server must prove who it is."""
        return self.cert_reqs == "required" and self.check_hostname

    def create_context(self) -> ssl.SSLContext:
        """Raises BadInput where a file cannot be used."""
        try:
            context = ssl.create_default_context()
            if self.ca_certs or self.ca_path:
                context.load_verify_locations(self.ca_certs, self.ca_path)
            if self.certfile:
                context.load_cert_chain(self.certfile, self.keyfile, self.password)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(f"REDIS_URL: a file of its ssl_ options cannot be used ({type(error).__name__})") from None
        context.check_hostname = self.verifies
        if self.cert_reqs == "none":
            context.verify_mode = ssl.CERT_NONE
        return context


def _parse_flag(text: str) -> bool:
    try:
        return _FLAGS[text.lower()]
    except KeyError:
        raise BadInput("REDIS_URL: ssl_check_hostname is true or false") from None


class TlsConnection(SSLConnection):
    """redis-py's connection, with our context instead of one of its own."""

    def __init__(self, ssl_context: ssl.SSLContext, **options: Any):
        super().__init__(**options)
        self._ssl_context = ssl_context

    def _wrap_socket_with_ssl(self, sock: Any) -> Any:
        return self._ssl_context.wrap_socket(sock, server_hostname=self.host)
