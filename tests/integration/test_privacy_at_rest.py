"""A thief of the disk, the dump, the log or the backup finds nobody (fault row 1, fault row 2)."""

import base64
import binascii
import hashlib
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis

from gateway import settings
from gateway.cli import redis_server
from gateway.crypto.secrets import derive_tags
from gateway.crypto.vault import Purpose, new_key
from gateway.deployment import Deployment, open_deployment
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertTask
from gateway.numbers import Number
from gateway.providers.africastalking.send import AfricasTalking
from gateway.turns.sms import SmsHandler
from jobs import dispatch
from tests.harness.cast import NUMBERS, TEAM
from tests.harness.leaks import Haystack, hashed, needles
from tests.harness.served import OwnRedis
from tests.harness.story import ODD_PLACE, SAID, WORDS, found_in_clear, play
from tests.harness.town import Town

# In one process, so that the test controls every failure


class Indiscreet(AfricasTalking):
    """A provider whose error contains everything it knows."""

    def send(self, text: str, recipients: Any, until: float) -> Any:
        raise RuntimeError(f"{text} to {[r.number.e164 for r in recipients]}")


def test_the_whole_story_in_one_process(
    own_redis: OwnRedis, town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("hypothesis").setLevel(logging.WARNING)
    for noisy in ("urllib3", "httpx", "httpcore"):
        caplog.set_level(logging.WARNING, noisy)
    hay = Haystack()
    codes = play(lambda name: town[name])
    hay.put_redis(town.store.connection.redis)
    _break_things(town)
    hay.put_redis(town.store.connection.redis)
    hay.put_aof(own_redis.socket.parent)
    hay.put_files(tmp_path)
    hay.put("the log", caplog.text)
    hay.put("what was said", "".join(capfd.readouterr()))
    assert "failed: RuntimeError" in caplog.text
    assert "was not handled: RuntimeError" in caplog.text
    assert found_in_clear(hay, town.context.deployment, codes) == []


def _break_things(town: Town) -> None:
    """Make texts that cannot be delivered, jobs that raise, and records that make no sense."""
    dafina = town["Dafina"]
    dafina.text_and_confirm("JOIN Soko Mwezi")
    town.faults(refuse={NUMBERS["Dafina"]: 403}, error_status=500, error_next=1)
    town.work()
    broken = replace(town.context, provider=Indiscreet(town.context.deployment.settings))
    vera = town["Vera"]
    vera.dial()
    vera.choose("English", "PIN")
    vera.press(TEAM["Vera"][3])
    vera.choose("Team")
    vera.choose("Send a warning", "Police raid")
    vera.press("soko")
    vera.press("1", ODD_PLACE, WORDS, "1")
    vera.choose("Send")
    dafina.text("HELP")
    odd = town.store.seal_item(AlertTask.SEND_TO_NEW_SUBSCRIBER.item(9999, "zz"))
    town.store.connection.execute("ZADD", "due:alerts", 0, odd)
    town.store.connection.execute("ZADD", "due:bulk", 0, b"unheard-of:\xff")
    town.end_pauses()
    for lane in ("alerts", "messages", "bulk"):
        dispatch.run_lane(broken, lane, 2)


# The search itself


PLANTED = {
    "in clear": lambda b: b"x" + b,
    "packed": lambda b: msgspec.msgpack.encode({"a": [b.decode()]}),
    "inflated": zlib.compress,
    "in the middle of other bytes": lambda b: b"\xff\0" + zlib.compress(b) + b"\xff",
    "in base64": base64.b64encode,
    "in URL-safe base64 behind other letters": lambda b: b"key" + base64.urlsafe_b64encode(b"\xff\xfe??" + b),
    "in hexadecimal": binascii.hexlify,
    "escaped": lambda b: b"".join(b"\\x%02x" % c for c in b),
    "in a URL": lambda b: b"".join(b"%%%02X" % c for c in b),
    "base64 of compressed": lambda b: base64.b64encode(zlib.compress(b)),
    "hexadecimal of base64": lambda b: base64.b64encode(b).hex().encode(),
}


@pytest.mark.parametrize("wrap", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("what", ["+254711000001", "254711000001", "0711000001", "KIBOKOSALON"])
def test_planted_values_are_found_in_clear(wrap: Callable[[bytes], bytes], what: str) -> None:
    hay = Haystack()
    hay.put("here", wrap(f"x {what} y".encode()))
    assert hay.find(needles({"Amina": "+254711000001"}, SAID))


def test_a_number_is_found_in_every_spelling() -> None:
    number = 254711000001
    found = {
        "bytes": number.to_bytes(8, "big"), "turned": number.to_bytes(8, "little"),
        "MessagePack": msgspec.msgpack.encode(number),
        "blanks": b"0711 000 001", "dashes": b"+254-711-000-001", "hex": f"{number:016X}".encode(),
        "md5": hashed("md5", b"+254711000001").hex().encode(), "sha1": hashed("sha1", b"254711000001"),
        "sha256": hashed("sha256", b"0711000001").hex().upper().encode(), "JSON": b'{"to": 254711000001}',
    }  # fmt: skip
    for how, piece in found.items():
        hay = Haystack()
        hay.put("here", piece)
        assert hay.find(needles({"Amina": "+254711000001"}, [])), how


def test_a_code_is_found_where_it_stands_alone() -> None:
    for piece in (
        b"0357",
        b"PIN 0357.",
        b'{"pin":"0357"}',
        zlib.compress(b"0357"),
        msgspec.msgpack.encode({"p": "0357"}),
    ):
        hay = Haystack()
        hay.put("here", piece)
        assert hay.find_whole(["0357"]), piece
    hay = Haystack()
    hay.put("a time", b"1763770357123")
    assert not hay.find_whole(["0357"])


@pytest.mark.parametrize(
    "plant",
    [
        ("SET", "key", "+254711000001"), ("SET", "x:0711000001", 1), ("HSET", "h", "254711000001", 1),
        ("HSET", "h", "f", "0711000001"), ("SADD", "s", "0711000001"), ("ZADD", "z", 1, "0711000001"),
        ("RPUSH", "l", "0711000001"), ("XADD", "x", "*", "f", "0711000001"),
    ],
    ids=lambda words: words[0] + words[1],
)  # fmt: skip
def test_planted_values_are_found_in_redis_and_in_its_file(plant: tuple[str | int, ...], own_redis: OwnRedis) -> None:
    wanted = needles({"Amina": "+254711000001"}, [])
    with redis.Redis.from_url(redis_server.unix_url(own_redis.socket)) as client:
        client.execute_command(*plant)
        here, there = Haystack(), Haystack()
        here.put_redis(client)
        client.execute_command("FLUSHALL")
    there.put_aof(own_redis.socket.parent)
    assert here.find(wanted)
    assert there.find(wanted), "deleted in Redis, but present in the file"


# Two deployments (fault row 2)


@pytest.fixture
def two(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Deployment]]:
    """Return two deployments, each with its own key and Redis."""
    running = []
    opened = []
    for _ in range(2):
        folder = tmp_path_factory.mktemp("d")
        running.append(OwnRedis(folder))
        own = {
            "REDIS_URL": redis_server.unix_url(running[-1].socket),
            "MWAVULI_DATA_DIR": str(folder),
            "MWAVULI_KEY": new_key(),
        }
        opened.append(open_deployment(settings.load(environ | own)))
        opened[-1].store.initialise_or_check_layout()
    yield opened
    for server in running:
        server.stop()


CROWD = [f"+2547120{i:05d}" for i in range(1000)]


PREFIXED = re.compile(rb"[a-z]+:")


def _all_pieces(deployment: Deployment) -> list[bytes]:
    hay = Haystack()
    hay.put_redis(deployment.store.connection.redis)
    return [piece for _, piece in hay.pieces]


def test_two_deployments_have_no_token_in_common(two: list[Deployment]) -> None:
    seen = []
    for deployment in two:
        sms = SmsHandler(deployment)
        for i, msisdn in enumerate(CROWD[:150]):
            sms.handle_text(f"{i}", Number.parse(msisdn), "hello")
            turn = deployment.store.read_turn(Number.parse(msisdn))
            deployment.store.apply_intents(
                turn,
                (intents.Subscribe("0011223344"), intents.SubmitReport(AlertKind.RAID, "0011223344", "Gate")),
                "en",
            )
            assert deployment.store.commit(turn.transaction)
        pieces = (piece for piece in _all_pieces(deployment) if not piece.startswith(b"area:") and b"|" not in piece)
        bare = {piece.partition(b":")[2] if PREFIXED.match(piece) else piece for piece in pieces}
        seen.append({piece for piece in bare if len(piece) >= 12})
    assert min(map(len, seen)) > 600, "a token or a tag of each person, for each kind of record"
    alike = turn.subscription.pack() if turn.subscription else b""  # consent and choices, of a thousand people the same
    assert seen[0] & seen[1] <= {alike}


def test_two_purposes_of_one_number_cannot_be_joined(two: list[Deployment]) -> None:
    vaults = [deployment.store.vault for deployment in two]
    someone = Number.parse(CROWD[0])
    tokens = [vault.token(someone, purpose) for vault in vaults for purpose in Purpose]
    tags = [tag for vault in vaults for tag in derive_tags(vault, someone)]
    starts = [token[:4] for token in tokens + tags]
    assert len(set(starts)) == len(starts)


def test_no_unkeyed_hash_of_a_number_is_in_a_dump(two: list[Deployment]) -> None:
    """A hash without a key is a number in clear, because all numbers of a country are hashed in minutes."""
    deployment = two[0]
    sms = SmsHandler(deployment)
    for i, msisdn in enumerate(CROWD):
        sms.handle_text(f"{i}", Number.parse(msisdn), "STOP" if i % 2 else "hello")
    pieces = _all_pieces(deployment)
    whole, starts = _hashes(CROWD)
    assert len(whole) > 40_000
    planted = hashlib.blake2b(CROWD[500][1:].encode(), digest_size=16).digest()
    assert _hits([b"x:" + planted], whole, starts), "the search finds what is there"
    assert _hits([hashed("md5", CROWD[7].encode()).hex().encode()], whole, starts)
    assert _hits([b"%d" % zlib.crc32(CROWD[8].encode())], whole, starts)
    assert _hits(pieces, whole, starts) == []


def _hashes(numbers: list[str]) -> tuple[set[bytes], set[bytes]]:
    """Return whole hashes, and the first 64 bits of the long ones, raw or in hexadecimal, of six spellings."""
    whole: set[bytes] = set()
    starts: set[bytes] = set()
    for e164 in numbers:
        digits = e164[1:]
        as_int = int(digits)
        for text in (
            e164.encode(), digits.encode(), f"0{digits[3:]}".encode(),
            f"{digits[3:6]} {digits[6:9]} {digits[9:]}".encode(),
            as_int.to_bytes(8, "big"), as_int.to_bytes(8, "little"),
        ):  # fmt: skip
            crc = zlib.crc32(text)
            whole |= {b"%d" % crc, b"%08x" % crc, crc.to_bytes(4, "big"), crc.to_bytes(4, "little")}
            for name, size in (("md5", 0), ("sha1", 0), ("sha256", 0), ("blake2b", 8), ("blake2b", 16), ("blake2s", 0)):
                raw = hashlib.blake2b(text, digest_size=size).digest() if size else hashed(name, text)
                whole |= {raw, raw.hex().encode()}
                starts |= {raw[:8], raw.hex()[:16].encode()}
    return whole, starts


def _hits(pieces: list[bytes], whole: set[bytes], starts: set[bytes]) -> list[bytes]:
    """Return the hits. A short hash could occur by chance: it counts only as a whole key or value, or after a colon."""
    hits = []
    for piece in pieces:
        parts = {piece, *piece.split(b":")}
        windows = (piece[i : i + size] for size in (8, 16) for i in range(len(piece) - size + 1))
        if parts & whole or any(window in starts for window in windows):
            hits.append(piece)
    return hits
