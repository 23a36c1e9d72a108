"""The address of Redis. REDIS_URL names one server, or the sentinels that know the current master."""

import ssl
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.connection import (
    URL_QUERY_ARGUMENT_PARSERS,
    Connection,
    ConnectionPool,
    SSLConnection,
    UnixDomainSocketConnection,
    parse_url,
)
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelManagedConnection

from gateway.errors import BadInput, StoreUnavailable
from gateway.store.redis_tls import TlsConnection, TlsOptions

CONNECT_TIMEOUT_S = 0.5
SENTINEL_SUFFIX = "+sentinel"
DEFAULT_SENTINEL_PORT = 26379
LOGIN_OPTIONS = frozenset(("db", "username", "password", "sentinel_username", "sentinel_password"))
KNOWN_OPTIONS = LOGIN_OPTIONS | {f"ssl_{name}" for name in TlsOptions.__struct_fields__}
"""Options behind the ? of REDIS_URL. redis-py knows others, which our other client would not."""
ESCAPE_ADVICE = (
    "REDIS_URL is not a URL. In a user, a password and a path write % as %25, @ as %40, / as %2F, ? as %3F, # as %23, "
    "[ as %5B and ] as %5D"
)


class _SentinelConnection(SentinelManagedConnection):
    """A connection that closes when a read is interrupted.

    With redis-py's own class the next command would receive the interrupted reply.
    """

    def read_response(self, *args: Any, **options: Any) -> Any:
        return super().read_response(*args, **{"disconnect_on_error": True} | options)


class _SentinelTlsConnection(_SentinelConnection, TlsConnection):
    pass


class ServerAddress(msgspec.Struct, frozen=True):
    """One server and its login. `path`: a socket instead of host and port."""

    host: str = "localhost"
    port: int = 6379
    path: str = ""
    username: str = ""
    password: str = ""
    db: int = 0
    tls: bool = False
    tls_query: str = ""
    """the options of TLS, as in a URL"""

    @property
    def url(self) -> str:
        """The URL of this server, with its password."""
        login = f"{quote(self.username, '')}:{quote(self.password, '')}@" if self.password else ""
        return f"redis{'s' if self.tls else ''}://{login}{self.host}:{self.port}/{self.db}?{self.tls_query}"

    def __repr__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


class RedisUrl:
    """`redis://`, `rediss://` or `unix://` as redis-py has them; or, for a master with replicas,

    `redis+sentinel://user:password@host1:26379,host2:26379,host3:26379/mymaster/0?sentinel_password=...`
    (`rediss+sentinel` where all of them use TLS). Raises BadInput for any other URL, and for unknown options. No text
    of it holds anything that may be a part of a password.
    """

    def __init__(self, url: str):
        _refuse_unescaped(url)
        self._url, self._query = url, _parse_query(url)
        self.uses_sentinel = urlsplit(url).scheme.endswith(SENTINEL_SUFFIX)
        server = _parse_sentinel_login(url, self._query) if self.uses_sentinel else _parse_single_server(url)
        tls = {name: value for name, value in self._query.items() if name.startswith("ssl_")}
        self.tls_options = TlsOptions.parse(tls)
        self.ssl_context: ssl.SSLContext | None = self.tls_options.create_context() if server.tls else None
        self.server = msgspec.structs.replace(server, tls_query=urlencode(tls))
        self.sentinels = _parse_sentinel_hosts(url) if self.uses_sentinel else ()
        self.master_name = urlsplit(url).path.strip("/").split("/")[0] if self.uses_sentinel else ""
        if self.uses_sentinel and not self.master_name:
            raise BadInput("REDIS_URL: no master's name; right is redis+sentinel://host1:26379,host2:26379/mymaster/0")

    @property
    def hosts(self) -> list[str]:
        """The hosts that REDIS_URL names."""
        return [host for host, _port in self.sentinels] or [self.server.host]

    @property
    def without_login(self) -> str:
        """This URL as somebody without a password would write it."""
        parts = urlsplit(self._url)
        query = {name: value for name, value in self._query.items() if name not in ("username", "password")}
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query=urlencode(query)).geturl()

    @property
    def encrypted_scheme(self) -> str:
        """The scheme of this kind of URL with TLS."""
        return f"rediss{SENTINEL_SUFFIX if self.uses_sentinel else ''}://"

    def create_client(self, **options: Any) -> Any:
        """Return a redis-py client that repeats nothing, because a repeated write may count twice."""
        at = self.server
        options |= self._common_options() | {"username": at.username or None, "password": at.password or None}
        if self.uses_sentinel:
            kind = _SentinelTlsConnection if at.tls else _SentinelConnection
            return self._sentinel().master_for(self.master_name, connection_class=kind, db=at.db, **options)
        where: dict[str, Any] = {"path": at.path} if at.path else {"host": at.host, "port": at.port}
        network = TlsConnection if at.tls else Connection
        options |= where | {"connection_class": UnixDomainSocketConnection if at.path else network, "db": at.db}
        return redis.Redis.from_pool(ConnectionPool(**options))

    def _common_options(self) -> dict[str, Any]:
        """Return what all clients of redis-py share. A server must not send a client to another address."""
        tls = {"ssl_context": self.ssl_context} if self.server.tls else {}
        return tls | {
            "socket_connect_timeout": CONNECT_TIMEOUT_S,
            "retry": Retry(NoBackoff(), 0),
            "maint_notifications_config": MaintNotificationsConfig(enabled=False),
            "driver_info": None,
        }

    def find_master(self) -> ServerAddress:
        """Return the current master. Raises StoreUnavailable where no sentinel knows one."""
        if not self.uses_sentinel:
            return self.server
        try:
            host, port = self._sentinel().discover_master(self.master_name)
        except RedisError as error:
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from None
        return msgspec.structs.replace(self.server, host=host, port=int(port))

    def find_replicas(self) -> list[ServerAddress]:
        """Return the healthy replicas that the sentinels know. Raises StoreUnavailable."""
        try:
            found = self._sentinel().discover_slaves(self.master_name)
        except RedisError as error:
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from None
        return [msgspec.structs.replace(self.server, host=host, port=int(port)) for host, port in found]

    def _sentinel(self) -> Any:
        """Return the sentinels with a short timeout for each, because one of three may be down."""
        login = {name: self._query.get(f"sentinel_{name}") for name in ("username", "password")}
        options = self._common_options() | login | {"socket_timeout": CONNECT_TIMEOUT_S}
        options["connection_class"] = TlsConnection if self.server.tls else Connection
        found = Sentinel([], sentinel_kwargs={})  # type: ignore[no-untyped-call]
        found.sentinels = [
            redis.Redis.from_pool(ConnectionPool(host=host, port=port, **options)) for host, port in self.sentinels
        ]
        return found


