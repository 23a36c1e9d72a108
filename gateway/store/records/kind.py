"""The declaration of a kind of record in Redis. Reading, writing, deletion, backup and rotation derive from it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from gateway.crypto.secrets import phone_tag
from gateway.crypto.vault import Purpose, Vault
from gateway.model.message import Lane
from gateway.model.task import Task
from gateway.numbers import Number
from gateway.settings import Times

T = TypeVar("T")
KeyPart = bytes | str | int
KINDS: dict[str, "RecordKind"] = {}
"""Every declared kind by its short key name. Each declaration adds itself."""


class Rotation(Enum):
    """What a rotation of the data keys does to the records of one kind."""

    UNCHANGED = auto()
    """The record names no person and is sealed with no key."""
    DISCARDED = auto()
    RENAMED = auto()
    """The tag in the key is hashed with the new key. The value is unchanged."""
    RENAMED_HEX = auto()
    """As RENAMED, for a tag in hexadecimal digits."""
    TOKEN = auto()
    """The subscriber token in the key becomes the new token. The value is unchanged."""
    RESEALED = auto()
    """The content is sealed with the new key, its tokens and hashes are replaced, and its tag is hashed again."""
    OWN = auto()
    """`store.rotation` registers a function for this kind."""


class Backup(Enum):
    """What a backup does with the records of one kind."""

    STORED = auto()
    REBUILT = auto()
    """Not stored; restored from the records that imply it."""
    OMITTED = auto()
    """Not stored: the record is short-lived, would be stale after a restore, or describes the running processes."""


class OnLeave(Enum):
    """What STOP or DELETE does to the caller's record of one kind."""

    KEPT = auto()
    DELETED = auto()
    """`store.record_io` deletes it, with its timer."""
    OWN = auto()
    """An action decides: it may keep a part, or delete later."""
    UNRELATED = auto()
    """The record is of no caller."""


class ProcessRights(Enum):
    """What the processes that serve (web, workers, clock) may do with the records of one kind.

    Commands may do everything. `store.acl` derives the users of Redis from it.
    """

    WRITE = auto()
    READ = auto()
    """Only commands write. A process that wrote such a record would give an order to all processes, or change the
    places and features of the organisation."""
    NONE = auto()
    DESK = auto()
    """Only the desk, and commands: the web process, which reads texts of strangers, can make nobody a login."""


class KeyChange(Protocol):
    """Translates names from one version of the data keys to the next."""

    def new_token(self, token: bytes, purpose: Purpose) -> bytes | None:
        """Return the new token, or None for a token that is new already or damaged."""

    def rotate_digest(self, digest: bytes) -> bytes:
        """Return the new digest for a digest or tag of the old version."""


@dataclass(frozen=True)
class Lifetime:
    """How long a record lives. `longest_s` is None for a record that Redis does not expire by itself."""

    description: str
    longest_s: Callable[[Times], int] | None = None
    """Return the longest time to live in seconds."""
    ends_at: Callable[[Any], int] | None = None
    """Return the end in Unix seconds from the record's content; without it, each write restarts `longest_s`."""
    is_exact: bool = False
    """Whether the expiry is not rounded, because the record is of no caller."""

    def expiry_arguments(self, value: object, times: Times | None = None) -> tuple[str | int, ...]:
        """Return the arguments of SET that expire this value; none where Redis does not expire it.

        The script of the commit rounds a lifetime down, by a sixth at most, and an end up (`lua/expire.lua`).
        """
        if self.ends_at is not None:
            return "EXAT", self.ends_at(value)
        return ("EX", self.seconds(times)) if times else ()

    def seconds(self, times: Times) -> int:
        """Return the longest time to live before rounding; 0 where Redis does not expire the record."""
        return self.longest_s(times) if self.longest_s else 0


@dataclass(frozen=True)
class Codec(Generic[T]):
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]


def msgpack_codec(type_: type[T]) -> Codec[T]:
    """Return a codec that stores a value of this type as msgpack."""
    return Codec(msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(type_).decode)


@dataclass(frozen=True)
class Timer:
    """The work item that acts on a record: on `lane`, named by `task` and the token of the record's owner."""

    lane: Lane
    task: Task
    at: Callable[[Any], int] | None = None
    """Return when it is due, in Unix seconds. With it, each write of the record schedules the timer."""


def unchanged(_keys: KeyChange, value: T) -> T:
    """Return the content unchanged, because it has no token and no hash."""
    return value


def never_empty(_value: Any) -> bool:
    """Return False, because no content of this kind means an absent record."""
    return False


