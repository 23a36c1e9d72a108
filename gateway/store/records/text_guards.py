"""The record that guards a phone against texts in its name."""

from gateway.model.text_guard import DAY_S, HOUR_S, TextGuard
from gateway.store.records.kind import (
    Backup,
    CallerRecord,
    Lifetime,
    OnLeave,
    Rotation,
    msgpack_codec,
)

TEXT_GUARDS = CallerRecord[TextGuard](
    name="guard", pattern="{tag}", tag_label="loop", has_hashed_names=True,
    holds="our open question with its text, counts of answered texts, keyed hashes of the last texts; sealed",
    model=TextGuard, codec=msgpack_codec(TextGuard),
    lifetime=Lifetime(
        "a day after its last change", lambda times: DAY_S + HOUR_S, lambda guard: guard.until,
    ),
    rotation=Rotation.RESEALED, backup=Backup.OMITTED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.DELETED,
)  # fmt: skip
