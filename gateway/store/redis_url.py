"""The address of Redis. REDIS_URL names one server, or the sentinels that know the current master."""

from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.connection import SSLConnection, parse_url
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelManagedConnection, SentinelManagedSSLConnection

from gateway.errors import BadInput, StoreUnavailable

CONNECT_TIMEOUT_S = 0.5
SENTINEL_SUFFIX = "+sentinel"
DEFAULT_SENTINEL_PORT = 26379
READONLY_ERRORS = ("READONLY", "NOREPLICAS", "MASTERDOWN")
"""Errors of a server that is not the master any more; Redis 6.2 puts them inside a script's error."""


def is_readonly_error(error: object) -> bool:
    """Whether this error means that another server is the master."""
    return any(word in str(error) for word in READONLY_ERRORS)


class _SentinelConnection(SentinelManagedConnection):
    """A connection that closes when a read is interrupted.

    With redis-py's own class the next command would receive the interrupted reply.
    """

    def read_response(self, *args: Any, **options: Any) -> Any:
        return super().read_response(*args, **{"disconnect_on_error": True} | options)


class _SentinelTlsConnection(_SentinelConnection, SentinelManagedSSLConnection):
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

    @property
    def url(self) -> str:
        """The URL of this server, with its password."""
        login = f"{quote(self.username, '')}:{quote(self.password, '')}@" if self.password else ""
        return f"redis{'s' if self.tls else ''}://{login}{self.host}:{self.port}/{self.db}"

    def __repr__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


class RedisUrl:
    """`redis://`, `rediss://` or `unix://` as redis-py has them; or, for a master with replicas,

    `redis+sentinel://user:password@host1:26379,host2:26379,host3:26379/mymaster/0?sentinel_password=...`
    (`rediss+sentinel` where all of them use TLS). Raises BadInput for any other URL.
    """

    def __init__(self, url: str):
        self._url = url
        self.uses_sentinel = urlsplit(url).scheme.endswith(SENTINEL_SUFFIX)
        self.server = _parse_sentinel_login(url) if self.uses_sentinel else _parse_single_server(url)
        self.sentinels = _parse_sentinel_hosts(url) if self.uses_sentinel else ()
        self.master_name = urlsplit(url).path.strip("/").split("/")[0] if self.uses_sentinel else ""
        if self.uses_sentinel and not self.master_name:
            raise BadInput("REDIS_URL: no master's name; right is redis+sentinel://host1:26379,host2:26379/mymaster/0")

    @property
    def hosts(self) -> list[str]:
        """The hosts that REDIS_URL names."""
        return [host for host, _port in self.sentinels] or [self.server.host]

    @property
    def encrypted_scheme(self) -> str:
        """The scheme of this kind of URL with TLS."""
        return f"rediss{SENTINEL_SUFFIX if self.uses_sentinel else ''}://"

    def create_client(self, **options: Any) -> Any:
        """Return a redis-py client that repeats nothing, because a repeated write may count twice."""
        options |= {"socket_connect_timeout": CONNECT_TIMEOUT_S, "retry": Retry(NoBackoff(), 0)}
        if not self.uses_sentinel:
            return redis.Redis.from_url(self._url, **options)
        at = self.server
        login = {"username": at.username or None, "password": at.password or None, "db": at.db}
        kind = _SentinelTlsConnection if at.tls else _SentinelConnection
        return self._sentinel().master_for(self.master_name, connection_class=kind, **login, **options)

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
        query = parse_qs(urlsplit(self._url).query)
        return Sentinel(  # type: ignore[no-untyped-call]
            self.sentinels,
            sentinel_kwargs={
                "socket_timeout": CONNECT_TIMEOUT_S,
                "socket_connect_timeout": CONNECT_TIMEOUT_S,
                "retry": Retry(NoBackoff(), 0),
                "password": query.get("sentinel_password", [None])[0],
                "ssl": self.server.tls,
            },
        )


def _parse_single_server(url: str) -> ServerAddress:
    try:
        at: dict[str, Any] = dict(parse_url(url))  # type: ignore[no-untyped-call]
    except ValueError:
        raise BadInput("REDIS_URL: right is redis://, rediss://, unix:// or redis+sentinel://") from None
    tls = at.get("connection_class") is SSLConnection
    fields = {name: at[name] for name in ("host", "port", "path", "username", "password", "db") if at.get(name)}
    return ServerAddress(**fields, tls=tls)


def _parse_sentinel_login(url: str) -> ServerAddress:
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    user, _colon, password = login.partition(":")
    _name, _slash, db = parts.path.strip("/").partition("/")
    if db and not db.isdigit():
        raise BadInput("REDIS_URL: after the master's name comes the number of a database, as in /mymaster/0")
    return ServerAddress(
        username=unquote(user), password=unquote(password), db=int(db or 0), tls=parts.scheme.startswith("rediss")
    )


def _parse_sentinel_hosts(url: str) -> tuple[tuple[str, int], ...]:
    """Return the hosts of `host:port` pairs between commas, with IPv6 addresses in brackets."""
    named = [h for h in urlsplit(url).netloc.rpartition("@")[2].split(",") if h]
    found = [urlsplit(f"//{host}") for host in named]
    try:
        hosts = tuple((at.hostname or "", at.port or DEFAULT_SENTINEL_PORT) for at in found)
    except ValueError:
        hosts = ()
    if not hosts or not all(host for host, _port in hosts):
        raise BadInput("REDIS_URL: the sentinels are host:port between commas, as in host1:26379,host2:26379")
    return hosts
