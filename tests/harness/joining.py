"""An adversary without the key reads Redis' append-only file: which records were written together or near each other.

Nothing here uses a key, except to know what would have been right.
"""

import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.referral import check_digit
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.records.callers import OWN_REFERRALS, SAFETY_PROFILES, SESSIONS
from menus.engine.session import Session
from tests.harness.leaks import resp_commands
from tests.harness.steps_turns import area_id
from tests.harness.town import Town

Commit = frozenset[bytes]
"""What one commit wrote: keys, and `sub:` with the token."""
TURN_S = 10
"""from one turn of a session to the next"""
WINDOWS = (0, 1, 10, 100)


@dataclass
class Traces:
    """The names of one person's records, by kind."""

    session: bytes
    others: dict[str, bytes] = field(default_factory=dict)


def traces_of(town: Town, person: Number) -> Traces:
    vault, names = town.store.vault, {}
    for kind in (SAFETY_PROFILES, OWN_REFERRALS):
        names[kind.name] = kind.key(kind.tag(vault, person))
    names["sub"] = b"sub:" + vault.token(person, Purpose.SUBSCRIBER)
    return Traces(keys.session(SESSIONS.tag(vault, person)), names)


def play_sessions(town: Town, people: Sequence[Number], turns_a_minute: int, chance: random.Random) -> None:
    """Play one session a person: the turns of all come in the order that this rate gives."""
    steps = [steps_of(town, person) for person in people]
    span_s = sum(map(len, steps)) * 60 / turns_a_minute
    begins = [chance.uniform(0, span_s) for _ in people]
    order = sorted((begins[i] + nth * TURN_S, i, nth) for i, each in enumerate(steps) for nth in range(len(each)))
    for _at, i, nth in order:
        commit_turn(town, people[i], steps[i][nth])


def steps_of(town: Town, person: Number) -> list[tuple[intents.Intent, ...]]:
    other = Number.from_int(person.to_int() + 10**6)
    contact = intents.RequestContact(other.e164, "Sister", "Aisha")
    digits = str(1000 + person.to_int() % 9000)  # one a person: of thirty drawn codes two may be the same
    referral = intents.CreateReferral(digits + check_digit(digits), "test", "D01", area_id(town))
    return [(), (intents.Subscribe(area_id(town)),), (), (contact,), (), (referral,)]


def commit_turn(town: Town, person: Number, what: tuple[intents.Intent, ...]) -> None:
    """Commit a turn's session and effects, as a request of the network does."""
    turn = town.store.read_turn(person)
    town.ussd._store_result(turn, Session(lang="en", reply="CON x"), what)
    assert town.store.commit(turn.transaction)


def read_commits(folder: Path) -> list[Commit]:
    """Return what each commit in the append-only file wrote, in order."""
    files = [*folder.glob("*.aof"), *folder.glob("appendonlydir/*.incr.aof")]
    return [commit for path in files for commit in commits_in(path.read_bytes())]


def commits_in(data: bytes) -> Iterator[Commit]:
    """Yield what each commit wrote, in the form that the append-only file and the stream to a replica share."""
    written: set[bytes] | None = None
    for words in resp_commands(data):
        name = words[0].upper()
        if name == b"MULTI":
            written = set()
        elif name == b"EXEC":
            yield frozenset(written or ())
            written = None
        elif written is not None:
            written.update(_names(words))
        else:
            yield frozenset(_names(words))


def _names(words: Sequence[bytes]) -> Iterator[bytes]:
    if len(words) < 2:
        return
    is_subscription = words[0].upper() == b"HSET" and words[1].startswith(b"sub:")
    yield b"sub:" + words[2] if is_subscription else words[1]


def count_candidates(commits: Sequence[Commit], traces: Traces, kind: str, window: int) -> int | None:
    """Return how many records of a kind come into question for the person of a session; None if the right one is none.

    The record was written at most `window` commits before or after one that wrote the session.
    """
    seen: set[bytes] = set()
    prefix = f"{kind}:".encode()
    for at, commit in enumerate(commits):
        if traces.session in commit:
            for near in commits[max(0, at - window) : at + window + 1]:
                seen.update(name for name in near if name.startswith(prefix))
    return len(seen) if traces.others[kind] in seen else None


class ReplicationStream:
    """What a replica is sent, as a thief of that connection reads it. Redis sends its snapshot first."""

    def __init__(self, socket_path: Path):
        self._link = socket.socket(socket.AF_UNIX)
        self._link.settimeout(1)
        self._link.connect(str(socket_path))
        self._link.sendall(b"SYNC\r\n")
        self._skip_snapshot()

    def _skip_snapshot(self) -> None:
        """Raises TimeoutError where Redis sends nothing."""
        seen = b""
        while b"\r\n" not in (head := seen.lstrip(b"\n")):
            seen += self._link.recv(1 << 16)
        line, _end, rest = head.partition(b"\r\n")
        if line.startswith(b"$EOF:"):
            while line[5:] not in rest:
                rest += self._link.recv(1 << 16)
            self._rest = rest.partition(line[5:])[2]
            return
        length = int(line[1:])
        while len(rest) < length:
            rest += self._link.recv(1 << 16)
        self._rest = rest[length:]

    def read(self) -> bytes:
        """Return what was sent since the snapshot, once nothing more comes."""
        with suppress(TimeoutError):
            while block := self._link.recv(1 << 16):
                self._rest += block
        return self._rest

    def close(self) -> None:
        self._link.close()
