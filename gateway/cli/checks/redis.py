"""Redis: is it there, does it keep everything, does it show nothing."""

from typing import Any
from urllib.parse import urlsplit

from gateway.cli.checks.finding import Findings, must, or_fine, should
from gateway.errors import StoreAway
from gateway.settings import Settings
from gateway.store import Connection

NEAR = ("127.0.0.1", "::1", "localhost", None)


def look(values: Settings, connection: Connection) -> Findings:
    """Nothing else can be asked where the first line says that it is away."""
    if not answers(connection):
        yield must("Redis does not answer at REDIS_URL: nothing can be kept, callers hear an apology")
        return
    yield from or_fine(_reached(values), "Redis is on this machine, or asks for a password")
    try:
        told = _config(connection)
    except StoreAway:
        yield must("Redis does not show its settings: see that it has appendonly yes, appendfsync always, noeviction")
        return
    yield from or_fine(_keeps(told), "Redis writes everything down at once and evicts nothing")
    yield from or_fine(_shows(told), "Redis' slow log keeps no arguments")


def answers(connection: Connection) -> bool:
    try:
        return bool(connection.call("PING"))
    except StoreAway:
        return False


def _reached(values: Settings) -> Findings:
    where = urlsplit(values.redis_url)
    if where.scheme != "unix" and where.hostname not in NEAR and not where.password:
        yield must("Redis is on another machine and REDIS_URL has no password")
    if where.scheme == "redis" and where.hostname not in NEAR:
        yield should("Redis is on another machine and the way there is not encrypted: use rediss://")


def _config(connection: Connection) -> dict[str, str]:
    wanted = ("appendonly", "appendfsync", "maxmemory-policy", "slowlog-max-len", "slowlog-log-slower-than")
    told: dict[str, str] = {}
    for name in wanted:
        answer: Any = connection.call("CONFIG", "GET", name)
        pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
        told |= {key.decode(): value.decode() for key, value in pairs}
    return told


def _keeps(told: dict[str, str]) -> Findings:
    if told.get("appendonly") != "yes":
        yield must("Redis forgets when it stops: set appendonly yes")
    elif told.get("appendfsync") != "always":
        yield must("Redis can forget the last second: set appendfsync always")
    if told.get("maxmemory-policy") != "noeviction":
        yield must("Redis throws records away when memory is short: set maxmemory-policy noeviction")


def _shows(told: dict[str, str]) -> Findings:
    if told.get("slowlog-max-len") != "0" and not told.get("slowlog-log-slower-than", "").startswith("-"):
        yield should("Redis' slow log keeps the arguments of slow commands: set slowlog-max-len 0")
