"""Tables that every process keeps in memory: one hash each, whose fields hold sealed records."""

from gateway.crypto.vault import Purpose
from gateway.model.alert import Alert, Report
from gateway.model.area import Area
from gateway.model.broadcast import Broadcast
from gateway.model.client_report import ClientEntry, Member
from gateway.model.clinic import Clinic
from gateway.model.clinic_state import ClinicState
from gateway.model.conversation import Conversation
from gateway.model.feature import FeatureSwitch
from gateway.model.staff import Staff
from gateway.store.records import contents
from gateway.store.records.kind import (
    Backup,
    FieldName,
    Lifetime,
    OnLeave,
    ProcessRights,
    RecordKind,
    Rotation,
    TableKind,
    msgpack_codec,
)

DECISIONS_NAME = "decisions"
"""`ver:decisions` changes when staff propose or send a warning, and by no report of a stranger. It changes together
with the version of the alerts, and guards decisions that must not be made twice."""

ALERTS = TableKind[Alert](
    name="alerts", pattern="field {hash of the number}", holds="alerts, sealed", codec=msgpack_codec(Alert),
    lifetime=Lifetime("times.keep_alert; without venue and text times.keep_history"), other_versions=(DECISIONS_NAME,),
    rotation=Rotation.RESEALED, backup=Backup.STORED,
    field_name=FieldName.DIGEST, name_of=lambda alert: b"%d" % alert.number, has_hashed_names=True,
)  # fmt: skip
REPORTS = TableKind[Report](
    name="reports", pattern="field {hash of the number}", holds="who reported what, sealed",
    codec=msgpack_codec(Report),
    purpose=Purpose.REPORT, rotate_content=contents.rotate_report,
    lifetime=Lifetime("as the alert"), rotation=Rotation.RESEALED, backup=Backup.OMITTED,
    on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
    field_name=FieldName.DIGEST, name_of=lambda report: b"%d" % report.number, has_hashed_names=True,
)  # fmt: skip
CONVERSATIONS = TableKind[Conversation](
    name="talks", pattern="field {hash of the code}", holds="questions of callers and verifiers, with answers; sealed",
    codec=msgpack_codec(Conversation),
    purpose=Purpose.REPORT, rotate_content=contents.rotate_conversation,
    lifetime=Lifetime("LIFETIME_S after the caller's last words"), rotation=Rotation.RESEALED, backup=Backup.OMITTED,
    on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
    field_name=FieldName.DIGEST, name_of=lambda conversation: conversation.code.encode(), has_hashed_names=True,
)  # fmt: skip
ALARMS = TableKind[str](
    name="alarms", pattern="field {cause}", holds="what is wrong (`full`: nobody is added), sealed",
    codec=msgpack_codec(str),
    lifetime=Lifetime("until it is repaired"), rotation=Rotation.RESEALED, backup=Backup.OMITTED,
)  # fmt: skip
STAFF = TableKind[Staff](
    name="staff", pattern="field {token}", holds="staff with their phones, sealed", codec=msgpack_codec(Staff),
    purpose=Purpose.STAFF, field_name=FieldName.TOKEN, rotate_content=contents.rotate_staff, is_authenticated=True,
    lifetime=Lifetime("until removed"), rotation=Rotation.RESEALED, backup=Backup.STORED,
)  # fmt: skip
AREAS = TableKind[Area](
    name="areas", pattern="field {id}", holds="places, sealed", codec=msgpack_codec(Area),
    lifetime=Lifetime("until removed"), rotation=Rotation.RESEALED, backup=Backup.STORED,
    process_rights=ProcessRights.READ,
)  # fmt: skip
CLINICS = TableKind[Clinic](
    name="clinics", pattern="field {hash of the code}", holds="clinics, sealed", codec=msgpack_codec(Clinic),
    lifetime=Lifetime("until removed"), rotation=Rotation.RESEALED, backup=Backup.STORED,
    process_rights=ProcessRights.READ,
    field_name=FieldName.DIGEST, name_of=lambda clinic: clinic.code.encode(), has_hashed_names=True,
)  # fmt: skip
CLINIC_STATES = TableKind[ClinicState](
    name="clinic_states", pattern="field {hash of the code}", codec=msgpack_codec(ClinicState),
    holds="what a clinic's phone told us since the check, and how visits went, sealed",
    lifetime=Lifetime("until removed"), rotation=Rotation.RESEALED, backup=Backup.STORED,
    field_name=FieldName.DIGEST, name_of=lambda state: state.code.encode(), has_hashed_names=True,
)  # fmt: skip
BROADCASTS = TableKind[Broadcast](
    name="broadcasts", pattern="field {hash of the id}", holds="broadcasts under way, sealed",
    codec=msgpack_codec(Broadcast),
    lifetime=Lifetime("times.keep_alert"), rotation=Rotation.RESEALED, backup=Backup.OMITTED,
    field_name=FieldName.DIGEST, name_of=lambda broadcast: broadcast.id.encode(), has_hashed_names=True,
)  # fmt: skip
FEATURES = TableKind[FeatureSwitch](
    name="features", pattern="field {feature}", holds="the features that are on, with a person and a date each; sealed",
    codec=msgpack_codec(FeatureSwitch),
    lifetime=Lifetime("until turned off"), rotation=Rotation.RESEALED, backup=Backup.STORED,
    process_rights=ProcessRights.READ,
)  # fmt: skip
CLIENT_ENTRIES = TableKind[ClientEntry](
    name="clients", pattern="field {hash}", holds="what members reported of clients, sealed",
    codec=msgpack_codec(ClientEntry), purpose=Purpose.MEMBER, field_name=FieldName.DIGEST,
    rotate_content=contents.rotate_client_entry, has_hashed_names=True,
    lifetime=Lifetime("12 months"), rotation=Rotation.RESEALED, backup=Backup.STORED,
    on_stop=OnLeave.KEPT, on_delete=OnLeave.OWN,
)  # fmt: skip
MEMBERS = TableKind[Member](
    name="enrolled", pattern="field {token}", holds="members of the client list, sealed", codec=msgpack_codec(Member),
    purpose=Purpose.MEMBER, field_name=FieldName.TOKEN, rotate_content=contents.rotate_member, is_authenticated=True,
    lifetime=Lifetime("until they leave"), rotation=Rotation.RESEALED, backup=Backup.STORED,
    on_stop=OnLeave.OWN, on_delete=OnLeave.OWN,
)  # fmt: skip

VERSIONS = RecordKind(
    name="ver", pattern="{table}",
    holds="the version of a table: processes read it again when this changes; of staff and members also a digest",
    lifetime=Lifetime("for good"), rotation=Rotation.UNCHANGED, backup=Backup.REBUILT,
    process_rights=ProcessRights.READ,
)  # fmt: skip
"""Processes may write the versions of the tables that they may write, and no other one (`store.acl`)."""
