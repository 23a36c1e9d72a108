"""A master with replicas and sentinels, all real servers: what remains after the master is killed."""

import asyncio
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gateway import settings
from gateway.cli.checks import replication
from gateway.crypto.vault import new_key
from gateway.deployment import open_deployment
from gateway.errors import BadInput, StoreUnavailable
from gateway.model.subscription import Channel
from gateway.store import Connection
from gateway.store.admin import RedisAdmin
from gateway.store.async_connection import AsyncConnection
from gateway.store.redis_url import RedisUrl
from gateway.turns.sms import SmsHandler
from tests.harness.cast import number
from tests.harness.network_phone import NetworkPhone
from tests.harness.scale import people
from tests.harness.sentinels import Sentinels, guarded
from tests.harness.stack import TUNING, Stack
from tests.harness.waiting import until

CALL, FLIGHT = 50, 4
PEOPLE = people(3000, fewer=1000)
PACE = f"[sending]\nrequest_size = {CALL}\nin_flight = {FLIGHT}\nchunk_size = 500\n"
BY_ONE = "proposal_audience = 100000\n"
RESUMES = 10
"""seconds"""
SUBSCRIBE = f"""
from gateway.cli.common import load_deployment
from tests.bench.people import subscribe
subscribe({PEOPLE}, [load_deployment().store.read_world().atlas.resolve("Soko Mwezi").id])
"""


@pytest.fixture
def guards() -> Iterator[Sentinels]:
    with guarded() as servers:
        yield servers


# The URL


@pytest.mark.parametrize(
    ("url", "hosts", "name", "login", "tls"),
    [
        ("redis+sentinel://a:1,b:2,c/mymaster", [("a", 1), ("b", 2), ("c", 26379)], "mymaster", ("", "", 0), False),
        ("redis+sentinel://:p%40ss@a,[::1]:2/m/3", [("a", 26379), ("::1", 2)], "m", ("", "p@ss", 3), False),
        ("redis+sentinel://a/m?username=u&password=p", [("a", 26379)], "m", ("u", "p", 0), False),
        ("rediss+sentinel://u:p@a/m/0", [("a", 26379)], "m", ("u", "p", 0), True),
    ],
)
def test_sentinels_in_the_url(
    url: str, hosts: list[tuple[str, int]], name: str, login: tuple[str, str, int], tls: bool
) -> None:
    place = RedisUrl(url)
    assert (list(place.sentinels), place.master_name) == (hosts, name)
    at = place.server
    assert ((at.username, at.password, at.db), at.tls) == (login, tls)
    assert "p@ss" not in repr(at)
    assert settings.load({"REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://a:1,b:2",
        "redis+sentinel:///m",
        "redis+sentinel://a:b/m",
        "redis+sentinel://a/m/x",
        "redis+x://a",
    ],
)
def test_a_url_without_a_server_is_reported(url: str) -> None:
    with pytest.raises(BadInput, match="REDIS_URL"):
        RedisUrl(url)
    assert RedisUrl("redis://a:1/2").find_master().port == 1


# What a replica must have


def environ(guards: Sentinels, folder: Path) -> dict[str, str]:
    return {
        "REDIS_URL": guards.url, "MWAVULI_DATA_DIR": str(folder), "MWAVULI_KEY": new_key(), "AT_SHORTCODE": "20240",
        "MWAVULI_WEBHOOK_TOKEN": "t" * 32,
    }  # fmt: skip


def test_leaving_is_confirmed_once_a_replica_has_it(guards: Sentinels, tmp_path: Path) -> None:
    """The replicas hang. A subscription is stored and counted. A STOP is stored too, but the network must repeat it."""
    deployment = open_deployment(settings.load(environ(guards, tmp_path)))
    deployment.store.initialise_or_check_layout()
    store, sms = deployment.store, SmsHandler(deployment)
    assert store.transact(lambda world, change, now: change.write("SET", "any", 1)) is None
    hung = [guards.running[port] for port in guards.servers if port != guards.master()]
    for server in hung:
        os.kill(server.pid, signal.SIGSTOP)
    try:
        sms.handle_text("1", number("Amina"), "HELP")
        assert store.connection.execute("GET", "uncopied") is None, "nobody waits for what need not last"
        with pytest.raises(StoreUnavailable, match="no replica"):
            sms.handle_text("2", number("Amina"), "STOP")
        assert store.connection.execute("GET", "uncopied") == b"1"
        assert sms.handle_text("2", number("Amina"), "STOP") == set(), "said again, it is known"
    finally:
        for server in hung:
            os.kill(server.pid, signal.SIGCONT)
    until(lambda: store.connection.batch([("SET", "any", 2), ("WAIT", 2, 100)])[1] == 2, what="the replicas back")
    sms.handle_text("3", number("Bahati"), "STOP")
    assert store.connection.execute("GET", "uncopied") == b"1"


# What `check` says


