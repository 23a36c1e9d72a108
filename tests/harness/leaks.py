"""Searches stored data for numbers and words, in any spelling, that must not be in it.

A haystack has pieces: every key and value of Redis, every word of the append-only file, files, logs, metrics.
Each piece is also searched inflated, and decoded from base64 and hexadecimal, repeatedly.
"""

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

EMPTY_RDB_BYTES = 120
"""The snapshot of an empty server has 88 or 89 bytes: its version, its time and a checksum."""
DEPTH = 4
"""How deep encodings may nest, such as base64 of a compressed string of base64."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")


def spellings(e164: str) -> dict[str, bytes]:
    """Return every form in which a number could be stored. The part that all forms of a kind share stands for them."""
    digits, tail = e164[1:], e164[4:]
    whole = int(digits)
    found = {
        "digits": tail.encode(),  # also in +254..., 254... and 0...
        "with blanks": f"{tail[:3]} {tail[3:6]} {tail[6:]}".encode(),
        "with dashes": f"{tail[:3]}-{tail[3:6]}-{tail[6:]}".encode(),
        "UTF-16": tail.encode("utf-16-le"),
        "8 bytes, big end first": whole.to_bytes(8, "big")[3:],
        "8 bytes, little end first": whole.to_bytes(8, "little")[:5],
        "hexadecimal": f"{whole:x}".encode(),
    }
    for name in ("md5", "sha1", "sha256"):
        for spelling in (e164, digits, "0" + tail):
            found[f"{name} of {len(spelling)}"] = hashed(name, spelling.encode())
    return found


def hashed(name: str, text: bytes) -> bytes:
    return hashlib.new(name, text).digest()


def needles(numbers: Mapping[str, str], words: Sequence[str]) -> dict[str, bytes]:
    """Return the bytes to search for, by what they are."""
    found = {f"{name}'s number: {how}": b for name, e164 in numbers.items() for how, b in spellings(e164).items()}
    return found | {f"words: {text}": text.lower().encode() for text in words}


class Haystack:
    def __init__(self) -> None:
        self.pieces: list[tuple[str, bytes]] = []

    def put(self, where: str, piece: bytes | str) -> None:
        self.pieces.append((where, piece.encode() if isinstance(piece, str) else piece))

    def put_redis(self, client: Any) -> None:
        """Add every key and its values; `client` is a redis.Redis."""
        for key in client.scan_iter("*", count=1000):
            self.put("a key", key)
            for part in _parts(client, key):
                self.put(f"Redis, {key[:40]!r}", part)

    def put_aof(self, folder: Path) -> None:
        """Add every word of the append-only file: one file in Redis 6, a folder in Redis 7 and Valkey."""
        for path in folder.glob("appendonlydir/*.rdb"):
            assert path.stat().st_size <= EMPTY_RDB_BYTES, "records in a snapshot: set aof-use-rdb-preamble no"
        for path in [*folder.glob("*.aof"), *folder.glob("appendonlydir/*.aof")]:
            for word in resp_words(path.read_bytes()):
                self.put(f"the append-only file {path.name}", word)

    def put_files(self, folder: Path) -> None:
        """Add whole files, such as logs."""
        for path in folder.rglob("*"):
            if path.is_file():
                self.put(f"the file {path.name}", path.read_bytes())

    def find(self, wanted: Mapping[str, bytes]) -> list[str]:
        """Return what was found where."""
        readings = [(where, reading.lower(), reading) for where, reading in self._readings()]
        folded, exact = (b"\0\0".join(r[i] for r in readings) for i in (1, 2))
        hits = []
        for what, needle in wanted.items():
            if needle in folded or needle in exact:
                hits += [f"{what} in {where}" for where, low, same in readings if needle in low or needle in same][:3]
        return hits

    def find_whole(self, wanted: Sequence[str]) -> list[str]:
        """Return where PINs and codes stand alone, without a letter or digit beside them, because they are short."""
        alone = re.compile(rb"(?<![\w+$:*-])(?:" + b"|".join(code.encode() for code in wanted) + rb")(?![\w-])")
        return [f"{m[0]!r} in {where}" for where, reading in self._readings() if (m := alone.search(reading))]

    def _readings(self) -> Iterator[tuple[str, bytes]]:
        """Yield each distinct piece in every form that it decodes to."""
        where = {piece: where for where, piece in self.pieces}
        return ((where[piece], reading) for piece in where for reading in read(piece))


def read(piece: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield a piece in every form that it decodes to."""
    yield piece
    if depth == DEPTH:
        return
    for found in {inner for inner in _within(piece) if len(inner) > 3}:
        yield from read(found, depth + 1)


def _within(piece: bytes) -> Iterator[bytes]:
    for match in _ZLIB.finditer(piece):
        try:
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(piece[match.start() :])
        except zlib.error:
            continue
    for match in _BASE64.finditer(piece):
        text = match[0].rstrip(b"=")
        for start in range(4):  # what stands before it may be taken for its beginning
            body = text[start:-1] if (len(text) - start) % 4 == 1 else text[start:]
            try:
                yield base64.b64decode(body + b"=" * (-len(body) % 4), altchars=b"-_" if _url(body) else b"+/")
            except binascii.Error:
                continue
    for match in _HEX.finditer(piece):
        yield bytes.fromhex(match[0].decode())
    if b"\\x" in piece:
        yield _ESCAPED.sub(lambda m: bytes.fromhex(m[1].decode()), piece)
    if b"%" in piece:
        yield re.sub(rb"%([0-9a-fA-F]{2})", lambda m: bytes.fromhex(m[1].decode()), piece)


def _url(text: bytes) -> bool:
    return b"-" in text or b"_" in text


def _parts(client: Any, key: bytes) -> Iterator[bytes]:
    kind = client.type(key)
    if kind == b"string":
        yield client.get(key)
    elif kind == b"hash":
        for field, value in client.hgetall(key).items():
            yield field
            yield value
    elif kind == b"set":
        yield from client.smembers(key)
    elif kind == b"zset":
        yield from (member for member, _score in client.zrange(key, 0, -1, withscores=True))
    elif kind == b"list":
        yield from client.lrange(key, 0, -1)
    elif kind == b"stream":
        for _id, fields in client.xrange(key):
            for field, value in fields.items():
                yield field
                yield value
    elif kind != b"none":  # a pause that is over meanwhile
        raise AssertionError(f"a {kind!r} is not looked into")


def resp_words(data: bytes) -> Iterator[bytes]:
    """Yield the words of all commands in an append-only file."""
    for command in resp_commands(data):
        yield from command


def resp_commands(data: bytes) -> Iterator[list[bytes]]:
    """Yield all commands in an append-only file."""
    at, command, missing = 0, list[bytes](), 0
    while at < len(data):
        end = data.index(b"\r\n", at)
        if data[at : at + 1] == b"$":
            length = int(data[at + 1 : end])
            command.append(data[end + 2 : end + 2 + length])
            at = end + 2 + length + 2
            if len(command) == missing:
                yield command
        else:
            assert data[at : at + 1] == b"*", "not an append-only file of commands"
            command, missing = [], int(data[at + 1 : end])
            at = end + 2
