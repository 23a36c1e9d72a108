"""Each process works under its own Redis user, and an adversary with its password gains little (rows 41 and 145)."""

import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError

from gateway.cli.redis_server import unix_url
from gateway.store.acl import RedisUser
from tests.harness.cast import NUMBERS
from tests.harness.guarded import UNITS, GuardedStack, guarded
from tests.harness.story import play
from tests.harness.waiting import until


@pytest.fixture(scope="module")
def stack() -> Iterator[GuardedStack]:
    with guarded() as running:
        yield running


@pytest.fixture(scope="module")
def admin(stack: GuardedStack) -> Iterator[Any]:
    with Redis.from_url(stack.url(RedisUser.ADMIN)) as client:
        yield client


def denials(stack: GuardedStack) -> set[str]:
    """Return what our processes were refused, by their logs."""
    return set(re.findall(r"Redis refuses [^\"]*", stack.said()))


def test_the_whole_story_works_under_these_users(stack: GuardedStack) -> None:
    """Nothing that callers, staff, workers and the clock do needs a right that they lack."""
    play(lambda name: stack[name])
    assert denials(stack) == set()
    assert "NOPERM" not in stack.said()


@pytest.mark.parametrize(
    "words",
    [
        ("check",), ("areas", "list"), ("staff", "list"), ("clinics", "import", "gateway/cli/demo_country.csv"),
        ("alert", "send", "--area", "soko", "--kind", "raid", "--place", "Gate"), ("migrate",),
        ("backup", "{folder}/b"), ("rotate-key",),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_commands_work_as_admin(stack: GuardedStack, words: tuple[str, ...]) -> None:
    folder = stack.environ["MWAVULI_DATA_DIR"]
    if words[0] == "check":
        words = ("feature", "list")
    stack.command(*(word.format(folder=folder) for word in words))


LASTING = (b"areas", b"clinics", b"staff", b"sub:", b"members", b"alerts", b"care:")


def lasting(admin: Any) -> set[bytes]:
    """Return the keys of records that outlive a restart of Redis."""
    return {key for key in admin.scan_iter(count=1000) if key.startswith(LASTING)}


def test_after_a_restart_of_redis_the_clock_loads_the_scripts(stack: GuardedStack, admin: Any) -> None:
    """The others may not. The service is back within seconds, nobody loops, and no record is lost."""
    before = lasting(admin)
    assert b"areas" in before and any(key.startswith(b"sub:") for key in before)
    stack.kill("redis")
    stack.restart_the_dead()
    bahati = stack["Bahati"]

    def answers() -> bool:
        try:
            return "does not work" not in bahati.dial()
        except AssertionError:
            return False

    until(answers, 15, "a screen")
    assert before <= lasting(admin)


FORBIDDEN = [
    ("KEYS", "*"), ("SCAN", "0"), ("CONFIG", "GET", "requirepass"), ("CONFIG", "SET", "dir", "/x"), ("FLUSHALL",),
    ("FLUSHDB",), ("MODULE", "LIST"), ("EVAL", "return 1", "0"), ("SCRIPT", "FLUSH"), ("FUNCTION", "FLUSH"),
    ("REPLICAOF", "127.0.0.1", "1"), ("SAVE",), ("BGSAVE",), ("SHUTDOWN", "NOSAVE"),
    ("ACL", "LIST"), ("ACL", "SETUSER", "x"), ("MONITOR",), ("CLIENT", "LIST"), ("CLIENT", "KILL", "TYPE", "normal"),
    ("RENAME", "due:bulk", "x"), ("DUMP", "door"), ("RESTORE", "x", "0", "y"), ("MIGRATE", "h", "1", "k", "0", "1"),
    ("PUBLISH", "c", "x"), ("SUBSCRIBE", "c"), ("SWAPDB", "0", "1"), ("RANDOMKEY",), ("OBJECT", "ENCODING", "door"),
    ("GET", "somebody-elses"), ("SET", "wp_x", "1"), ("SORT", "due:bulk"), ("GET", "moved:x"), ("SET", "backup", "1"),
    ("SELECT", "0"),
]  # fmt: skip
CLOCK_ONLY = [("SCRIPT", "LOAD", "return 1")]


@pytest.mark.parametrize("user", UNITS.values())
def test_an_adversary_with_a_process_password_is_refused(stack: GuardedStack, admin: Any, user: RedisUser) -> None:
    """Without admin rights the adversary can neither list keys, nor read settings, nor empty, copy or script Redis."""
    with Redis.from_url(stack.url(user)) as client:
        allowed = []
        for words in FORBIDDEN + (CLOCK_ONLY if user is not RedisUser.CLOCK else []):
            try:
                client.execute_command(*words)
                allowed.append(words)
            except NoPermissionError:
                continue
            except ResponseError as error:
                assert "unknown command" in str(error), (words, error)  # FUNCTION in Redis 6.2
        assert allowed == []


ORDERS = [
    ("SET", "door", "wiped"), ("SET", "door", "restoring"), ("SET", "door", "another-key"), ("DEL", "door"),
    ("GETEX", "door", "PX", "1"), ("COPY", "orders", "door", "REPLACE"), ("SET", "schema", "99"), ("DEL", "schema"),
    ("HDEL", "features", "sos"), ("DEL", "areas"), ("DEL", "clinics"), ("SET", "ver:content", "x"),
]  # fmt: skip
"""What the processes obey: the end of all of them, and what is offered to callers."""


@pytest.mark.parametrize("user", UNITS.values())
def test_a_thief_of_one_process_password_gives_no_order_to_all(stack: GuardedStack, user: RedisUser) -> None:
    """Not plainly, not in a transaction, not by our own script of commits: nobody ends, and callers are served."""
    alive = {name: process.pid for name, process in stack.running.items() if process.poll() is None}
    store = stack.store
    sha = store.connection.unguarded_write(("SET", "x", "y"))[1]
    with Redis.from_url(stack.url(user)) as thief:
        thief.set("tally:orders", "wiped")
        for words in ORDERS:
            order = tuple(word.replace("orders", "tally:orders") for word in words)
            for attempt in (order, ("EVALSHA", sha, 0, 0, len(order), *order)):
                with pytest.raises(ResponseError, match=r"permission|can't access"):
                    thief.execute_command(*attempt)
            with pytest.raises(ResponseError), thief.pipeline(transaction=True) as pipe:
                pipe.execute_command(*order)
                pipe.execute()
        thief.delete("tally:orders")
    time.sleep(1)
    assert {name: stack.running[name].pid for name in alive if stack.running[name].poll() is None} == alive
    assert "English" in stack["Chiku"].dial() or "Alerts" in stack["Chiku"].screen


@pytest.mark.parametrize(
    "words",
    [("MODULE", "LIST"), ("CONFIG", "SET", "dir", "/x"), ("ACL", "LIST"), ("MONITOR",), ("EVAL", "return 1", "0"),
     ("REPLICAOF", "NO", "ONE"), ("SCRIPT", "FLUSH")],
)  # fmt: skip
def test_the_admin_is_no_superuser(admin: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(NoPermissionError):
        admin.execute_command(*words)


def test_nobody_comes_in_without_a_password(stack: GuardedStack) -> None:
    """Another account of the machine, or an SSRF, reaches the socket and knows no password."""
    socket = Path(stack.environ["MWAVULI_DATA_DIR"]) / "redis.sock"
    with Redis.from_url(unix_url(socket)) as client, pytest.raises(AuthenticationError):
        client.ping()


def test_the_files_are_secret_and_hold_no_number(stack: GuardedStack) -> None:
    folder = Path(stack.environ["MWAVULI_DATA_DIR"]) / "users"
    files = list(folder.iterdir())
    assert {file.name for file in files} == {"users.acl", *(f"{user}.env" for user in RedisUser)}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    rights = (folder / "users.acl").read_text()
    assert not [user for user in RedisUser if stack.url(user).split("@")[0].rpartition(":")[2] in rights]
    assert not [number for number in NUMBERS.values() if number in rights]
