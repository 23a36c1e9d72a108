"""What our commands need in Redis, and what comes of a right that is missing (rows 41, 42, 145 to 147 and 150)."""

import asyncio
import re
import subprocess
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway import settings
from gateway.cli.checks import redis as redis_checks
from gateway.cli.checks.finding import Level
from gateway.cli.common import load_settings
from gateway.cli.redis_acl import login_url, make_passwords, redis_acl
from gateway.cli.redis_server import build_command, unix_url, wait_until_ready
from gateway.deployment import Deployment, open_deployment
from gateway.errors import BadInput, StoreClosed, StoreUnavailable
from gateway.settings import Settings
from gateway.store import Connection
from gateway.store.acl import DATA_TYPES, RedisUser, acl_file, commands_of
from gateway.store.admin import RedisAdmin
from gateway.store.async_connection import AsyncConnection
from gateway.store.records import KINDS, kind_of
from gateway.store.records.kind import ProcessRights
from gateway.store.records.tables import VERSIONS
from tests.harness.child import child_process
from tests.harness.stack import ROOT

LITERAL = re.compile(r"""(?:[(,]\s*|redis\.call\()["']([A-Z]{3,20})["']""")
ALLOWED_ANYWAY = {
    ("async_connection.py", "HELLO"), ("async_connection.py", "AUTH"), ("redis_errors.py", "READONLY"),
    ("health.py", "CONFIG"), ("async_connection.py", "SELECT"),
}  # fmt: skip
"""Commands that need no right, a word that is no command, a question whose refusal `/ready` bears, and the choice of a
database, which our users have no right to."""
ADMIN_FILES = ("admin.py", "schema.py", "wipe.py", "backup.py", "connection.py", "record_scan.py", "rotation")
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


Urls = Mapping[RedisUser, str]


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[Urls]:
    """The logins of an empty Redis with the users of `redis-acl`, and under `default` an all-powerful one."""
    passwords = make_passwords()
    (tmp_path / "users.acl").write_text(
        acl_file(passwords).replace("default off resetpass", "default on resetpass >all")
    )
    path = tmp_path / "r.sock"
    command = build_command(tmp_path, path, aclfile=tmp_path / "users.acl")
    with child_process(command, stdout=subprocess.DEVNULL) as process:
        wait_until_ready(path, process)
        yield {user: login_url(unix_url(path), user, passwords[user]) for user in RedisUser}


@pytest.fixture
def root(urls: Urls) -> Connection:
    """The user who may do everything."""
    return Connection(re.sub("//.*@", "//default:all@", urls[RedisUser.WEB]))


def writing_commands(root: Connection) -> list[tuple[str, int]]:
    """Return every command that writes: its name and how many words it has at least."""
    names = {name.decode() for name in root.execute("COMMAND", "LIST", "FILTERBY", "ACLCAT", "write")}
    info = root.execute("COMMAND", "INFO", *sorted(names))
    return [(entry[0].decode(), abs(int(entry[1]))) for entry in info if entry]


def writes(root: Connection, words: list[str], key: str) -> bool:
    """Whether this server takes these words for a write of this key."""
    flags = root.execute("COMMAND", "GETKEYSANDFLAGS", *words)
    return any(name == key.encode() and {b"OW", b"RW", b"RM"} & set(marks) for name, marks in flags)


def read_only_keys(user: RedisUser = RedisUser.WEB) -> set[str]:
    """Return keys, one of each sort, that this process may not write by the declarations of records."""
    own = {ProcessRights.WRITE, ProcessRights.DESK} if user is RedisUser.DESK else {ProcessRights.WRITE}
    read_only = {name for name, kind in KINDS.items() if kind.process_rights not in own}
    tables = ("areas", "clinics", "features", "content")
    return read_only | {VERSIONS.key(name).decode() for name in tables} | {"moved:x", "demo:seeded"}


@pytest.mark.parametrize("user", [user for user in RedisUser if user is not RedisUser.ADMIN])
def test_no_command_of_redis_writes_what_only_the_admin_may(root: Connection, user: RedisUser) -> None:
    """An adversary with a process's password tries every command that this server knows, with the key in any place."""
    root.execute("ACL", "SETUSER", user, "~1")  # the other words: a key that may be written, or a number
    tried, allowed = set(), []
    for name, arity in writing_commands(root):
        for key, place in product(read_only_keys(user), (1, 2, 3)):
            words = [name, *["1"] * max(arity - 1, 4)][: max(arity, place + 1)]
            words[place] = key
            try:
                if writes(root, words, key):
                    tried.add(name)
                    answer = root.execute("ACL", "DRYRUN", user, *words)
                    allowed += [words] if answer == b"OK" else []
            except StoreUnavailable:  # no such number of arguments, or no key
                continue
    assert allowed == []
    assert {"set", "del", "copy", "lmpop", "zunionstore", "getex", "hset", "expire"} <= tried and len(tried) > 60
    for words in (["SET", "sub:1", "x"], ["SET", "ver:decisions", "x"], ["GET", "door"]):
        assert root.execute("ACL", "DRYRUN", user, *words) == b"OK"


