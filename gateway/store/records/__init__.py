"""Every kind of record in Redis, declared once. Every module in this folder is imported."""

import sys
from collections.abc import Iterator

from gateway.discovery import import_modules
from gateway.store.records.kind import KINDS, CallerRecord, RecordKind, TableKind

__all__ = ["KINDS", "caller_records", "kind_of", "lifetimes_table", "table_kinds", "turn_records"]

import_modules(sys.modules[__name__])


def kind_of(key: bytes) -> RecordKind | None:
    """Return the declaration that owns this key, or None."""
    return KINDS.get(key.partition(b":")[0].decode(errors="replace"))


def caller_records() -> Iterator[CallerRecord]:  # type: ignore[type-arg]
    """Return the sealed records of a phone."""
    return (kind for kind in KINDS.values() if isinstance(kind, CallerRecord))


def turn_records() -> tuple[CallerRecord, ...]:  # type: ignore[type-arg]
    """Return the records that every turn reads, those in shared hashes first."""
    return tuple(sorted((k for k in caller_records() if k.is_read_in_turn), key=lambda kind: not kind.is_bucketed))


def table_kinds() -> Iterator[TableKind]:  # type: ignore[type-arg]
    return (kind for kind in KINDS.values() if isinstance(kind, TableKind))


def lifetimes_table() -> str:
    """Return the table of all kinds in Markdown: its keys, content, lifetime, rotation, backup and rights."""
    head = (
        "| key | holds | lives | rotation | backup | STOP | DELETE | processes |\n|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(f"| {' | '.join(_row(kind))} |\n" for kind in sorted(KINDS.values(), key=lambda k: k.name))


def _row(kind: RecordKind) -> tuple[str, ...]:
    separator = " " if kind.pattern.startswith("field") else ":"
    key = f"{kind.name}{separator}{kind.pattern}" if kind.pattern else kind.name
    rules = (kind.rotation, kind.backup, kind.on_stop, kind.on_delete, kind.process_rights)
    return (f"`{key}`", kind.holds, kind.lifetime.description, *(rule.name.lower() for rule in rules))
