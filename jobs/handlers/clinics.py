"""Texts about clinics: what one told, a new phone, and the question whether all is still right."""

from msgspec.structs import replace

from gateway.model.clinic import Clinic
from gateway.model.clinic_state import ANSWER_TIME_S, CHECK_LASTS_S, DAY_S, ClinicState, ClinicTask
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.settings import seconds_until_end
from gateway.store import Transaction, WorkItem
from gateway.text import joins
from gateway.text.clinic_wording import state_text
from jobs.context import JobContext
from jobs.handler import handles, transactional

FIRST_REVIEW_S = 60
"""seconds from a start without a review that is planned to the first one"""


@handles(ClinicTask.NOTIFY_NURSES)
@transactional
def notify_nurses(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text the other nurses of a clinic what callers read of it now. The nurse who told it has read that."""
    code, told_by = item.arguments()
    clinic = world.directory.get(code)
    if clinic is None:
        return
    for nurse in world.roster.nurses(code):
        if nurse.id != told_by:
            _ = context.translator(nurse.lang)
            told = state_text(world.directory.state(code), now, world.local_time, _)
            said = _("{clinic}: callers read now: {text}").format(clinic=clinic.name, text=told)
            context.text_staff(transaction, nurse, said, now)


@handles(ClinicTask.NOTIFY_OF_NEW_PHONE)
@transactional
def notify_of_new_phone(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text a clinic's other phones and the other admins that one more phone was invited: a stolen phone could do it."""
    code, invited_by = item.arguments()
    clinic = world.directory.get(code)
    for person in (*world.roster.nurses(code), *world.roster.admins()[:3]) if clinic else ():
        if clinic and person.id != invited_by:
            _ = context.translator(person.lang)
            said = _("{clinic}: one more phone was invited to answer visitors.").format(clinic=clinic.name)
            context.text_staff(transaction, person, said, now)


@handles(ClinicTask.REVIEW_CLINICS)
@transactional
def review_clinics(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Once a day: count the ratings, ask about checks that grew old, and end those that nobody confirmed.

    Return the seconds until the next time, which is no hour of quiet.
    """
    if wait := seconds_until_end(context.deployment.settings.tuning.quiet.hours, world.local_time(now)):
        return wait
    counts = context.store.read_ratings()
    for clinic in world.directory:
        if clinic.is_checked:
            state = world.directory.state(clinic.code)
            counted = counts.of(clinic.code)
            found = replace(state, kind_visits=counted["good"], unkind_visits=counted["bad"])
            changed = _reviewed(context, world, transaction, now, clinic, found)
            if changed != state:
                context.store.world_cache.clinic_states.put(transaction, clinic.code.encode(), changed)
    return DAY_S


def _reviewed(
    context: JobContext, world: World, transaction: Transaction, now: int, clinic: Clinic, state: ClinicState
) -> ClinicState:
    """Ask the nurses of a clinic, or end its check, where it is time. Return the state after it."""
    if not state.asked_at and now - state.checked_at(clinic) > CHECK_LASTS_S:
        for nurse in world.roster.nurses(clinic.code):
            context.text_staff(transaction, nurse, _question(context, world, clinic, nurse), now)
        return replace(state, asked_at=now)
    if state.asked_at and not state.has_lapsed and now - state.asked_at >= ANSWER_TIME_S:
        for admin in world.roster.admins()[:3]:
            _ = context.translator(admin.lang)
            said = _("{clinic}: nobody confirmed that all is still right. It is only listed now.")
            context.text_staff(transaction, admin, said.format(clinic=clinic.name), now)
        return replace(state, has_lapsed=True)
    return state


def _question(context: JobContext, world: World, clinic: Clinic, nurse: Staff) -> str:
    _ = context.translator(nurse.lang)
    words = context.deployment.languages.get(nurse.lang).phrases.clinic.get("OPEN") or ("open",)
    asked = _("{clinic}: is all still right, hours, cost and services?").format(clinic=clinic.name)
    answer = _("If yes, text {word}. If not, dial {dial}").format(
        word=words[0].upper(),
        dial=world.profile.service_code,
    )
    return joins.sentences(_, asked, answer)
