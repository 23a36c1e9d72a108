"""Records of the desk: logins, sessions and invitations. None of them names a caller."""

from msgspec.structs import replace

from gateway.model.desk import INVITATION_S, SESSION_S, DeskInvitation, DeskLogin, DeskSession
from gateway.store.records.kind import (
    Backup,
    KeyChange,
    Lifetime,
    ProcessRights,
    Rotation,
    SealedKind,
    msgpack_codec,
)


def _rotate_login(keys: KeyChange, login: DeskLogin) -> DeskLogin:
    hashes = tuple(keys.rotate_digest(one) for one in login.recovery_hashes)
    return replace(login, recovery_hashes=hashes, sessions=())


DESK_LOGINS = SealedKind[DeskLogin](
    name="desk", pattern="{hash of the staff id}", has_hashed_names=True,
    holds="how a member of staff logs in at the desk, sealed", codec=msgpack_codec(DeskLogin),
    rotate_content=_rotate_login,
    lifetime=Lifetime("until removed"), rotation=Rotation.RESEALED, backup=Backup.OMITTED,
    process_rights=ProcessRights.DESK,
)  # fmt: skip
DESK_SESSIONS = SealedKind[DeskSession](
    name="dsk", pattern="{hash of the session's id}", has_hashed_names=True,
    holds="an open session at the desk, sealed", codec=msgpack_codec(DeskSession),
    lifetime=Lifetime("SESSION_S", lambda t: SESSION_S, is_exact=True),
    rotation=Rotation.DISCARDED, backup=Backup.OMITTED, process_rights=ProcessRights.DESK,
)  # fmt: skip
DESK_INVITATIONS = SealedKind[DeskInvitation](
    name="inv", pattern="{hash of the code}", has_hashed_names=True,
    holds="an invitation to the desk, sealed", codec=msgpack_codec(DeskInvitation),
    lifetime=Lifetime("INVITATION_S", lambda t: INVITATION_S, ends_at=lambda one: one.until, is_exact=True),
    rotation=Rotation.DISCARDED, backup=Backup.OMITTED, process_rights=ProcessRights.DESK,
)  # fmt: skip
