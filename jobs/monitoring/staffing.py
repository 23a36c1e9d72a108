"""Checks that somebody can act: without a verifier no report is decided, without an admin nobody mends that."""

from gateway.model.sos import SOS_FEATURE
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def check_staffing(context: JobContext) -> None:
    """Raise the alarm for each role that no active person has. A service without any staff is not set up."""
    world = context.store.read_world()
    roster, is_set_up = world.roster, bool(world.roster.people)
    needs_responder = SOS_FEATURE in world.features
    missing = {
        AlarmCause.NO_VERIFIER: not any(person.may_verify and person.gets_texts for person in roster.people),
        AlarmCause.NO_RESPONDER: needs_responder and not roster.responders(),
        AlarmCause.NO_ADMIN: not roster.admins(),
    }
    for cause, is_missing in missing.items():
        alarms.follow_level(context, cause, is_set_up and is_missing)
