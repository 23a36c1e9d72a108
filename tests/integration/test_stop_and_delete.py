"""STOP, DELETE and the daily deletion: no record is left, and no text that was queued before is sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertTask
from gateway.store import Connection
from jobs import dispatch
from tests.harness.cast import number
from tests.harness.leaks import Haystack
from tests.harness.served import OwnRedis
from tests.harness.steps_turns import do, leave
from tests.harness.town import Town
from tests.harness.waiting import until


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnRedis]:
    redis = OwnRedis(tmp_path)
    Connection(f"unix://{redis.socket}").execute("CONFIG", "SET", "aof-use-rdb-preamble", "no")
    yield redis
    redis.process.terminate()
    redis.process.wait()


@pytest.fixture
def environ(environ: dict[str, str], own: OwnRedis) -> dict[str, str]:
    return environ | {"REDIS_URL": f"unix://{own.socket}"}


def as_bytes(text: object) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()


def traces(town: Town, folder: Path, token: bytes) -> list[str]:
    """Return the places of the token in Redis and in its file."""
    hay = Haystack()
    hay.put_redis(town.store.connection.redis)
    hay.put_aof(folder)
    return [where for where, piece in hay.pieces if token in piece or token.hex().encode() in piece]


@pytest.mark.parametrize("word", ["STOP", "DELETE"])
def test_a_caller_who_leaves_is_gone_and_gets_no_queued_text(word: str, town: Town, tmp_path: Path) -> None:
    token = town.store.vault.token(number("Amina"), Purpose.SUBSCRIBER)
    for name in ("Amina", "Bahati"):
        town[name].text_and_confirm("JOIN Soko Mwezi")
    where = town.store.read_world().atlas.resolve("Soko Mwezi").id
    do(town, "Amina", intents.AddTonightArea(town.store.read_world().atlas.resolve("Kasri").id))
    town.inbox("Amina"), town.inbox("Bahati")
    do(town, "Sabra", intents.SendAlert(AlertKind.RAID, where, "Bus stage", "", int(town.now()) + 3600))
    town.store.read_world()
    [broadcast] = town.store.world_cache.broadcasts.items.values()
    town.store.recipients.insert(broadcast, {0: [token]}, int(town.now()) + 3600)
    assert traces(town, tmp_path, token), "the search itself works"

    leave(town, word)
    [item] = [i for i in town.store.work_queue.claim("alerts", 1) if i.task is AlertTask.SEND_BROADCAST]
    dispatch.handle_item(town.context, item)
    assert [text for text in town.inbox("Amina") if "Bus stage" in text] == []
    assert any("Bus stage" in text for text in town.inbox("Bahati"))
    town.sleep(86400)
    town.work()
    until(lambda: b"aof_rewrite_in_progress:0" in as_bytes(town.store.connection.execute("INFO", "persistence")))
    assert traces(town, tmp_path, token) == []

    town["Amina"].text_and_confirm("JOIN Soko Mwezi")
    town.inbox("Amina")
    do(town, "Sabra", intents.SendAlert(AlertKind.RAID, where, "Gate", "", int(town.now()) + 3600))
    assert any("Gate" in text for text in town.inbox("Amina"))
