"""The record of a reminder that a caller asked for."""

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane
from gateway.model.reminder import MAX_DAYS, Reminder, ReminderTask
from gateway.store.records.kind import (
    Backup,
    CallerRecord,
    KeyChange,
    Lifetime,
    OnLeave,
    Rotation,
    Timer,
    msgpack_codec,
)

DAY_S = 86400


def _rotate(keys: KeyChange, reminder: Reminder) -> Reminder:
    return replace(reminder, owner=keys.new_token(reminder.owner, Purpose.SAFETY) or b"")


REMINDERS = CallerRecord[Reminder](
    name="remind", pattern="{tag}", tag_label="remind", has_hashed_names=True,
    holds="the day of a reminder that the caller asked for, sealed",
    model=Reminder, codec=msgpack_codec(Reminder),
    lifetime=Lifetime(
        "until a day after it was due", lambda times: (MAX_DAYS + 2) * DAY_S, lambda reminder: reminder.at + DAY_S
    ),
    purpose=Purpose.SAFETY, owner=lambda reminder: reminder.owner,
    timer=Timer(Lane.MESSAGES, ReminderTask.SEND_REMINDER, lambda reminder: reminder.at),
    rotation=Rotation.RESEALED, rotate_content=_rotate, backup=Backup.STORED,
    on_stop=OnLeave.DELETED, on_delete=OnLeave.DELETED,
)  # fmt: skip