def checked(guards: Sentinels) -> list[str]:
    return [f"{finding.level}: {finding.text}" for finding in replication.check(RedisAdmin(guards.url))]


def test_copies_are_checked_too(guards: Sentinels) -> None:
    assert checked(guards) == ["ok: two replicas follow the master and are as durable as the master"]
    master, *replicas = [guards.asked(port) for port in guards.servers]
    master.config_set("min-replicas-to-write", 0)
    replicas[1].config_set("appendfsync", "everysec")
    assert [line[:40] for line in checked(guards)] == [
        "must: a master that is cut off accepts w", "must: a replica: Redis can lose the last",
    ]  # fmt: skip


# A failover


def test_an_event_loop_finds_the_new_master(guards: Sentinels) -> None:
    """Also after the old server became a replica under an open connection."""
    connection = Connection(guards.url)

    async def ask() -> None:
        wire = AsyncConnection(connection)

        def steps():  # type: ignore[no-untyped-def]
            [answer] = yield [("SET", "key", 1)]
            return answer

        assert await wire.run_commands(steps()) == b"OK"
        old = guards.master()
        guards.asked(guards.guards[0]).execute_command("SENTINEL", "FAILOVER", "mymaster")
        for _ in range(100):
            with suppress(StoreUnavailable):
                if guards.master() != old and await wire.run_commands(steps()) == b"OK":
                    return
            await asyncio.sleep(0.1)
        raise AssertionError("the old master is still asked")

    asyncio.run(ask())
    assert connection.execute("GET", "key") == b"1"


@pytest.fixture
def stack(guards: Sentinels) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="mws") as folder:
        stack = Stack(Path(folder))
        del stack.commands["redis"]
        stack.environ["REDIS_URL"] = guards.url
        Path(stack.environ["MWAVULI_SETTINGS"]).write_text(BY_ONE + TUNING + PACE)
        try:
            stack.seed()
            stack.start(*stack.commands)
            yield stack
        finally:
            stack.stop()


def test_a_failover_in_the_middle_of_a_warning(guards: Sentinels, stack: Stack) -> None:
    stack.run("-c", SUBSCRIBE)
    amina, bahati, chiku = (stack[name] for name in ("Amina", "Bahati", "Chiku"))
    bahati.text_and_confirm("JOIN Soko Mwezi")
    bahati.gets("Soko Mwezi")
    stack.faults(latency_ms=300)
    stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Gate")
    until(lambda: len(texts_by_number(stack)) > PEOPLE / 6, what="the first calls")
    chiku.text_and_confirm("JOIN Shamba Nyota")
    until(lambda: taken(bahati, "STOP"), what="a replica that has it")
    before = set(texts_by_number(stack))
    guards.kill_master()
    resumed(stack, before)
    until(lambda: len(texts_by_number(stack)) >= PEOPLE and settled(stack), seconds=60, what="the warning of everybody")

    times = texts_by_number(stack)
    assert len([n for n in times if n.startswith("+25473")]) == PEOPLE, "missing"
    assert sum(n - 1 for n in times.values()) <= CALL * FLIGHT, "doubled: no more than was under way"
    store = stack.deployment().store
    world = store.read_world()
    areas = {name: world.atlas.resolve(name).id for name in ("Soko Mwezi", "Shamba Nyota")}
    members = store.count_subscribers()
    assert (members[areas["Shamba Nyota"]], members[areas["Soko Mwezi"]]) == (1, PEOPLE), "consent given, and taken"
    stored = store.read_turn(number("Chiku")).subscription
    assert stored is not None and stored.channel is Channel.SMS
    assert store.read_turn(number("Bahati")).subscription is None
    [alert] = world.alerts.values()
    counts = store.recipients.count_states(f"{alert.number}.0")
    assert sum(counts.values()) in (PEOPLE, PEOPLE + 1), "Bahati was in it or not yet"
    amina.dial()
    assert amina.open, "the web's event loop found the new master too"


def taken(phone: NetworkPhone, words: str) -> bool:
    """Whether the text was acknowledged. The network repeats other texts."""
    try:
        phone.text(words)
    except AssertionError:
        return False
    return True


def texts_by_number(stack: Stack) -> Counter[str]:
    taken = stack.network.get("/messages", params={"since": 0}).json()["messages"]
    return Counter(message["number"] for message in taken if "Gate" in message["text"])


def resumed(stack: Stack, before: set[str]) -> None:
    def more() -> bool:
        stack.restart_the_dead()
        return len(texts_by_number(stack)) > len(before) + CALL * FLIGHT

    until(more, seconds=RESUMES, what="the warning going on")


def settled(stack: Stack) -> bool:
    stack.restart_the_dead()
    store = stack.deployment().store
    [number] = store.read_world().alerts
    return not store.recipients.count_remaining_prefixes(f"{number.decode()}.0") and not store.work_queue.has_due_items(
        "alerts"
    )