def test_only_the_desk_reads_and_writes_logins(root: Connection) -> None:
    """The web process reads texts of strangers. An adversary in it makes nobody a login, and reads none."""
    for user in RedisUser:
        answers = {
            root.execute("ACL", "DRYRUN", user, *words) == b"OK"
            for name in ("desk", "dsk", "inv")
            for words in (["GET", f"{name}:x"], ["SET", f"{name}:x", "y"], ["DEL", f"{name}:x"])
        }
        assert answers == {user in (RedisUser.DESK, RedisUser.ADMIN)}


def test_every_order_of_the_service_is_read_only_for_processes() -> None:
    """The access state and the layout end processes; the adversary may write neither, nor what they are made of."""
    for key in ("door", "schema"):
        kind = kind_of(key.encode())
        assert kind is not None and kind.process_rights is ProcessRights.READ
    assert {"door", "schema", "areas", "clinics", "features", "backup", "demo:seeded"} <= read_only_keys()


def test_a_process_does_not_begin_an_empty_redis_and_a_command_does(
    urls: Urls, environ: dict[str, str], tmp_path: Path
) -> None:
    """Otherwise whoever has its password could begin it again under other keys. The log says what to run."""
    own = environ | {"MWAVULI_DATA_DIR": str(tmp_path / "data")}
    (tmp_path / "data").mkdir()

    def opened(user: RedisUser) -> Deployment:
        return open_deployment(settings.load(own | {"REDIS_URL": urls[user]}))

    for user in (RedisUser.WEB, RedisUser.CLOCK):
        with pytest.raises(StoreClosed, match="mwavuli areas import"):
            opened(user).store.initialise_or_check_layout()
    opened(RedisUser.ADMIN).store.initialise_or_check_layout()
    for user in RedisUser:
        deployment = opened(user)
        deployment.store.initialise_or_check_layout()
        deployment.store.access_state.check()


def findings(url: str) -> str:
    return "\n".join(f.text for f in redis_checks.check(RedisAdmin(url)) if f.level is not Level.OK)


def test_users_of_an_older_release_are_named(urls: Urls, root: Connection) -> None:
    """After an upgrade the old file still lets the holder of one password end all processes."""
    admin = urls[RedisUser.ADMIN]
    assert "older release" not in findings(admin)
    root.execute("ACL", "SETUSER", "worker-bulk", "~door")
    assert "a process's password ends all processes" in findings(admin)
    root.execute("ACL", "SETUSER", "worker-bulk", "resetkeys")
    assert "older release" not in findings(admin)
    root.execute("ACL", "SETUSER", "admin", "-acl|dryrun")
    assert "older release" in findings(admin)


def test_a_second_database_is_named(urls: Urls, root: Connection, tmp_path: Path) -> None:
    """A process may copy sealed records into it, where no STOP finds them; another program may live there."""
    assert "database" not in findings(urls[RedisUser.ADMIN])
    path = tmp_path / "two.sock"
    command = [*build_command(tmp_path, path, tmp_path / "log"), "--databases", "2", "--appendonly", "no"]
    with child_process(command) as process:
        wait_until_ready(path, process)
        assert "set databases 1" in findings(unix_url(path))
        Connection(f"{unix_url(path)}?db=1").execute("SET", "hidden", "x")
        assert "other databases of this Redis hold 1 keys" in findings(unix_url(path))
    with pytest.raises(StoreUnavailable):
        Connection(f"{urls[RedisUser.ADMIN]}?db=1").execute("PING")


def test_users_for_a_second_database_are_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Users have no right to choose a database, so their REDIS_URL would fail."""
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/1")
    load_settings.cache_clear()
    done = CliRunner().invoke(redis_acl, [str(tmp_path / "users")])
    load_settings.cache_clear()
    assert isinstance(done.exception, BadInput) and "database" in str(done.exception)
    assert not (tmp_path / "users").exists()
