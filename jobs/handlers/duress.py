"""An account with a second code: everybody is asked at once, and after a day the account is restored."""

from collections.abc import Callable

from gateway.crypto.vault import Purpose
from gateway.errors import StoreUnavailable
from gateway.model import intents
from gateway.model.duress import DuressTask, TrueAccount
from gateway.model.sos import SOS_FEATURE, Sos
from gateway.model.world import World
from gateway.store import Transaction, Turn, WorkItem
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.text import joins
from gateway.text.wording_safety import contact_sos_text
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers import contacts
from jobs.handlers.sos_batch import SosBatch
from jobs.handlers.sos_responders import everybody_to_ask


@handles(DuressTask.CALL_UNDER_DURESS)
@transactional
def call_under_duress(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Ask all staff whom a call may reach, and text the contacts. The caller's phone gets nothing."""
    safety = context.store.safety_records
    tag, raw, sos = safety.read_sos_of(item.payload)
    if sos and not sos.is_closed and SOS_FEATURE in world.features:
        safety.save_sos(transaction, tag, _ask_everybody(context, world, transaction, sos, now), raw)
    _tag, _raw, account = safety.read_true_account(item.payload)
    if account:
        _notify_contacts(context, transaction, account, now)


def _ask_everybody(context: JobContext, world: World, transaction: Transaction, sos: Sos, now: int) -> Sos:
    batch = SosBatch(context, world, transaction, now, is_flood=False)
    people = everybody_to_ask(context, world, sos, now)
    for person in people:
        batch.add(person, sos)
    batch.queue_texts()
    return sos.with_asked_staff(person.id for person in people)


def _notify_contacts(context: JobContext, transaction: Transaction, account: TrueAccount, now: int) -> None:
    profile = account.safety_profile
    contacts.notify_contacts(
        context, transaction, profile,
        lambda _: joins.sentences(_, contact_sos_text(profile.display_name, _, may_ring=False), account.note), now,
    )  # fmt: skip


@handles(DuressTask.RESTORE_ACCOUNT)
def restore_account(context: JobContext, item: WorkItem) -> None:
    """Restore the account when the day is over, as a turn of that phone."""

    def decide(turn: Turn) -> int:
        account = turn.true_account
        remaining_s = max(0, account.until - turn.now) if account else 0
        if account and not remaining_s:
            context.store.apply_intents(turn, (intents.RestoreAccount(),), account.safety_profile.lang)
        return remaining_s

    _take_turn(context, item, decide)


@handles(DuressTask.DELETE_FORGOTTEN)
def delete_forgotten(context: JobContext, item: WorkItem) -> None:
    """Delete an account whose DELETE came without the own PIN, which was not given since."""

    def decide(turn: Turn) -> int:
        turn.is_behind_pin = True
        context.store.apply_intents(turn, (intents.DeleteCaller(),), "")
        return 0

    _take_turn(context, item, decide)


def _take_turn(context: JobContext, item: WorkItem, decide: Callable[[Turn], int]) -> None:
    """Take a turn of the owner's phone, and finish the item in its commit; `decide` returns what remains in seconds."""
    store, number = context.store, context.store.number(item.payload, Purpose.SAFETY)
    for _ in range(MAX_ATTEMPTS):
        turn = store.read_turn(number)
        remaining_s = decide(turn)
        store.work_queue.finish_in(turn.transaction, item, remaining_s, store.now())
        if store.commit(turn.transaction) or not store.work_queue.has_lease(item):
            return
    raise StoreUnavailable("other commits came between every attempt at an account")