def _refuse_unescaped(url: str) -> None:
    """Raise BadInput where a sign of the login ends it too early: the rest would be read as a host or an option."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadInput(ESCAPE_ADVICE) from None
    if "#" in url or "@" in parts.path + parts.query:
        raise BadInput(ESCAPE_ADVICE)


def _parse_query(url: str) -> dict[str, str]:
    query = dict(parse_qsl(urlsplit(url).query))
    for name in query:
        if name not in KNOWN_OPTIONS:
            what = f"the option {name}" if _is_misspelt(name) else "an option"
            raise BadInput(f"REDIS_URL: {what} is not known; known are {', '.join(sorted(KNOWN_OPTIONS))}")
    return query


def _is_misspelt(name: str) -> bool:
    """Whether this is nearly the name of an option. Any other name may be a part of a password with a `?` or `&`."""
    return bool(get_close_matches(name, KNOWN_OPTIONS | URL_QUERY_ARGUMENT_PARSERS.keys(), cutoff=0.8))


def _parse_single_server(url: str) -> ServerAddress:
    try:
        at: dict[str, Any] = dict(parse_url(url))  # type: ignore[no-untyped-call]
    except ValueError:
        raise BadInput("REDIS_URL: right is redis://, rediss://, unix:// or redis+sentinel://") from None
    tls = at.get("connection_class") is SSLConnection
    fields = {name: at[name] for name in ("host", "port", "path", "username", "password", "db") if at.get(name)}
    return ServerAddress(**fields, tls=tls)


def _parse_sentinel_login(url: str, query: Mapping[str, str]) -> ServerAddress:
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    user, _colon, password = login.partition(":")
    _name, _slash, db = parts.path.strip("/").partition("/")
    if db and not db.isdigit():
        raise BadInput("REDIS_URL: after the master's name comes the number of a database, as in /mymaster/0")
    return ServerAddress(
        username=unquote(user) or query.get("username", ""), password=unquote(password) or query.get("password", ""),
        db=int(db or 0), tls=parts.scheme.startswith("rediss"),
    )  # fmt: skip


def _parse_sentinel_hosts(url: str) -> tuple[tuple[str, int], ...]:
    """Return the hosts of `host:port` pairs between commas, with IPv6 addresses in brackets."""
    named = [h for h in urlsplit(url).netloc.rpartition("@")[2].split(",") if h]
    try:
        found = [urlsplit(f"//{host}") for host in named]
        hosts = tuple((at.hostname or "", at.port or DEFAULT_SENTINEL_PORT) for at in found)
    except ValueError:
        hosts = ()
    if not hosts or not all(host for host, _port in hosts):
        raise BadInput("REDIS_URL: the sentinels are host:port between commas, as in host1:26379,host2:26379")
    return hosts