@dataclass(frozen=True, eq=False, kw_only=True)
class RecordKind:
    """One kind of record. `name` is the first part of its keys, and no other code repeats it."""

    name: str
    pattern: str = ""
    """The rest of the key, for readers."""
    holds: str
    lifetime: Lifetime
    rotation: Rotation
    backup: Backup
    tag_label: str = ""
    """The purpose of the tag of a phone in the key (`crypto.secrets.phone_tag`); empty where there is no tag."""
    purpose: Purpose | None = None
    """The purpose of the token in the key, or of the owner's token in the content."""
    has_hashed_names: bool = False
    """Whether every name in the key is a keyed hash."""
    on_stop: OnLeave = OnLeave.UNRELATED
    on_delete: OnLeave = OnLeave.UNRELATED
    is_process_state: bool = False
    """Whether a deployment without people has it. It contains nothing about a person."""
    process_rights: ProcessRights = ProcessRights.WRITE
    tasks: Mapping[Task, tuple[Purpose, ...]] | None = None
    """Work items that carry tokens: the purposes of the tokens that follow the task's name."""
    hex_tasks: Mapping[Task, Purpose] | None = None
    """Work items whose last part is a token in hexadecimal digits."""
    digest_tasks: tuple[Task, ...] = ()
    """Work items whose first argument is the hashed name of a record of this kind, in hexadecimal digits."""

    def __post_init__(self) -> None:
        if self.name in KINDS:
            raise ValueError(f"two declarations own the keys {self.name}")
        KINDS[self.name] = self

    def key(self, *parts: KeyPart) -> bytes:
        """Return the key with these parts after the name."""
        return b":".join((self.name.encode(), *(p if isinstance(p, bytes) else str(p).encode() for p in parts)))

    def hashed(self, vault: Vault, name: str) -> bytes:
        """Return the digest that replaces a code or a clinic in the keys and fields of this kind (16 bytes)."""
        return vault.digest(f"name:{self.name}", name.encode())

    def tag(self, vault: Vault, number: Number) -> bytes:
        """Return the tag of this phone in the keys of this kind."""
        return phone_tag(vault, number, self.tag_label)


@dataclass(frozen=True, eq=False, kw_only=True)
class SealedKind(RecordKind, Generic[T]):
    """A kind whose content the store encodes and seals."""

    codec: Codec[T]
    is_sealed: bool = True
    seal_label: str = ""
    """The kind whose seals this kind opens too: a copy of its record under the same tag is a record of this kind."""
    rotate_content: Callable[[KeyChange, T], T] = unchanged

    def binding(self, key: bytes, field: bytes = b"") -> bytes:
        """Return the associated data of the seal: the whole key and the field, so that a copy elsewhere is refused.

        The key of the vault determines the key version.
        """
        bound = (self.seal_label or self.name).encode() + key[len(self.name) :]
        return bound + field + len(bound).to_bytes(2, "big")

    def seal(self, vault: Vault, value: T, key: bytes, field: bytes = b"") -> bytes:
        """Return the stored form of the content for this key (and field of a hash)."""
        encoded = self.codec.encode(value)
        return vault.seal(encoded, self.binding(key, field)) if self.is_sealed else encoded

    def open(self, vault: Vault, stored: bytes, key: bytes, field: bytes = b"") -> T:
        """Return the content. Raises BadInput for bytes that were not sealed for this place."""
        return self.codec.decode(vault.open(stored, self.binding(key, field)) if self.is_sealed else stored)


@dataclass(frozen=True, eq=False, kw_only=True)
class CallerRecord(SealedKind[T]):
    """One record of each phone, under a tag of the phone."""

    model: type[T]
    """The type by which screens ask for the record (`Caller.record`)."""
    is_bucketed: bool = False
    """Whether all phones with the same first byte of the tag share one hash, whose fields are the tags."""
    is_read_in_turn: bool = True
    """Whether every turn of the phone reads it."""
    is_empty: Callable[[T], bool] = never_empty
    """Whether writing this content deletes the record."""
    owner: Callable[[T], bytes] | None = None
    """Return the owner's token (of `purpose`) in the content. A restore needs it to leave out owners who have left."""
    timer: Timer | None = None
    extends: Callable[[Vault, T], Iterable[bytes]] | None = None
    """Return the keys of the records that outlive this one; a write of this one extends their lifetime, seldom."""

    def place(self, tag: bytes) -> tuple[bytes, bytes]:
        """Return the key and the field of this phone's record; an empty field for a key of its own."""
        return (self.key(tag[0]), tag) if self.is_bucketed else (self.key(tag), b"")


class FieldName(Enum):
    """What the fields of a table are."""

    PLAIN = auto()
    """An id that names no person."""
    DIGEST = auto()
    TOKEN = auto()
    """A token of the kind's `purpose`."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TableKind(SealedKind[T]):
    """One hash of sealed records that every process keeps in memory (`store.cached_table`)."""

    field_name: FieldName = FieldName.PLAIN
    other_versions: tuple[str, ...] = ()
    """The names of further versions that change with records of this table."""
    name_of: Callable[[T], bytes] | None = None
    """Return the name of a record from its content, where the field is the hash of that name (`hashed`)."""
    is_authenticated: bool = False
    """Whether the version contains a digest of all records, so that no removed or older record can be put back."""
