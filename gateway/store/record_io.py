"""Read, guard, write and delete a record as its declaration says."""

import logging
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from gateway.crypto.secrets import phone_tag
from gateway.crypto.vault import Purpose, Vault
from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.settings import Times
from gateway.store.commands import Command
from gateway.store.records import KINDS
from gateway.store.records.kind import CallerRecord, OnLeave, RecordKind, SealedKind
from gateway.store.transaction import Transaction

log = logging.getLogger("mwavuli.store")
T = TypeVar("T")
OUTLIVES_BY_S = 90 * 86400
"""A record that another one extends is written once in this time, so that they are seldom written together."""


def read_command(kind: CallerRecord[T], tag: bytes) -> Command:
    """Return the command that reads the stored form of this phone's record."""
    key, field = kind.place(tag)
    return ("HGET", key, field) if field else ("GET", key)


def open_record(kind: CallerRecord[T], vault: Vault, tag: bytes, stored: bytes | None) -> T | None:
    """Return the content of a stored form; None where there is none. Raises BadInput for a damaged one."""
    return kind.open(vault, stored, *kind.place(tag)) if stored is not None else None


def open_if_readable(
    kind: SealedKind[T], vault: Vault, key: bytes, stored: bytes | None, field: bytes = b""
) -> T | None:
    """Return the content, or None for a missing or damaged record, because one of many must not stop the others."""
    try:
        return kind.open(vault, stored, key, field) if stored is not None else None
    except (BadInput, msgspec.DecodeError):
        log.error("one record of %s cannot be opened", kind.name)
        return None


def require_record(transaction: Transaction, kind: CallerRecord[T], tag: bytes, stored: bytes | None) -> None:
    """Let the commit through only while this phone's record is this stored form, or absent."""
    key, field = kind.place(tag)
    if field:
        transaction.require_field(key, field, stored)
    else:
        transaction.require(key, stored)


def write_record(
    transaction: Transaction,
    vault: Vault,
    times: Times,
    kind: CallerRecord[T],
    tag: bytes,
    value: T | None,
    stored: bytes | None,
) -> None:
    """Write this phone's record if it is the stored form that was read; None deletes it."""
    require_record(transaction, kind, tag, stored)
    put_record(transaction, vault, times, kind, tag, value)


def put_record(
    transaction: Transaction, vault: Vault, times: Times, kind: CallerRecord[T], tag: bytes, value: T | None
) -> None:
    """Write this phone's record unconditionally; None deletes it."""
    if value is None or kind.is_empty(value):
        transaction.write(*delete_command(kind, tag))
        return
    for command in write_commands(vault, times, kind, tag, value):
        transaction.write(*command)
    if kind.timer and kind.timer.at and kind.owner:
        transaction.schedule_later(kind.timer.lane, timer_item(kind, kind.owner(value)), kind.timer.at(value))


def write_commands(vault: Vault, times: Times, kind: CallerRecord[T], tag: bytes, value: T) -> Iterable[Command]:
    """Return the commands that store the content, its lifetime, and the lifetime of what it extends."""
    key, field = kind.place(tag)
    stored = kind.seal(vault, value, key, field)
    yield ("HSET", key, field, stored) if field else ("SET", key, stored, *kind.lifetime.expiry_arguments(value, times))
    if kind.extends:
        for extended in kind.extends(vault, value):
            yield "OUTLIVE", extended, kind.lifetime.seconds(times), kind.lifetime.seconds(times) + OUTLIVES_BY_S


def write_sealed(
    transaction: Transaction,
    vault: Vault,
    times: Times,
    kind: SealedKind[T],
    name: bytes,
    value: T,
) -> None:
    """Write a sealed record under its name, a digest."""
    key = kind.key(name)
    transaction.write("SET", key, kind.seal(vault, value, key), *kind.lifetime.expiry_arguments(value, times))


def delete_command(kind: CallerRecord[T], tag: bytes) -> Command:
    key, field = kind.place(tag)
    return ("HDEL", key, field) if field else ("DEL", key)


def timer_item(kind: RecordKind, owner: bytes) -> bytes:
    """Return the name of the work item of this kind's timer. `owner`: the owner's token of the kind's purpose."""
    timer = kind.timer if isinstance(kind, CallerRecord) else None
    return f"{timer.task}:".encode() + owner if timer else b""


def cancel_timer(transaction: Transaction, kind: RecordKind, owner: bytes) -> None:
    """Take the record's timer off its lane."""
    if isinstance(kind, CallerRecord) and kind.timer:
        transaction.unschedule(kind.timer.lane, timer_item(kind, owner))


def delete_on_stop(transaction: Transaction, vault: Vault, number: Number) -> None:
    """Delete every record of this phone that STOP deletes, with its timer. A dead number counts as STOP."""
    _delete_all(transaction, vault, number, [kind for kind in KINDS.values() if kind.on_stop is OnLeave.DELETED])


def delete_on_delete(transaction: Transaction, vault: Vault, number: Number) -> None:
    """Delete every record of this phone that DELETE deletes, with its timer."""
    _delete_all(transaction, vault, number, [kind for kind in KINDS.values() if kind.on_delete is OnLeave.DELETED])


def _delete_all(transaction: Transaction, vault: Vault, number: Number, kinds: Iterable[RecordKind]) -> None:
    tags: dict[str, bytes] = {}
    tokens: dict[Purpose, bytes] = {}
    for kind in kinds:
        label = kind.tag_label
        tag = tags[label] = tags.get(label) or phone_tag(vault, number, label)
        transaction.write(*(delete_command(kind, tag) if isinstance(kind, CallerRecord) else ("DEL", kind.key(tag))))
        if isinstance(kind, CallerRecord) and kind.timer and kind.purpose:
            owner = tokens[kind.purpose] = tokens.get(kind.purpose) or vault.token(number, kind.purpose)
            cancel_timer(transaction, kind, owner)
