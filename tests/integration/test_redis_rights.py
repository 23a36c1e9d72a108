"""What our commands need in Redis, and what comes of a right that is missing (rows 41 and 42 of FAULTS)."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.settings import Settings
from gateway.store import Connection
from gateway.store.acl import DATA_TYPES, RedisUser, commands_of
from gateway.store.async_connection import AsyncConnection
from tests.harness.stack import ROOT

LITERAL = re.compile(r"""(?:[(,]\s*|redis\.call\()["']([A-Z]{3,20})["']""")
ALLOWED_ANYWAY = {
    ("async_connection.py", "HELLO"), ("async_connection.py", "AUTH"), ("redis_errors.py", "READONLY"),
    ("health.py", "CONFIG"),
}  # fmt: skip
"""Commands that need no right, a word that is no command, and a question whose refusal `/ready` bears."""
ADMIN_FILES = ("admin.py", "schema.py", "wipe.py", "backup.py", "connection.py", "rotation")
"""Code that only commands run, and the connection, which loads scripts for the clock."""


@pytest.fixture
def poor(deployment: Deployment, values: Settings) -> Iterator[Connection]:
    """A user with every right but that to load scripts, on a Redis that lost them."""
    admin = deployment.store.connection
    admin.execute("ACL", "SETUSER", "poor", "on", ">pass", "~*", "&*", "+@all", "-script")
    admin.execute("SCRIPT", "FLUSH")
    admin.execute("CONFIG", "RESETSTAT")
    connection = Connection(values.redis_url.replace("unix://", "unix://poor:pass@"))
    connection.key_id = admin.key_id
    yield connection
    admin.execute("ACL", "DELUSER", "poor")


def calls(admin: Connection) -> int:
    stats = admin.execute("INFO", "commandstats").decode()
    return sum(int(count) for name, count in re.findall(r"cmdstat_(\S+?):calls=(\d+)", stats) if name != "info")


def test_a_missing_right_costs_a_few_commands_and_one_clear_error(poor: Connection, deployment: Deployment) -> None:
    """An adversary, or an operator, takes the right to load scripts away: no turn may loop, in a thread or not."""
    script = poor.script_command("reserve_spend", ["spent:x"], [1, "", 1])

    async def turn() -> None:
        def commands() -> Any:
            yield [script]

        await AsyncConnection(poor).run_commands(commands())

    for act in (lambda: poor.batch([script]), lambda: asyncio.run(turn())):
        with pytest.raises(StoreUnavailable, match="may not load them: is `mwavuli clock` running"):
            act()
    assert calls(deployment.store.connection) < 15


def test_a_right_that_is_missing_is_named(poor: Connection, deployment: Deployment) -> None:
    deployment.store.connection.execute("ACL", "SETUSER", "poor", "-hset")
    with pytest.raises(StoreUnavailable, match="refuses the command 'hset' to this user"):
        poor.execute("HSET", "a", "b", "c")
    deployment.store.connection.execute("ACL", "SETUSER", "poor", "resetkeys", "~x")
    with pytest.raises(StoreUnavailable, match="refuses a command or a key"):
        poor.execute("GET", "a")


def literals(folder: str) -> set[tuple[str, str]]:
    files = [file for kind in ("py", "lua") for file in (ROOT / folder).rglob(f"*.{kind}")]
    places = {file: file.relative_to(ROOT / folder).parts[0] for file in files}
    return {(place, word) for file, place in places.items() for word in LITERAL.findall(file.read_text())}


def test_every_command_in_our_code_is_among_the_rights(deployment: Deployment) -> None:
    """A command that an ACL forgets would silence a warning."""
    found = literals("gateway/store") | literals("gateway/actions") | literals("jobs")
    info = deployment.store.connection.execute("COMMAND", "INFO", *sorted({word.lower() for _place, word in found}))
    categories = {entry[0].decode(): {c.decode() for c in entry[6]} for entry in info if entry}
    refused = set()
    for place, word in found:
        name = word.lower()
        if name not in categories:  # an option such as NX, or a word of ours
            continue
        by_type = categories[name] & set(DATA_TYPES) and "@dangerous" not in categories[name]
        user = RedisUser.ADMIN if place in ADMIN_FILES else RedisUser.BULK
        if not by_type and name not in {command.split("|")[0] for command in commands_of(user)}:
            refused.add((place, word))
    assert refused - ALLOWED_ANYWAY == set()
    assert {"HSETNX", "ZADD", "EVALSHA"} <= {word for _place, word in found}, "they are looked for"
